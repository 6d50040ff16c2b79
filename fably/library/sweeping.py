"""Puts what a crash left behind on the shelf: a story that broke off is a partial story, and one that had not begun is nothing."""

import contextlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from fably.core.locking import locked
from fably.core.parts import sync
from fably.library.locking import marked, try_lock, unmark
from fably.library.names import TELLING, free
from fably.library.story import read_story


def sweep(root: Path, names: Iterable[str] | None = None) -> None:
    """Sweep the stories called `names`, or all that have a mark. One that is being told is left alone; nothing is raised."""
    with contextlib.suppress(OSError):
        for name in marked(root) if names is None else names:
            with contextlib.suppress(OSError), locked(root):
                _shelve(root, name)


def _shelve(root: Path, name: str) -> None:
    left = root / (TELLING + name)
    lock = try_lock(left) if left.is_dir() else -1
    if lock is None:
        return
    try:
        if lock != -1:
            if read_story(left) is None:
                shutil.rmtree(left)
            else:  # its name was set aside for it: nobody else has it, unless somebody copied a folder in
                left.rename(root / (name if not (root / name).exists() else next(free(root, name))))
                sync(root)
        unmark(root, name)
    finally:
        if lock != -1:
            os.close(lock)
