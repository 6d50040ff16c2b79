"""A child at the microphone of the test room, and the ear at its loudspeaker."""

import asyncio
import os
from collections import deque
from collections.abc import AsyncGenerator
from pathlib import Path

from rooms import at_level, noise, scene, speech

from fably.core.types import AudioFormat

WISH = scene(speech("tell me a story about a dragon and a princess", 1), "pink", before=0.2, after=0.0).pcm


class Child:
    """A `Microphone`: what is said to it, and else a quiet room, in the time of the loop."""

    format = AudioFormat(16_000)

    def __init__(self) -> None:
        self._words: deque[bytes] = deque()
        self._room = at_level(noise("pink"), -65)
        self._at = 0
        self.is_open = False
        self.opened = 0
        self.heard = bytearray()

    def says(self, pcm: bytes = WISH) -> float:
        """Say something as soon as somebody listens; how long it takes."""
        self._words += [pcm[at : at + 640] for at in range(0, len(pcm) - 639, 640)]
        return len(pcm) / 32_000

    def falls_silent(self) -> None:
        self._words.clear()

    async def stream(self) -> AsyncGenerator[bytes, None]:
        assert not self.is_open, "a card can be opened once only"
        self.is_open = True
        self.opened += 1
        try:
            while True:
                await asyncio.sleep(0.02)
                self._at = (self._at + 640) % (len(self._room) - 640)
                pcm = self._words.popleft() if self._words else self._room[self._at : self._at + 640]
                self.heard += pcm
                yield pcm
        finally:
            self.is_open = False


class Card:
    """What the loudspeaker plays, looked at as samples."""

    def __init__(self, file: Path) -> None:
        self._file, self._part = file, Path(f"{file}.part")

    def silent(self) -> bool:
        """Whether nothing is heard now: it is closed, or has had silence for 20 ms."""
        return not any(self._since(-1000))

    def sounds(self, since: int) -> bool:
        """Whether something has been heard that was played after its first `since` bytes."""
        return any(self._since(since))

    def size(self) -> int:
        return self._part.stat().st_size if self._part.exists() else 0

    def _since(self, start: int) -> bytes:
        try:
            with self._part.open("rb") as file:
                file.seek(max(start, -self.size()) if start < 0 else start, os.SEEK_END if start < 0 else os.SEEK_SET)
                return file.read()
        except OSError:
            return b""
