"""Keeps the sound of all stories below a size: what was told least recently loses its sound first, and is spoken anew when it is wished
for. Texts stay, and so does the sound of favourites and of what is being told."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fably.library.library import DELETED
from fably.library.locking import try_lock
from fably.library.names import is_name
from fably.library.story import read_story
from fably.library.writer import change_info

SOUNDS = (".wav", ".opus", ".mp3")


@dataclass(frozen=True)
class _Sound:
    told: float
    size: int
    folder: Path


def make_room(root: Path, limit: int) -> int:
    """Take the sound of as many stories as it needs for the rest to take at most `limit` bytes; give how many lost theirs.

    Those that were deleted go first. Raises `OSError` when the library cannot be read.
    """
    sounds = [*sorted(_sounds(root / DELETED), key=lambda one: one.told), *sorted(_sounds(root), key=lambda one: one.told)]
    total, lost = sum(one.size for one in sounds), 0
    for sound in sounds:
        if total <= limit:
            break
        with contextlib.suppress(OSError):
            if _take(sound.folder):
                total -= sound.size
                lost += 1
    return lost


def _sounds(root: Path) -> Iterator[_Sound]:
    if not root.is_dir():
        return
    with os.scandir(root) as entries:
        for entry in entries:
            if is_name(entry.name) and entry.is_dir():
                with contextlib.suppress(OSError), os.scandir(entry.path) as files:
                    size = sum(file.stat().st_size for file in files if file.name.endswith(SOUNDS))
                    if size:
                        yield _Sound(entry.stat().st_mtime, size, Path(entry.path))


def _take(folder: Path) -> bool:
    """Take the sound of a story, unless it is a favourite or is being told."""
    lock = try_lock(folder)
    if lock is None:
        return False
    try:
        story, told = read_story(folder), folder.stat().st_mtime_ns
        if story is not None and story.favourite:
            return False
        if story is not None and "samples" in story.info:
            change_info(story, samples=None)
        for file in folder.iterdir():
            if file.name.endswith(SOUNDS):
                file.unlink()
        os.utime(folder, ns=(told, told))  # it was not told now
        return True
    finally:
        os.close(lock)
