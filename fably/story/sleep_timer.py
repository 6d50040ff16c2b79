"""The sleep timer: after so much sound the story falls silent, slowly, and ends with a sentence.

Time is counted in sound, so that a pause of the loudspeaker, or a machine that is slow, changes nothing.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from fably.core.protocols import Source
from fably.core.types import AudioFormat, Passage
from fably.pcm.loudness import gain
from fably.story.piece import Piece, cut

FADE = 20.0  # seconds; for a timer below 40, half of its time
FALL = 40.0  # decibels, evenly over the fade: a whisper that is hardly heard
ENOUGH = 0.75  # of the fade: a sentence that ends from here on is the last


class SleepTimer:
    """Ends a story after about `seconds` of its sound: the fade begins with the first sentence in the last 20 of them."""

    def __init__(self, format: AudioFormat, seconds: float) -> None:
        fade = min(FADE, seconds / 2)
        self._format, self._fade, self._due = format, fade, seconds - fade
        self.left_at: int | None = None
        """The passage with which the fade began, once the story has been ended by it. One that ends by itself has none."""

    async def pieces(self, source: Source[Piece]) -> AsyncGenerator[Piece, None]:
        """The pieces of `source` as far as they are heard."""
        heard, passage = 0.0, None
        first: Passage | None = None
        begun = 0.0
        async with aclosing(source) as pieces:
            async for piece in pieces:
                if piece.passage is not passage:
                    passage = piece.passage
                    if first is not None and heard - begun >= ENOUGH * self._fade:
                        self.left_at = first.index
                        return
                    if first is None and heard >= self._due:
                        first, begun = passage, heard
                if first is None:
                    yield piece
                else:
                    for one in self._fading(piece, heard - begun):
                        yield one
                heard += self._format.seconds(len(piece.heard))

    def _fading(self, piece: Piece, since: float) -> list[Piece]:
        """The same `since` so many seconds of the fade, in pieces that are each softer than the one before."""
        faded, at = list[Piece](), 0
        for part in cut(piece.heard, self._format):
            fall = FALL * min((since + self._format.seconds(at)) / self._fade, 1)
            faded.append(Piece(piece.passage, piece.pcm[at : at + len(part)], part, piece.gain * gain(-fall)))
            at += len(part)
        return faded
