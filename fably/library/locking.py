"""Which process has what: locks on folders, which the kernel gives back whatever becomes of the process."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


def try_lock(folder: Path) -> int | None:
    """Lock `folder` and give the descriptor to close in the end; None when somebody has it. Where nothing can be locked, so be it.

    Raises `OSError` when there is no such folder.
    """
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(number)
        return None
    except OSError:  # a network file system without locks
        pass
    return number


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep others out while stories change their names. It is held for milliseconds, and waited for."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(number, fcntl.LOCK_EX)
        yield
    finally:
        os.close(number)


def sync(path: Path) -> None:
    """Have the kernel write `path` to the disk: after a pulled plug a renamed folder must not be an empty one."""
    number = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(number)
    finally:
        os.close(number)
