"""The opener: a first line in the narrator's own voice, made ready on an earlier day, that is heard while the model still thinks."""

import asyncio
import contextlib
import hashlib
import json
import random
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from fably.core.parts import written
from fably.core.protocols import TextToSpeech
from fably.core.types import AudioFormat, Passage
from fably.pcm.wav import WavWriter, read_wav
from fably.story.speech import Spoken

PIECE = 0.1  # seconds of sound read at once


@dataclass(frozen=True)
class Opener:
    """A line and its sound."""

    text: str
    format: AudioFormat
    pieces: Iterator[bytes]

    async def spoken(self) -> AsyncGenerator[Spoken, None]:
        """The line as the first passage of a story."""
        first = Passage(0, self.text)
        for piece in self.pieces:
            yield first, piece


class Openers:
    """The openers of one voice. `identity` is all that decides how it sounds; another voice has openers of its own."""

    def __init__(self, folder: Path, lines: Sequence[str], identity: Sequence[str | None]) -> None:
        self._folder = folder / hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:16]
        self._lines = lines

    def _path(self, line: str) -> Path:
        return self._folder / f"{hashlib.sha256(line.encode()).hexdigest()[:16]}.wav"

    def choose(self) -> Opener | None:
        """One of those that are ready, or None."""
        for line in random.sample(self._lines, len(self._lines)):
            with contextlib.suppress(OSError, ValueError):  # not made yet, or not readable: the next one, or none
                return Opener(line, *read_wav(self._path(line), PIECE))
        return None

    def are_ready(self) -> bool:
        """Whether none is missing."""
        return all(self._path(one).exists() for one in self._lines)

    async def make(self, voice: TextToSpeech) -> bool:
        """Make the next one that is missing; whether one was. Raises `ProviderError` and `OSError`; whatever happens, no half of one is
        left."""
        line = next((one for one in self._lines if not self._path(one).exists()), None)
        if line is None:
            return False
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
        with written(self._path(line)) as part, part.open("wb") as file:
            await _write(file, voice, line)
        return True


async def _write(file: BinaryIO, voice: TextToSpeech, line: str) -> None:
    sound = WavWriter(file, voice.format)
    async with aclosing(voice.synthesize(line)) as chunks:
        async for pcm in chunks:
            sound.write(pcm)
    sound.finish()
