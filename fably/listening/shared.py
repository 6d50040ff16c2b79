"""One microphone for several who listen: the wake word and whoever hears the wish after it. A sound card can be opened only once.

The card is open while somebody reads. It is read by one task, which hands each piece to everybody; whoever does not fetch theirs loses
the oldest of it, and nobody else does. The last seconds are kept meanwhile, so that after a wake word a stream can begin with what was said
before it: a wake word is only recognised when the wish has begun.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing

from fably.core.errors import AudioError
from fably.core.protocols import Microphone
from fably.core.types import AudioFormat
from fably.listening.ring import Ring
from fably.pcm.samples import quietest

log = logging.getLogger(__name__)

KEPT = 4.0
"""Seconds of sound that are kept, and for which the card stays open for whoever is to hear what follows a wake word."""
WAITING = 2.0
"""Seconds of sound that wait for a reader, beyond what it began with."""
WORD_ENDS = 0.6
"""Seconds before a wake word is recognised within which it has ended: 0.04 to 0.6 (speech of espeak-ng, three wake words)."""
PIECE = 0.02
"""Seconds that a stream gives at once."""


class SharedMicrophone:
    """A `Microphone`, on another one that nobody else uses. To be closed, when nobody reads any more.

    Places are counted in frames, from the first that this object has ever heard.
    """

    def __init__(self, card: Microphone) -> None:
        self._card = card
        self._readers: list[_Reader] = []
        self._place = 0
        self._since = 0  # the place at which the card was opened
        self._ring: Ring | None = None  # None while it is closed
        self._next: int | None = None  # the place at which the next stream begins
        self._reading: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()  # the same, and those that are giving the card back
        self._turn = asyncio.Lock()  # who has the card
        self.dropped = 0
        """Frames that were lost to readers who have gone: they did not fetch them in time."""

    @property
    def format(self) -> AudioFormat:
        """What `stream` gives."""
        return self._card.format

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """What is heard from now on, or behind a wake word that was recognised just now. To be closed. Raises `AudioError`."""
        size = self.format.bytes_in(PIECE)
        async with aclosing(self._read(self._beginning(), 0)) as pieces:
            async for _place, pcm in pieces:
                for at in range(0, len(pcm), size):
                    yield pcm[at : at + size]

    async def pieces(self, seconds: float) -> AsyncGenerator[tuple[int, bytes], None]:
        """What is heard from now on, at least so many seconds at a time, each with its place: a gap shows that some was lost. To be
        closed. Raises `AudioError`."""
        async with aclosing(self._read(self._place, self.format.bytes_in(seconds))) as pieces:
            async for piece in pieces:
                yield piece

    def a_word_ended(self, place: int) -> None:
        """A wake word was recognised at `place`: the next stream begins where it ended. The card stays open for it, if it comes soon."""
        if self._ring is None:
            return
        earliest = max(place - self._frames(WORD_ENDS), self._oldest())
        around = self._ring.between(self._seconds(earliest), self._seconds(place))
        self._next = earliest + quietest(around, self.format)

    async def aclose(self) -> None:
        """See the card closed."""
        await self._let_go()
        if self._tasks:
            await asyncio.wait(self._tasks)

    # ---- places ----------------------------------------------------------------------------------------------------------

    def _frames(self, seconds: float) -> int:
        return int(seconds * self.format.rate)

    def _seconds(self, place: int) -> float:
        """Where a place is in the ring: in the middle of its frame, for quotients are not exact."""
        return (place - self._since + 0.5) / self.format.rate

    def _oldest(self) -> int:
        """The place of the first frame that is kept."""
        return self._place - (len(self._ring) // self.format.frame if self._ring else 0)

    def _beginning(self) -> int:
        """Where the next stream begins: behind the wake word that was said just now, else here."""
        place, self._next = self._next, None
        if place is None or place < self._place - self._frames(KEPT):
            return self._place
        return max(place, self._oldest())

    # ---- the one who reads -----------------------------------------------------------------------------------------------

    async def _read(self, place: int, least: int) -> AsyncGenerator[tuple[int, bytes], None]:
        """Everything from `place` on, in pieces of `least` bytes at least."""
        begin = self._ring.between(self._seconds(place), self._seconds(self._place)) if self._ring is not None else b""
        reader = _Reader(self.format, self._place, begin)
        self._readers.append(reader)
        if self._reading is None:
            self._reading = asyncio.create_task(self._hear(), name="hears for all")
            self._tasks.add(self._reading)
            self._reading.add_done_callback(self._tasks.discard)
        try:
            while True:
                yield await reader.next(least)
        finally:
            if reader in self._readers:
                self._readers.remove(reader)
            self.dropped += reader.dropped
            if reader.dropped:
                log.info("%d frames were lost, for they were not fetched in time", reader.dropped)
            if not self._is_wanted():
                await self._let_go()

    def _is_wanted(self) -> bool:
        if self._next is not None and self._next < self._place - self._frames(KEPT):
            self._next = None  # nobody came
        return bool(self._readers) or self._next is not None

    async def _let_go(self) -> None:
        """Close the card. Whoever comes before that is done has it opened again."""
        reading, self._reading = self._reading, None
        self._ring = self._next = None
        if reading is not None:
            reading.cancel()
            await asyncio.wait([reading])

    async def _hear(self) -> None:
        """Read the card until nobody wants it any more."""
        try:
            async with self._turn, aclosing(self._card.stream()) as source:
                async for pcm in source:
                    if not self._hand_on(pcm):
                        self._reading = self._ring = None
                        return
            raise AudioError("the microphone has stopped: it gives no more sound")
        except AudioError as fault:
            self._fail(fault)
        except Exception as fault:  # or whoever reads would wait for ever
            log.exception("the microphone has a fault that nobody thought of")
            self._fail(AudioError(f"the microphone failed: {fault}"))

    def _hand_on(self, pcm: bytes) -> bool:
        """Give a piece to everybody. False where nobody wants any more."""
        if self._ring is None:
            self._ring, self._since = Ring(self.format, KEPT), self._place
        self._ring.add(pcm)
        self._place += len(pcm) // self.format.frame
        for reader in self._readers:
            reader.put(pcm)
        return self._is_wanted()

    def _fail(self, fault: AudioError) -> None:
        readers, self._readers = self._readers, []
        self._reading = self._ring = self._next = None
        for reader in readers:
            reader.fail(fault)


class _Reader:
    """What waits for one who reads."""

    def __init__(self, format: AudioFormat, place: int, begin: bytes) -> None:
        """`begin` is the sound up to `place`."""
        self._format, self._waiting = format, bytearray(begin)
        self._place = place - len(begin) // format.frame  # of the first frame that waits
        self._most = len(begin) + format.bytes_in(WAITING)
        self._moved = asyncio.Event()
        self._fault: AudioError | None = None
        self.dropped = 0

    def put(self, pcm: bytes) -> None:
        self._waiting += pcm
        if (over := len(self._waiting) - self._most) > 0:
            del self._waiting[:over]
            self._place += over // self._format.frame
            self.dropped += over // self._format.frame
        self._moved.set()

    def fail(self, fault: AudioError) -> None:
        self._fault = fault
        self._moved.set()

    async def next(self, least: int) -> tuple[int, bytes]:
        """All that waits, once there are `least` bytes of it, and the place of its first frame. Raises the `AudioError` after the last."""
        while len(self._waiting) < max(least, 1):
            if self._fault is not None:
                raise AudioError(str(self._fault)) from self._fault
            self._moved.clear()
            await self._moved.wait()
        place, pcm = self._place, bytes(self._waiting)
        self._place += len(pcm) // self._format.frame
        self._waiting.clear()
        return place, pcm
