"""The sound of a story that is kept, passage by passage, as if it were being spoken."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing, suppress
from pathlib import Path

from fably.core.errors import LibraryError
from fably.core.types import AudioFormat, Passage
from fably.library.story import OPUS, WAVS, Clip, Story
from fably.pcm.wav import read_wav

Unpack = Callable[[Path, AudioFormat, int], AsyncGenerator[bytes, None]]
"""Gives the sound of a packed file in a format, from a sample on."""


async def sound_of(story: Story, first: int, unpack: Unpack) -> AsyncGenerator[tuple[Passage, bytes], None]:
    """Give the passages of `story` from `first` on, as far as they have sound, with their sound in pieces.

    Raises `LibraryError` when the sound cannot be read, `AudioError` when it cannot be unpacked.
    """
    assert story.format is not None  # noqa: S101 - a story without sound has nothing to give
    for number, (file, passages, ends) in enumerate(_stretches(story, first)):
        start = story.clips[first].start if number == 0 else 0
        if file.name in WAVS and not file.exists() and file.with_name(OPUS).exists():  # it was packed in this very moment
            file = file.with_name(OPUS)
        source = _read(file, start) if file.name in WAVS else unpack(file, story.format, start)
        sample, index = start, 0
        async with aclosing(source) as pieces:
            async for piece in pieces:
                while piece:
                    end = ends[index]
                    size = len(piece) if end is None else min(len(piece), (end - sample) * story.format.frame)
                    if size:
                        yield passages[index], piece[:size]
                    piece, sample = piece[size:], sample + size // story.format.frame
                    if end is not None and sample >= end:
                        index += 1
                        if index == len(ends):
                            break
                if index == len(ends):
                    break


def _stretches(story: Story, first: int) -> Iterator[tuple[Path, list[Passage], list[int | None]]]:
    """Passages that are in one file, and the sample where each of them ends (None: where the file does)."""
    clips: list[Clip | None] = [*story.clips, None]
    passages: list[Passage] = []
    ends: list[int | None] = []
    for index in range(first, len(story.clips)):
        clip, following = story.clips[index], clips[index + 1]
        same = following is not None and following.file == clip.file
        passages.append(story.passages[index])
        ends.append(following.start if following is not None and same else _place(story, index + 1) if clip.file.name in WAVS else None)
        if not same:
            yield clip.file, passages, ends
            passages, ends = [], []


def _place(story: Story, index: int) -> int | None:
    """Where a passage that has a place but not all of its sound begins: its piece of sound is not told."""
    return story.places[index][2] if index < len(story.places) else None


async def _read(file: Path, start: int) -> AsyncGenerator[bytes, None]:
    """The sound of a WAV file. It is read in a thread, for an SD card may think for a while."""
    try:
        _format, pieces = await asyncio.to_thread(read_wav, file, 0.2, start)
        try:
            while pcm := await asyncio.to_thread(next, pieces, None):
                yield pcm
        finally:
            with suppress(ValueError):  # it is being read in this moment, and goes with the thread
                pieces.close()
    except (OSError, ValueError) as error:
        raise LibraryError(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}") from error
