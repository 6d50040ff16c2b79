"""What hatchling runs when a wheel is built: it puts the stories of examples/ into it as one compressed file, and no plain copies."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PackExamples(BuildHookInterface):
    """Named in pyproject.toml. An editable installation reads the plain files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        try:
            from fably.examples.archive import pack
            from fably.examples.folder import Folder
            from fably.examples.opening import ARCHIVE
        finally:
            sys.path.remove(self.root)
        self._folder = TemporaryDirectory()
        file = Path(self._folder.name) / ARCHIVE.name
        pack(Folder(Path(self.root) / "examples").stories(), "", file)
        build_data["force_include"][str(file)] = f"fably/examples/{ARCHIVE.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            self._folder.cleanup()
