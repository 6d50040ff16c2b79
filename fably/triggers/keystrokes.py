"""Which gestures the strokes of a key are, at a terminal, which tells of no release. Pure, as `Presses` is."""

from collections.abc import Iterator
from dataclasses import dataclass

from fably.core.types import Gesture
from fably.triggers.timed import Timed


@dataclass(frozen=True, slots=True)
class Repeat:
    """How keyboards repeat a key that is held, in seconds."""

    first: float = 0.7
    """The second stroke comes within so long: consoles wait 0.25, desktops 0.5 to 0.66."""
    next: float = 0.15
    """Each further one within so long: 0.03 to 0.09, and more over a network. Nobody taps three times as fast."""


USUAL = Repeat()


class Keystrokes(Timed):
    """Makes gestures of strokes, as `Presses` does of edges: the first stroke is `DOWN`, at once.

    A second one that comes soon may be a tap or the key's own repeat: a third, or none, tells. So a short press and the second `DOWN`
    of a double are told a little late, which nobody feels: what is felt begins with the first `DOWN`.
    """

    def __init__(self, long: float = 3.0, very_long: float = 8.0, repeat: Repeat = USUAL) -> None:
        super().__init__()
        self._repeat = repeat
        self._holding = ((long, Gesture.LONG), (very_long, Gesture.VERY_LONG))
        self._since = self._last = 0.0  # when the first and the last stroke came
        self._strokes = 0  # three or more: the key is held; 4 stands for all above
        self._reached = 0  # how many of `_holding` have been told of it

    def feed(self, key: object, at: float) -> list[Gesture]:
        """The gestures up to a stroke at the time `at`. A key that is a gesture in itself is that, and no part of any other."""
        told = self.until(at)
        if isinstance(key, Gesture):
            return [*told, key]
        self._last = self._now
        self._strokes = min(self._strokes + 1, 4)
        if self._strokes == 1:
            self._since, self._reached = self._now, 0
            told.append(Gesture.DOWN)
        elif self._strokes == 3:
            told.append(Gesture.HELD)
        return told

    def _coming(self) -> Iterator[float]:
        if self._strokes:
            yield self._last + (self._repeat.first if self._strokes == 1 else self._repeat.next)
        if self._strokes >= 3 and self._reached < len(self._holding):
            yield self._since + self._holding[self._reached][0]

    def _pass(self, due: float) -> list[Gesture]:
        if self._strokes >= 3 and self._reached < len(self._holding):
            seconds, gesture = self._holding[self._reached]
            if self._since + seconds <= due:
                self._reached += 1
                return [gesture]
        strokes, self._strokes = self._strokes, 0
        if strokes == 1:
            return [Gesture.SHORT]
        return [Gesture.DOWN, Gesture.DOUBLE] if strokes == 2 else [Gesture.RELEASED]
