"""The shelf: whether it can be written, how much room is left, what is on it, and what a crash left lying."""

import os
import shutil
import tempfile
from pathlib import Path

from fably.doctor.finding import Finding
from fably.library.locking import try_lock
from fably.library.names import TELLING, is_name

LEAST = 100_000_000
"""Bytes that should be free: a story of four minutes takes ten million until it is packed."""
_PLACE = "mend it, or choose another folder with --stories-path (FABLY_STORIES_PATH)"
_ROOM = "make room: `fably stories pack`, `fably stories delete NAME --for-good`, or a bound in FABLY_MAX_CACHE_SIZE, such as 50M"


def check_library(root: Path) -> Finding:
    """The finding on the library at `root`. Blocks; it leaves nothing behind, not even the folder."""
    try:
        there = _nearest(root)
        with tempfile.TemporaryDirectory(prefix=".fably-", dir=there) as folder:
            trial = Path(folder) / "trial"
            trial.write_bytes(bytes(4096))
        free = shutil.disk_usage(there).free
        kept, left = _counted(root)
    except OSError as error:
        return Finding("library", "the shelf", "failed", f"no story can be kept in {root}: {error.strerror or error}", _PLACE)
    stories = f"{kept} {'story' if kept == 1 else 'stories'}" if root.is_dir() else "no story yet"
    detail = f"{stories} in {root}, {_size(free)} free"
    if left:
        detail += f"; {left} that broke off in a crash will be on the shelf after the next story"
    return Finding("library", "the shelf", "ok", detail) if free >= LEAST else Finding("library", "the shelf", "warning", detail, _ROOM)


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
