"""How tight it is: calm, warning, critical. Up at once, down with patience, or the box would unload and load in turn for ever."""

from enum import IntEnum
from typing import NamedTuple

from fably.memory.pressure import Pressure

PATIENCE = 3
"""Readings in a row that must be lower before the level goes down, one level at a time."""
MARGIN = 5.0
"""Points of percent by which they must be lower: somebody who holds 79 and 81 percent in turn is at one level."""
STALLED_SOME = 10.0
"""Percent of time in which somebody waits for memory, from which on it is a warning. Android and the desktops act at 7 to 10; a machine
with room enough is at 0, and one whose button answers late is beyond."""
STALLED_FULL = 10.0
"""Percent of time in which nothing is done at all, from which on it is critical: a second out of ten. The voice has eight seconds of
sound ahead, but the button has nothing."""


class Level(IntEnum):
    """How tight it is."""

    CALM = 0
    WARNING = 1
    CRITICAL = 2

    @property
    def word(self) -> str:
        return self.name.lower()


class Thresholds(NamedTuple):
    """Percent of the limit from which on a level is reached."""

    warning: float = 80.0
    critical: float = 90.0


def level_of(percent: float | None, stalled: Pressure | None, at: Thresholds) -> Level:
    """The level of one reading: the higher of what the memory held says (percent of the limit) and what the kernel's waiting says."""
    found = Level.CALM
    if percent is not None:
        found = Level.CRITICAL if percent >= at.critical else Level.WARNING if percent >= at.warning else Level.CALM
    if stalled is not None:
        if stalled.full >= STALLED_FULL:
            return Level.CRITICAL
        if stalled.some >= STALLED_SOME:
            return max(found, Level.WARNING)
    return found


class Ladder:
    """The level over time."""

    def __init__(self, at: Thresholds) -> None:
        self._at = at
        self.level = Level.CALM
        self._lower = 0  # readings in a row

    def climb(self, percent: float | None, stalled: Pressure | None) -> bool:
        """Take a reading that may raise the level, but not lower it. Whether it did."""
        found = level_of(percent, stalled, self._at)
        if found <= self.level:
            return False
        self.level, self._lower = found, 0
        return True

    def step(self, percent: float | None, stalled: Pressure | None) -> bool:
        """Take the next of the regular readings. Whether the level is another now."""
        if self.climb(percent, stalled):
            return True
        clearly = level_of(None if percent is None else percent + MARGIN, stalled, self._at)
        self._lower = self._lower + 1 if clearly < self.level else 0
        if self._lower < PATIENCE:
            return False
        self.level, self._lower = Level(self.level - 1), 0
        return True
