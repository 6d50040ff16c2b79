"""The library and the system: who has what, what was left, what went wrong.

Locks on folders are given back by the kernel, whatever becomes of the process; marks stay. A mark is an empty file with the name of a
story that is being told, so that nobody has to look through ten thousand folders for what a crash left behind.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from fably.core.errors import LibraryError

MARKS = ".telling"


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


def marked(root: Path) -> list[str]:
    """The names that have a mark. Raises `FileNotFoundError` when nothing has."""
    return os.listdir(root / MARKS)  # noqa: PTH208 - names are wanted


def mark(root: Path, name: str) -> None:
    """Mark the story `name`. Only under the lock of `root`."""
    (root / MARKS).mkdir(exist_ok=True)
    (root / MARKS / name).touch()


def unmark(root: Path, name: str) -> None:
    """Take its mark away, if it has one. Only under the lock of `root`."""
    (root / MARKS / name).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        (root / MARKS).rmdir()  # which it allows when it is empty


@contextlib.contextmanager
def translated(root: Path) -> Iterator[None]:
    """The system's errors as `LibraryError`s that name the file, or else the library."""
    try:
        yield
    except LibraryError:
        raise
    except OSError as error:
        raise LibraryError(f"{error.filename or root}: {error.strerror or error}") from error
