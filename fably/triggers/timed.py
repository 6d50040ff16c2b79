"""What a gesture is shows with time. Who recognises one is told the time, and says when he wants to be asked again: no clock, no task."""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator

from fably.core.types import Gesture


class Timed(ABC):
    """A recogniser. Times are seconds of any clock; one that stands still or goes back is taken for the latest that was seen."""

    def __init__(self) -> None:
        self._now = -math.inf

    @property
    def due(self) -> float | None:
        """When `until` has something to say if nothing happens before; None for never."""
        return min(self._coming(), default=None)

    def until(self, at: float) -> list[Gesture]:
        """The gestures up to the time `at`, if nothing has happened."""
        self._now = max(self._now, at)
        told: list[Gesture] = []
        while (due := self.due) is not None and due <= self._now:
            told += self._pass(due)
        return told

    @abstractmethod
    def _coming(self) -> Iterator[float]:
        """When something will be to say, in any order."""

    @abstractmethod
    def _pass(self, due: float) -> list[Gesture]:
        """What is to say at `due`, the first of those that are coming, which must be over then."""
