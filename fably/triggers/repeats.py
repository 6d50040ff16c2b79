"""Which gestures the edges of a button are that does one thing, again and again while it is held. Pure, as `Presses` is."""

import math
from collections.abc import Iterator

from fably.core.types import Gesture

FIRST = 0.5
"""Seconds after which a press that goes on counts again."""
NEXT = 0.2
"""Seconds to each further time."""
MOST = 25
"""Times that one press counts: from one end to the other. Whatever holds it for longer is no hand."""


class Repeats:
    """Makes of each press `gesture`, at once, and again while it lasts. What was missed is not made up for: that would be a jump."""

    def __init__(self, gesture: Gesture, bounce: float = 0.02) -> None:
        self._gesture, self._bounce = gesture, bounce
        self._now = self._chatters_until = -math.inf
        self._contact = False  # how the contact is, as far as is known
        self._down = False  # how it is taken to be
        self._told = 0  # how often this press has counted
        self._next = 0.0

    @property
    def due(self) -> float | None:
        """When `until` has something to say if no edge comes before; None for never."""
        return min(self._coming(), default=None)

    def feed(self, down: bool, at: float) -> list[Gesture]:
        """The gestures up to an edge at the time `at`. An edge to where the contact is already is none."""
        told = self.until(at)
        self._contact = down
        return told + self._turn() if self._now >= self._chatters_until else told

    def until(self, at: float) -> list[Gesture]:
        """The gestures up to the time `at` that need no edge."""
        self._now = max(self._now, at)
        told: list[Gesture] = []
        if self._now >= self._chatters_until:
            told += self._turn()
        if self._down and self._told < MOST and self._next <= self._now:
            self._told, self._next = self._told + 1, self._now + NEXT
            told.append(self._gesture)
        return told

    def _coming(self) -> Iterator[float]:
        if self._down and self._told < MOST:
            yield self._next
        if self._contact != self._down:  # it was seen to turn while it chattered: that counts when it has come to rest
            yield self._chatters_until

    def _turn(self) -> list[Gesture]:
        if self._contact == self._down:
            return []
        self._down, self._chatters_until = self._contact, self._now + self._bounce
        self._told, self._next = 1, self._now + FIRST
        return [self._gesture] if self._down else []
