"""Puts what a crash left behind on the shelf: a story that broke off is a partial story, and one that had not begun is nothing."""

import contextlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from fably.library.locking import locked, sync, try_lock
from fably.library.names import TELLING, free
from fably.library.story import read_story


def sweep(root: Path, names: Iterable[str] | None = None) -> None:
    """Sweep the folders called `names`, or all that begin with `TELLING`. One that is being told is left alone."""
    with contextlib.suppress(OSError):
        if names is None:
            with os.scandir(root) as entries:
                names = [entry.name for entry in entries if entry.name.startswith(TELLING)]
        for name in names:
            with contextlib.suppress(OSError), locked(root):
                _shelve(root, root / name)


def _shelve(root: Path, left: Path) -> None:
    lock = try_lock(left)
    if lock is None:
        return
    try:
        if read_story(left) is None:
            shutil.rmtree(left)
            return
        name = left.name.removeprefix(TELLING)
        # its own name was set aside for it: nobody else has it, unless somebody copied a folder in
        left.rename(root / (name if not (root / name).exists() else _another(root, name)))
        sync(root)
    finally:
        os.close(lock)


def _another(root: Path, name: str) -> str:
    return next(free(root, name))
