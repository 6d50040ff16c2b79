"""What is done to the sound of a story between the voice and the ear, on evenings on which a child is to fall asleep.

What is kept stays as the voice made it: a `Piece` has both.
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field

from fably.core.protocols import Source
from fably.core.types import AudioFormat, Passage
from fably.story.bedtime import Bedtime
from fably.story.piece import Piece
from fably.story.sleep_timer import SleepTimer
from fably.story.slowing import Slowing
from fably.story.speech import Spoken


@dataclass
class Course:
    """How far a story of `whole` words is, of which `told` have been."""

    told: int
    whole: int
    _at: dict[int, float] = field(default_factory=dict)

    def __call__(self, passage: Passage) -> float:
        """How far it is when `passage` begins, from 0 to 1, or more where it is longer than was thought. Each is given first in order, and
        then as often as anybody asks: it is spoken before it is heard."""
        if passage.index not in self._at:
            self._at[passage.index] = self.told / max(self.whole, 1)
            self.told += passage.words
        return self._at[passage.index]


@dataclass(frozen=True)
class Evening:
    """How a story is to be heard."""

    progress: Callable[[Passage], float] | None = None
    """How far the story is when a passage begins, such as a `Course`. None: not at bedtime."""
    pace: Slowing | None = None
    """How fast each passage is spoken. None: at the usual tempo."""
    sleep_timer: float = 0.0
    """Seconds of sound after which the story fades out; 0 for never."""

    def begin(self, format: AudioFormat, spoken: Source[Spoken]) -> "Heard":
        """What is heard of the sound in `spoken`."""
        made = _as_made(spoken) if self.progress is None else Bedtime(format, self.progress).pieces(spoken)
        timer = SleepTimer(format, self.sleep_timer) if self.sleep_timer else None
        return Heard(timer.pieces(made) if timer else made, timer)


@dataclass(frozen=True)
class Heard:
    """The sound of an evening, piece by piece."""

    pieces: AsyncGenerator[Piece, None]
    _timer: SleepTimer | None

    @property
    def left_at(self) -> int | None:
        """Once the pieces have ended: the index of the passage from which the story is to be gone on with, where the sleep timer ended
        it."""
        return self._timer.left_at if self._timer else None


async def _as_made(spoken: Source[Spoken]) -> AsyncGenerator[Piece, None]:
    async with aclosing(spoken) as source:
        async for passage, pcm in source:
            yield Piece(passage, pcm, pcm)
