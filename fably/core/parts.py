"""Files that are not whole yet. They have one owner: here they begin, and here they end, whatever becomes of whoever writes them."""

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

PREFIX = ".fably-"
"""What the name of such a file begins with."""


class Part:
    """A new, empty file beside `target`, to be written at `path`; then `keep` it or `drop` it.

    It is locked as long as its process lives. Whoever begins the next one in that folder takes away those that nobody has locked: what
    a killed process has left. Raises `OSError`.
    """

    def __init__(self, target: Path, mode: int = 0o644) -> None:
        sweep(target.parent)
        self._target = target
        self.path, self._lock = _begun(target, mode)
        while not self.path.exists():  # it was swept away before it was locked
            os.close(self._lock)
            self.path, self._lock = _begun(target, mode)

    def keep(self) -> None:
        """Put it in the place of `target`. Raises `OSError`."""
        try:
            self.path.replace(self._target)
        finally:
            self.drop()

    def drop(self) -> None:
        """Take it away, unless it was kept. Nothing is raised."""
        lock, self._lock = self._lock, -1
        if lock >= 0:
            with contextlib.suppress(OSError):
                self.path.unlink(missing_ok=True)
            os.close(lock)


def _begun(target: Path, mode: int) -> tuple[Path, int]:
    path = target.with_name(f"{PREFIX}{secrets.token_hex(6)}{target.suffix}")
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    with contextlib.suppress(OSError):  # a network file system without locks
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return path, lock


@contextlib.contextmanager
def written(target: Path, mode: int = 0o644) -> Iterator[Path]:
    """A path to write to, which takes the place of `target` when all went well; else nothing is left of it. `mode`: who may read it, from
    the first moment on. Raises `OSError`."""
    part = Part(target, mode)
    try:
        yield part.path
        part.keep()
    finally:
        part.drop()


def sweep(folder: Path) -> None:
    """Take away what killed processes have left in `folder`. Nothing is raised."""
    with contextlib.suppress(OSError):
        for name in [name for name in os.listdir(folder) if name.startswith(PREFIX)]:  # noqa: PTH208 - names are wanted
            with contextlib.suppress(OSError):
                _take_away(folder / name)


def _take_away(part: Path) -> None:
    number = os.open(part, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused as long as its owner lives
        part.unlink()  # refused for a folder
    finally:
        os.close(number)


def sync(path: Path) -> None:
    """Have the kernel write `path` to the disk: after a pulled plug a renamed folder must not be an empty one."""
    number = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(number)
    finally:
        os.close(number)
