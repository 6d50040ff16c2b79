"""The shelf: whether it can be written, how much room is left, what is on it, and what a crash left lying."""

import os
import shutil
import tempfile
from pathlib import Path

from fably.core.types import Language
from fably.doctor.finding import Finding
from fably.doctor.wording import phrase, worded
from fably.library.locking import try_lock
from fably.library.names import TELLING, is_name

LEAST = 100_000_000
"""Bytes that should be free: a story of four minutes takes ten million until it is packed."""


def check_library(root: Path, language: Language) -> Finding:
    """The finding on the library at `root`. Blocks; it leaves nothing behind, not even the folder."""
    shelf = worded(language, "subjects", "library")
    try:
        there = _nearest(root)
        with tempfile.TemporaryDirectory(prefix=".fably-", dir=there) as folder:
            trial = Path(folder) / "trial"
            trial.write_bytes(bytes(4096))
        free = shutil.disk_usage(there).free
        kept, left = _counted(root)
    except OSError as error:
        lost = phrase(language, "shelf_lost", root=root, why=error.strerror or error)
        return Finding("library", shelf, "failed", lost, phrase(language, "shelf_lost_mend"))
    stories = phrase(language, "shelf_one" if kept == 1 else "shelf_many", count=kept) if root.is_dir() else phrase(language, "shelf_none")
    detail = phrase(language, "shelf", stories=stories, root=root, free=_size(free))
    if left:
        detail += "; " + phrase(language, "shelf_left", count=left)
    if free >= LEAST:
        return Finding("library", shelf, "ok", detail)
    return Finding("library", shelf, "warning", detail, phrase(language, "shelf_full_mend"))


def _nearest(root: Path) -> Path:
    """The folder, or the nearest one above it that is there. Raises `OSError` where something else is in the way."""
    for one in (root, *root.absolute().parents):
        if one.exists() or one.is_symlink():
            if not one.is_dir():
                raise NotADirectoryError(20, f"{one} is no folder")
            return one
    raise FileNotFoundError(2, f"{root} leads nowhere")


def _counted(root: Path) -> tuple[int, int]:
    """How many stories are kept, and how many a crash left behind."""
    if not root.is_dir():
        return 0, 0
    names = os.listdir(root)  # noqa: PTH208 - names are wanted
    return sum(is_name(one) and (root / one).is_dir() for one in names), sum(one.startswith(TELLING) and _left(root / one) for one in names)


def _left(folder: Path) -> bool:
    """Whether nobody is telling it any more."""
    try:
        lock = try_lock(folder)
    except OSError:
        return False
    if lock is None:
        return False
    os.close(lock)
    return True


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
