"""Keeps a story while it is told. The disk is never waited for: an SD card that thinks for a second must not be heard."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self, TypeVar

from fably.core.types import AudioFormat, Passage
from fably.library.locking import translated
from fably.library.story import Story
from fably.library.writer import Writer

T = TypeVar("T")
MOST_WAITING = 8_000_000  # bytes of sound that may wait for the disk; more, and it counts as broken
AHEAD = 300_000  # bytes of it by which a story that nobody hears may be ahead of the disk: more would be memory that never comes back whole


class Record:
    """One story on its way to the shelf. All its writing happens in order in one thread; what goes wrong there is told at the end.

    `name` and `info` are asked at the start and again at the end, when it is known who told it. With `story`, one that is kept already
    is gone on with: passages whose sound is there are passed over, others get theirs, and new ones are added.
    """

    def __init__(
        self, root: Path, name: Callable[[], str], info: Callable[[], Mapping[str, Any]], format: AudioFormat, story: Story | None = None
    ) -> None:
        self._root, self._name, self._info, self._format, self._story = root, name, info, format, story
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="library")
        self._given = self._written = 0  # bytes of sound; each is counted in one thread only
        self._error: Exception | None = None
        self._writer: Writer | None = None
        self._known = len(story.passages) if story else 0
        self._sounding = 0  # how many passages have their sound, without a gap
        self._wanted = False  # whether the sound of the passage that is being told is to be written down

    async def begin(self) -> Self:
        """Make the folder, or take the story's. Raises `LibraryError`."""
        try:
            writer = await self._in_thread(self._begin)
        except BaseException:
            # cancelled or not: what the thread makes, it also takes away, after it has made it
            self._disk.submit(lambda: self._writer.abandon() if self._writer else None)
            self._disk.shutdown(wait=False)
            raise
        self._sounding = writer.heard
        return self

    def passage(self, passage: Passage) -> None:
        """Note that `passage` begins to be told; the sound that follows is its own."""
        known = passage.index < self._known
        self._wanted = sounds = passage.index == self._sounding if known else self._sounding >= self._known
        if sounds:
            self._sounding += 1
        if sounds or not known:
            self._do(lambda writer: writer.passage(passage, sounds=sounds))

    def sound(self, pcm: bytes) -> None:
        """Add sound."""
        if not self._wanted:
            return
        if self._given - self._written > MOST_WAITING:
            self._error = self._error or OSError("the disk is too slow")
            return
        self._given += len(pcm)
        self._do(lambda writer: self._write(writer, pcm))

    def whole(self) -> None:
        """Note that no passage will follow the one that is being told."""
        self._do(lambda writer: writer.whole())

    async def room(self) -> None:
        """Wait until the disk has caught up, where much waits for it: for sound that nobody hears. Nothing is raised."""
        if self._given - self._written > AHEAD:
            await asyncio.wrap_future(self._disk.submit(int))  # what is asked of its thread last is done last

    async def finish(self, *, complete: bool) -> Path | None:
        """Put the story on the shelf and give its folder. One of which nothing was told leaves no trace, and None.

        Raises `LibraryError` when it could not be kept whole; what could be written is then a partial story.
        """
        try:
            return await self._in_thread(lambda: self._finish(complete))
        finally:
            self._disk.shutdown(wait=False)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        with translated(self._root):
            return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._disk, work))

    # ---- in the thread ---------------------------------------------------------------------------------------------------

    def _begin(self) -> Writer:
        self._writer = Writer(self._root, self._name(), self._info(), self._format, self._story)
        return self._writer

    def _do(self, work: Callable[[Writer], None]) -> None:
        def unless_broken() -> None:
            if self._error is None and self._writer is not None:
                try:
                    work(self._writer)
                except Exception as error:
                    self._error = error

        self._disk.submit(unless_broken)

    def _write(self, writer: Writer, pcm: bytes) -> None:
        writer.sound(pcm)
        self._written += len(pcm)

    def _finish(self, complete: bool) -> Path | None:
        assert self._writer is not None  # noqa: S101 - begin() comes first
        if self._error is not None:
            self._writer.abandon()
            raise self._error if isinstance(self._error, OSError) else OSError(str(self._error))
        try:
            return self._writer.finish(complete=complete, name=self._name(), info=self._info())
        except ValueError as error:  # the file's, when it was closed
            raise OSError(str(error)) from error
