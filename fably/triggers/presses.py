"""Which gestures the edges of a button are. Pure: it is told the time, and says when it wants to be asked again."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from fably.core.types import Gesture
from fably.triggers.timed import Timed


@dataclass(frozen=True, slots=True)
class Timing:
    """What tells gestures apart, in seconds. `held` < `long` < `very_long`."""

    held: float = 0.4
    """Still down after so long: the press is held."""
    double: float = 0.35
    """A second press within so long after the end of a short one makes both a double; 0 for no doubles."""
    long: float = 3.0
    very_long: float = 8.0
    bounce: float = 0.02
    """How long a contact may chatter after each edge. The first edge counts at once, so this delays nobody."""


USUAL = Timing()


class Presses(Timed):
    """Makes gestures of edges. Each press is `DOWN`, and then one of: `SHORT`; `HELD`, perhaps `LONG`, perhaps `VERY_LONG`, `RELEASED`;
    or, together with the next press and its `DOWN`, `DOUBLE`.

    The second press of a double means nothing but that, however long it is.
    """

    def __init__(self, timing: Timing = USUAL) -> None:
        super().__init__()
        self._timing = timing
        self._holding = ((timing.held, Gesture.HELD), (timing.long, Gesture.LONG), (timing.very_long, Gesture.VERY_LONG))
        self._chatters_until = -math.inf
        self._contact = False  # how the contact is, as far as is known
        self._down = False  # how it is taken to be
        self._since = 0.0  # when the press began
        self._reached = 0  # how many of `_holding` have been told of it
        self._second = False  # whether it is the second of a double
        self._short: float | None = None  # the end of a short press that may become a double

    def feed(self, down: bool, at: float) -> list[Gesture]:
        """The gestures up to an edge at the time `at`. An edge to where the contact is already is none."""
        told = self.until(at)
        self._contact = down
        if self._contact != self._down and self._now >= self._chatters_until:
            told += self._turn(self._now)
        return told

    def _coming(self) -> Iterator[float]:
        if self._short is not None:
            yield self._short + self._timing.double
        if self._down and not self._second and self._reached < len(self._holding):
            yield self._since + self._holding[self._reached][0]
        if self._contact != self._down:  # it was seen to turn while it chattered: that counts when it has come to rest
            yield self._chatters_until

    def _pass(self, due: float) -> list[Gesture]:
        """What happens at `due`, which is the first of those that are coming."""
        if self._short is not None and self._short + self._timing.double <= due:
            self._short = None
            return [Gesture.SHORT]
        if self._down and not self._second and self._reached < len(self._holding):
            seconds, gesture = self._holding[self._reached]
            if self._since + seconds <= due:
                self._reached += 1
                return [gesture]
        return self._turn(due)

    def _turn(self, at: float) -> list[Gesture]:
        self._down = not self._down
        self._chatters_until = at + self._timing.bounce
        if self._down:
            self._second, self._short = self._short is not None, None
            self._since, self._reached = at, 0
            return [Gesture.DOWN, Gesture.DOUBLE] if self._second else [Gesture.DOWN]
        if self._second:
            return []
        if self._reached:
            return [Gesture.RELEASED]
        if not self._timing.double:
            return [Gesture.SHORT]
        self._short = at
        return []
