"""Bedtime: a story becomes softer and slower from sentence to sentence, until it is hardly more than a breath.

The loudness is EBU R 128's, and it is levelled first, for voices speak one sentence louder than another. To know how loud a passage is,
some of it must be there before it is heard: the more has been made, the more may be, so that a voice that is one and a half times as fast
as speech is waited for nowhere. The first passage is the measure of all others, and is heard at once.

It becomes slower by its pauses, and by the voice's own tempo where the voice can (`slowing.py`): that is in the sound as it is made, and so
in what is kept of it; all else is not.
"""

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing

from fably.core.protocols import Source
from fably.core.types import AudioFormat, Passage
from fably.pcm.loudness import gain
from fably.pcm.r128 import VoiceMeter
from fably.pcm.samples import fade_in, fade_out
from fably.story.piece import LENGTH, Piece, cut
from fably.story.speech import Spoken

FLOOR = -9.0  # LU, against the first passage; the story gets there at its end
STEP = 0.75  # LU a passage at most: with what the measure errs it is less than 1
GLIDE = 1.0  # LU a second, within the passage
LEVEL = 6.0  # decibels that a passage is made louder or softer at most, to be as loud as the first
PAUSES = 0.2, 1.2  # seconds between passages, at the beginning and at the end
LOOK = 12.0  # seconds of a passage at most that are made before it is heard
SURE = 3.0  # seconds by which the loudness of a passage is known; by less it is known in part
EDGE = 0.015  # seconds: beside a pause a sound begins and ends softly
HEADROOM = -3.0  # decibels: the first passage is so much softer than it was made, so that others may be louder; nothing ever clips


class Bedtime:
    """One story in `format`. `progress` tells how far it is, from 0 to 1, when a passage begins."""

    def __init__(self, format: AudioFormat, progress: Callable[[Passage], float]) -> None:
        self._format, self._progress = format, progress
        self._edge = format.bytes_in(EDGE)
        self._passage: Passage | None = None
        self._given = 0.0  # seconds of sound that were made before this passage
        self._usual: float | None = None  # LUFS of the first passage
        self._fall: float | None = None  # LU: where this passage goes
        self._now = 0.0  # and where it is
        self._pause = 0.0  # seconds before this passage

    async def pieces(self, spoken: Source[Spoken]) -> AsyncGenerator[Piece, None]:
        """The sound of `spoken`, as it was made and as it is heard."""
        async with aclosing(spoken) as source:
            async for passage, pcm in source:
                if passage is not self._passage:
                    for piece in self._ended():
                        yield piece
                    before, self._passage = self._passage, passage
                    self._begin(self._progress(passage))
                    if before is not None:
                        yield Piece(before, b"", bytes(self._format.bytes_in(self._pause)))
                for piece in self._more(pcm):
                    yield piece
            for piece in self._ended():
                yield piece

    def _begin(self, progress: float) -> None:
        goal = FLOOR * min(max(progress, 0.0), 1.0)
        self._is_first = self._fall is None
        if self._fall is None:  # one that is gone on with begins as softly as it had become
            self._fall = self._now = goal
        else:
            self._fall = min(self._fall, max(goal, self._fall - STEP))
        self._pause = max(self._pause, PAUSES[0] + (PAUSES[1] - PAUSES[0]) * min(progress, 1.0))
        self._meter = VoiceMeter(self._format)
        self._waiting = bytearray()  # what has not been given yet
        self._seconds = 0.0  # of this passage, so far
        self._level: float | None = None  # what makes it as loud as the others, once that is known
        self._gave = False

    def _more(self, pcm: bytes) -> Iterator[Piece]:
        self._meter.feed(pcm)
        self._waiting += pcm
        self._seconds += self._format.seconds(len(pcm))
        if self._level is None and (self._is_first or self._seconds >= min(LOOK, self._given / 2)):
            self._level = self._levelled()
        if self._level is not None and len(self._waiting) > 2 * self._edge:
            ready = bytes(self._waiting[: -self._edge])
            del self._waiting[: -self._edge]
            yield from self._pieces(ready)

    def _ended(self) -> Iterator[Piece]:
        """What is left of the passage that has ended."""
        if self._passage is None:
            return
        if self._level is None:
            self._level = self._levelled()
        rest, last = bytes(self._waiting[: -self._edge]), bytes(self._waiting[-self._edge :])
        yield from self._pieces(rest)
        if last:
            yield Piece(self._passage, last, fade_out(last), self._gain())
        self._given += self._seconds
        if self._usual is None and (loudness := self._meter.integrated()) is not None:
            self._usual = loudness - (self._level or 0.0)

    def _pieces(self, pcm: bytes) -> Iterator[Piece]:
        assert self._passage is not None  # noqa: S101 - there is one that is being told
        assert self._fall is not None  # noqa: S101 - as above
        if not self._gave and pcm:
            self._gave = True
            first, pcm = pcm[: self._edge], pcm[self._edge :]
            yield Piece(self._passage, first, first if self._is_first else fade_in(first), self._gain())
        for one in cut(pcm, self._format):
            self._now = max(self._fall, self._now - GLIDE * LENGTH)
            yield Piece(self._passage, one, one, self._gain())

    def _gain(self) -> float:
        return gain(min(HEADROOM + (self._level or 0.0) + self._now, 0.0))

    def _levelled(self) -> float:
        """The decibels that make this passage as loud as the first, as far as is known how loud it is."""
        loudness = self._meter.integrated()
        if self._usual is None or loudness is None:
            return 0.0
        known = min(1.0, self._seconds / SURE)
        return min(max((self._usual - loudness) * known, -LEVEL), LEVEL)
