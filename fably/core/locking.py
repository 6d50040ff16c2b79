"""A folder that one at a time may change. The kernel gives its lock back, whatever becomes of the process."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep others out while files in `folder` come, go or change their names. It is held for milliseconds, and waited for.

    Raises `OSError` when there is no such folder; where nothing can be locked, so be it.
    """
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with contextlib.suppress(OSError):  # a network file system without locks
            fcntl.flock(number, fcntl.LOCK_EX)
        yield
    finally:
        os.close(number)
