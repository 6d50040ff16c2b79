"""The shelf: finds stories, begins them, goes on with them, puts them away. Folders are the truth; there is nothing else to lose."""

import asyncio
import contextlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from fably.core.errors import LibraryError
from fably.core.locking import locked
from fably.core.types import AudioFormat
from fably.library.cutting import copied, cut
from fably.library.locking import translated
from fably.library.names import free, is_name, name_for, versions
from fably.library.record import Record
from fably.library.story import LEFT_AT, TOLD_AS, Story, read_info, read_story
from fably.library.sweeping import sweep
from fably.library.writer import change_info, replace_text

DELETED = ".deleted"
LONGEST_TITLE = 200  # characters
ALSO = ".also"
"""The folder of notes that say which story is told for a wish under whose name there is none: one that was spoken anew."""


class Library:
    """The stories below one folder. `unpacks`: whether packed sound can be told here."""

    def __init__(self, root: Path, *, unpacks: bool = False) -> None:
        self.root, self._unpacks = root, unpacks

    async def find(self, wish: str, told_by: Sequence[str | None]) -> Story | None:
        """The last story that was told of this wish in the same way, if there is one that nobody is telling right now."""
        return await asyncio.to_thread(self._find, name_for(wish, told_by))

    def _find(self, name: str) -> Story | None:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            for one in reversed(list(versions(self.root, name))):
                if not (self.root / one).exists():
                    sweep(self.root, [one])
                if (story := read_story(self.root / one, unpacks=self._unpacks)) and story.info.get(TOLD_AS, name) == name:
                    return story
            also = (self.root / ALSO / name).read_text(encoding="utf-8").strip()
            story = read_story(self.root / also, unpacks=self._unpacks) if is_name(also) else None
            return story if story and story.info.get(TOLD_AS) == name else None  # it may have been spoken anew once more
        return None

    def tell_as(self, story: Story, name: str) -> None:
        """Have `story` found under `name`, as soon as its info.yaml says so too. Raises `LibraryError`."""
        with translated(self.root):
            (self.root / ALSO).mkdir(exist_ok=True)
            replace_text(self.root / ALSO / name, story.name)

    def story(self, name: str) -> Story:
        """The story called `name`, or the only one whose name begins so. Raises `LibraryError`: there is none, or it cannot be read."""
        found = self._called(self.root, name)
        if found is None:
            raise _unknown(name)
        story = read_story(found, unpacks=self._unpacks)
        if story is None:
            raise LibraryError(f"{found} holds no story that can be read")
        return story

    def last(self) -> Story | None:
        """The story that was told last, whole or not; None where there is none that can be read."""
        return next(self.recent(), None)

    def _called(self, root: Path, name: str) -> Path | None:
        if not is_name(name):
            return None
        if (root / name).is_dir():
            return root / name
        try:
            with os.scandir(root) as entries:
                like = [entry.name for entry in entries if entry.name.startswith(name)]
        except OSError:
            return None
        if len(like) > 1:
            raise LibraryError(f"there are several stories whose name begins with {name!r}: {', '.join(sorted(like)[:5])}")
        return root / like[0] if like else None

    async def begin(self, name: Callable[[], str], info: Callable[[], Mapping[str, Any]], format: AudioFormat) -> Record:
        """Start to keep a new story. `name` and `info` are asked again at its end. Raises `LibraryError`."""
        return await Record(self.root, name, info, format).begin()

    async def go_on(self, story: Story, info: Callable[[], Mapping[str, Any]], format: AudioFormat) -> Record:
        """Start to write what is missing of a story: its end, or its sound. Raises `LibraryError`."""
        return await Record(self.root, lambda: story.name, info, format, story).begin()

    async def cut(self, story: Story, count: int, more: Mapping[str, Any]) -> Story:
        """Leave `count` passages of a story, which is to go on in another way, with `more` in its info.yaml. Raises `LibraryError`."""
        with translated(self.root):
            return await asyncio.to_thread(cut, story, count, more)

    async def copy(self, story: Story, count: int, more: Mapping[str, Any]) -> Story:
        """The same as another story, of the same name with a number; the old one stays as it is. Raises `LibraryError`."""
        with translated(self.root):
            return await asyncio.to_thread(copied, self.root, _stem(self.root, story.name), story, count, more)

    def recent(self) -> Iterator[Story]:
        """The stories that can be read, the one that was told last first."""
        with contextlib.suppress(OSError):
            with os.scandir(self.root) as entries:
                told = [(entry.stat().st_mtime_ns, entry.path) for entry in entries if is_name(entry.name) and entry.is_dir()]
            for _when, folder in sorted(told, reverse=True):
                if story := read_story(Path(folder), unpacks=self._unpacks):
                    yield story

    async def sweep(self) -> None:
        """Put what a crash left behind on the shelf. Nothing is told of what cannot be done: the library may be read-only."""
        await asyncio.to_thread(sweep, self.root)

    def touch(self, story: Story) -> None:
        """Note that it was told now; what was told least recently is the first to lose its sound."""
        with contextlib.suppress(OSError):
            os.utime(story.folder)

    def delete(self, name: str, *, for_good: bool = False) -> str:
        """Take a story from the shelf, with a way back, `restore`, unless `for_good`. Gives its whole name. Raises `LibraryError`."""
        found = self._called(self.root, name) or (self._called(self.root / DELETED, name) if for_good else None)
        if found is None:
            raise _unknown(name)
        bin = self.root / DELETED
        with translated(self.root), locked(self.root):
            bin.mkdir(exist_ok=True)
            gone = bin / (found.name if not (bin / found.name).exists() else f"{found.name}~{secrets.token_hex(3)}")
            if found.parent != bin:
                found.rename(gone)
            if for_good:
                left = gone if gone.is_symlink() or gone.exists() else found
                left.unlink() if left.is_symlink() else shutil.rmtree(left)
        return found.name if for_good else gone.name

    def restore(self, name: str) -> Story:
        """Put a deleted story back on the shelf. Raises `LibraryError`."""
        found = self._called(self.root / DELETED, name)
        if found is None:
            raise LibraryError(f"no deleted story is called {name!r}; `fably stories list --deleted` shows those there are")
        with translated(self.root), locked(self.root):
            kept = found.rename(self.root / next(free(self.root, found.name.partition("~")[0])))
        return self.story(kept.name)

    def leave(self, story: Story, passage: int | None) -> None:
        """Note with which passage a story that is kept whole is to be gone on; None for one that was told to its end. Raises
        `LibraryError`."""
        with translated(self.root):
            if read_info(story.folder).get(LEFT_AT) != passage:
                change_info(story, **{LEFT_AT: passage})

    def set_held(self, story: Story, held: list[Any]) -> Story:
        """Note what was held back from the child; gives the story as it is now. Raises `LibraryError`."""
        with translated(self.root):
            change_info(story, held=held)
        return replace(story, info={**story.info, "held": held})

    def set_favourite(self, story: Story, favourite: bool) -> None:
        """Note that a story is a favourite, which keeps its sound whatever happens. Raises `LibraryError`."""
        with translated(self.root):
            change_info(story, favourite=favourite or None)

    def set_title(self, story: Story, title: str) -> None:
        """Call a story `title`; with an empty one it is called by its wish again. Its folder keeps its name. Raises `LibraryError`."""
        words = " ".join("".join(one if one.isprintable() else " " for one in title).split())
        with translated(self.root):
            change_info(story, title=words[:LONGEST_TITLE] or None)


def _unknown(name: str) -> LibraryError:
    fault = LibraryError(f"there is no story called {name!r}; `fably stories list` shows those there are")
    return fault.of_kind("no_story", name=name)


def _stem(root: Path, name: str) -> str:
    """The name of which `name` is that with a number: a-fox-12ab34-2 is one of a-fox-12ab34."""
    stem, dash, number = name.rpartition("-")
    return stem if dash and number.isdigit() and (root / stem).exists() else name
