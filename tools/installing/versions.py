"""The versions of Fably on a machine: each in a folder of its own, a link that says which is in force, and one to that before it."""

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from installing.faults import InstallError
from installing.machine import Machine
from installing.programs import Programs
from installing.record import Record, write
from installing.source import HERE, Source

PLACE = "/opt/fably"
COMMAND = "/usr/local/bin/fably"
BUILT = "built.json"
"""In the folder of a version: what it was made of. One without it was never finished."""


class Links(NamedTuple):
    """The folders that the two links point to; None where there is none."""

    current: Path | None
    previous: Path | None


class Versions:
    """Where they are. `current` and `previous` are links to folders in `all`."""

    def __init__(self, machine: Machine) -> None:
        self.place = machine.at(PLACE)
        self.all = self.place / "versions"

    def named(self, link: str) -> Path | None:
        """The folder that `link` ("current" or "previous") points to; None where there is none."""
        try:
            folder = self.all / (self.place / link).readlink().name
        except OSError:
            return None
        return folder if (folder / BUILT).is_file() else None

    def links(self) -> Links:
        """Where both of them point to now."""
        return Links(self.named("current"), self.named("previous"))

    def point(self, link: str, folder: Path | None) -> None:
        """Have `link` point to `folder`, in one stroke."""
        if folder is None:
            (self.place / link).unlink(missing_ok=True)
            return
        new = self.place / f".{link}.new"
        new.unlink(missing_ok=True)
        new.symlink_to(f"versions/{folder.name}")
        new.replace(self.place / link)

    def switch(self, folder: Path) -> None:
        """Put `folder` in force, and remember the one before it."""
        before = self.named("current")
        if before != folder:
            self.point("previous", before)
            self.point("current", folder)

    def before(self) -> Path:
        """The folder of the one before. Raises `InstallError` where there is none."""
        if (before := self.named("previous")) is None:
            raise InstallError("there is no version before this one to go back to")
        return before

    def back(self) -> None:
        """Put the one before in force, which then has this one for the one before. Raises `InstallError` where there is none."""
        before, now = self.before(), self.named("current")
        self.point("current", before)
        self.point("previous", now)

    def restore(self, was: Links) -> None:
        """Have both links as they were before a version that does not start, which is nobody's version before."""
        useless = self.named("current")
        self.point("current", was.current)
        self.point("previous", was.previous if was.previous != useless else None)

    def sweep(self) -> None:
        """Take away what is neither in force nor the one before."""
        wanted = self.links()
        for folder in self.all.iterdir() if self.all.is_dir() else ():
            if folder not in wanted:
                shutil.rmtree(folder)


@dataclass(frozen=True)
class Build:
    """A `Step`: a virtual environment with Fably and `extras` is there, beside the one in force."""

    machine: Machine
    programs: Programs
    record: Record
    source: Source
    extras: tuple[str, ...]
    title: str = "Fably itself"

    @property
    def folder(self) -> Path:
        """Where it is, or will be."""
        return Versions(self.machine).all / f"{self.source.version}-{self._made_of()['mark'][:10]}"

    def changes(self) -> Sequence[str]:
        if self._done():
            return ()
        what = f"build Fably {self.source.version}" + (f" with {', '.join(self.extras)}" if self.extras else "")
        return (f"{what} in {PLACE}/versions/{self.folder.name}",)

    def make(self) -> None:
        if self._done():
            return
        folder = self.folder
        self.record.note("fably", path=PLACE)
        shutil.rmtree(folder, ignore_errors=True)
        scratch = folder / "scratch"  # /tmp may be half of little memory
        scratch.mkdir(parents=True)
        try:
            # with the system's packages: lgpio and spidev have no wheels for every Python
            self.programs.run("python3", "-m", "venv", "--system-site-packages", folder)
            wanted = f"{self.source.requirement}[{','.join(self.extras)}]" if self.extras else self.source.requirement
            self.programs.run(
                folder / "bin/python", "-m", "pip", "install", "--quiet", "--no-input", "--no-cache-dir", "--disable-pip-version-check",
                *self.source.options, wanted, environ={"TMPDIR": str(scratch)},
            )  # fmt: skip
            shutil.copytree(HERE / "systemd", folder / "systemd")
            shutil.copy(HERE / "README.md", folder)
        except (InstallError, OSError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise InstallError(f"Fably {self.source.version} could not be built; what was there goes on. {error}") from error
        shutil.rmtree(scratch)
        write(folder / BUILT, (json.dumps(self._made_of(), indent=1) + "\n").encode())

    def _done(self) -> bool:
        try:
            return bool(json.loads((self.folder / BUILT).read_text(encoding="utf-8")) == self._made_of())
        except (OSError, ValueError):
            return False

    def _made_of(self) -> dict[str, str]:
        python = ".".join(map(str, self.machine.python))
        everything = "\0".join((self.source.mark, *self.extras, python))
        return {
            "version": self.source.version,
            "extras": ",".join(self.extras),
            "python": python,
            "mark": hashlib.sha256(everything.encode()).hexdigest(),
        }
