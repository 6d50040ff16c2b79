"""The machine that the doctor looks at, as far as it can be seen from outside: files of the kernel's, programs of the system's.

Everything is read from below `root` and asked of functions that can be exchanged, so that a machine can be recorded, and looked at again
where it is not. What is not there is None or empty, and no fault: a laptop has no pins, a container no systemd.
"""

import http.client
import importlib.metadata
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from fably.doctor.gpio import Line, gpio_lines

LARGEST = 256 * 1024
"""Bytes that are read of a file."""
SECONDS = 5.0
"""For a program that is asked something."""
_SBIN = ":/usr/local/sbin:/usr/sbin:/sbin"  # where iw is, which a user's own path may not have


class Said(NamedTuple):
    """How a program ended, and what it said on both its streams."""

    code: int
    text: str


class Room(NamedTuple):
    """What is left on a disk: bytes, and files that it can still have (None where it does not count them)."""

    free: int
    files: int | None


def asked(argv: Sequence[str], seconds: float = SECONDS) -> Said | None:
    """What the program `argv` says; None where there is no such program, or it does not answer in time. Blocks."""
    environ = {**os.environ, "PATH": os.environ.get("PATH", os.defpath) + _SBIN, "LC_ALL": "C", "SYSTEMD_PAGER": ""}
    try:
        done = subprocess.run(  # noqa: S603 - commands of our own
            list(argv),
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return Said(done.returncode, done.stdout[:LARGEST].decode("utf-8", "replace").strip())


def version_of(package: str) -> str | None:
    """Of a Python package that is installed."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def room_at(path: Path) -> Room | None:
    """What is left where `path` is; None where nothing is known of it."""
    try:
        found = os.statvfs(path)
    except OSError:
        return None
    return Room(found.f_bavail * found.f_frsize, found.f_favail if found.f_files else None)


def page_at(port: int) -> int | None:
    """The HTTP status with which whoever listens at `port` here answers who has not logged in; None where nobody does. Blocks."""
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        asking.request("GET", "/", headers={"Accept": "text/html"})
        return asking.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        asking.close()


@dataclass(frozen=True)
class Patient:
    """To be looked at in any thread: all of it blocks."""

    root: Path = Path("/")
    run: Callable[[Sequence[str], float], Said | None] = asked
    version: Callable[[str], str | None] = version_of
    room: Callable[[Path], Room | None] = room_at
    pins: Callable[[Path], list[Line]] = gpio_lines
    """The lines of a chip. Raises `OSError`."""
    page: Callable[[int], int | None] = page_at
    now: Callable[[], datetime] = lambda: datetime.now().astimezone()
    kernel: str = platform.release()
    architecture: str = platform.machine()
    wide: bool = sys.maxsize > 2**32
    """Whether programs have 64 bits; the kernel may have them where its programs do not."""
    python: str = platform.python_version()

    def at(self, path: str | Path) -> Path:
        """Where the absolute `path` of the machine is to be found."""
        return self.root / str(path).lstrip("/")

    def read(self, path: str | Path) -> str | None:
        """A file's text, without what surrounds it; None where it cannot be read."""
        try:
            with self.at(path).open("rb") as file:
                return file.read(LARGEST).decode("utf-8", "replace").replace("\0", " ").strip()
        except OSError:
            return None

    def number(self, path: str | Path) -> int | None:
        """A file's whole number, in tens or with 0x; None where it has none."""
        try:
            return int(self.read(path) or "", 0)
        except ValueError:
            return None

    def names(self, folder: str | Path) -> list[str]:
        """What is in a folder; nothing where there is none."""
        try:
            return sorted(one.name for one in self.at(folder).iterdir())
        except OSError:
            return []

    def there(self, path: str | Path) -> bool:
        """Whether there is such a thing; one that nobody may look at is not."""
        try:
            return self.at(path).exists()
        except OSError:
            return False

    def mode(self, path: str | Path) -> int | None:
        """Who may do what with it, as `stat` gives it; None where it is not there."""
        try:
            return self.at(path).stat().st_mode
        except OSError:
            return None

    def ask(self, *argv: str, seconds: float = SECONDS) -> str | None:
        """What a program says; None where it is not there, or did not do it."""
        said = self.run(argv, seconds)
        return said.text if said is not None and said.code == 0 else None

    @property
    def boot(self) -> str | None:
        """The folder with config.txt and cmdline.txt of a Raspberry Pi; None on any other machine."""
        return next((one for one in ("/boot/firmware", "/boot") if self.there(f"{one}/config.txt")), None)

    @property
    def has_systemd(self) -> bool:
        """Whether systemd runs it."""
        return self.there("/run/systemd/system")
