"""Stand-ins for a model, a voice and a card. They pass the same contract tests as the real ones (tests/test_contracts.py)."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from fably.core.errors import AudioError
from fably.core.types import AudioFormat, Message

FORMAT = AudioFormat(8_000)
SECONDS_A_CHARACTER = 0.05


class FakeModel:
    """Gives the pieces it was made with, then raises `fault` if there is one."""

    def __init__(self, *pieces: str, fault: Exception | None = None) -> None:
        self.pieces, self.fault = pieces, fault
        self.given = 0
        self.closed = False
        self.asked: list[tuple[str, Sequence[Message]]] = []

    async def stream(self, system: str, messages: Sequence[Message]) -> AsyncGenerator[str, None]:
        self.asked.append((system, messages))
        try:
            for piece in self.pieces:
                self.given += 1
                yield piece
            if self.fault is not None:
                raise self.fault
        finally:
            self.closed = True


class FakeVoice:
    """Speaks a constant level, a twentieth of a second for each character, in chunks of a fifth."""

    def __init__(self, at_once: int = 1, format: AudioFormat = FORMAT, faults: dict[int, Exception] | None = None) -> None:
        self.at_once, self.format = at_once, format
        self._faults = faults or {}
        self.asked: list[str] = []
        self.speaking = self.most_speaking = 0

    async def synthesize(self, text: str) -> AsyncGenerator[bytes, None]:
        self.asked.append(text)
        if fault := self._faults.get(len(self.asked)):
            raise fault
        self.speaking += 1
        self.most_speaking = max(self.most_speaking, self.speaking)
        try:
            left = self.format.bytes_in(len(text) * SECONDS_A_CHARACTER)
            while left > 0:
                size = min(left, self.format.bytes_in(0.2))
                await asyncio.sleep(0)  # as a real one, it lets others run
                yield b"\x10\x10" * (size // 2)
                left -= size
        finally:
            self.speaking -= 1


class FakeMicrophone:
    """Hears `pcm` as fast as it is asked to, in pieces of 20 ms or as given, then raises `fault` if there is one."""

    format = AudioFormat(16_000)

    def __init__(self, pcm: bytes, piece: float = 0.02, fault: Exception | None = None) -> None:
        self._pcm, self._size, self._fault = pcm, self.format.bytes_in(piece), fault
        self.given = 0
        """Pieces."""
        self.is_open = False

    async def stream(self) -> AsyncGenerator[bytes, None]:
        self.is_open = True
        try:
            for at in range(0, len(self._pcm), self._size):
                self.given += 1
                await asyncio.sleep(0)  # as a real one, it lets others run
                yield self._pcm[at : at + self._size]
            if self._fault is not None:
                raise self._fault
        finally:
            self.is_open = False


class FakeSpeaker:
    """Remembers what it was given. `fails_after` bytes it fails like a card that is pulled out; 0 fails when it is opened."""

    is_clock = True

    def __init__(self, fails_after: int | None = None) -> None:
        self.fails_after = fails_after
        self.format: AudioFormat | None = None
        self.heard = bytearray()
        self.drained = self.aborted = self.closed = False

    async def open(self, format: AudioFormat) -> None:
        if self.fails_after == 0:
            raise AudioError("no card")
        self.format = format

    async def write(self, pcm: bytes) -> None:
        if self.fails_after is not None and len(self.heard) >= self.fails_after:
            raise AudioError("the card is gone")
        self.heard += pcm

    async def drain(self) -> None:
        self.drained = True

    async def abort(self) -> None:
        self.aborted = True

    async def close(self) -> None:
        self.closed = True
