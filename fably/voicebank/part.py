"""The beginning of a file that is being fetched, under a name that is no voice's."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO


@dataclass(frozen=True)
class Part:
    """What has come so far. All methods raise `OSError`."""

    path: Path

    @property
    def size(self) -> int:
        """Its bytes; 0 where nothing has come."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def drop(self) -> None:
        """Begin anew the next time."""
        self.path.unlink(missing_ok=True)

    def opened(self, start: int) -> BinaryIO:
        """The file, to be written from byte `start` on."""
        file = self.path.open("r+b" if start else "wb")
        file.seek(start)
        return file


def checksum(path: Path) -> str:
    """The MD5 of a file, which is what the list has: against accidents; against people there is https."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.new("md5", usedforsecurity=False)).hexdigest()
