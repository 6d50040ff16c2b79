"""Bedtime's tempo: the voice itself speaks a little more slowly from passage to passage, where it can. It is never the faster for it."""

from collections.abc import Callable

from fably.core.types import Passage

SLOWEST = 0.85  # times the usual tempo; the story gets there at its end
STEP = 0.02  # of the usual tempo, a passage at most: nobody hears where it becomes slower


class Slowing:
    """The tempo of one story, of which `progress` tells how far it is, from 0 to 1. One that is gone on with `begins` as slowly as it had
    become."""

    def __init__(self, progress: Callable[[Passage], float], begins: float = 1.0) -> None:
        self._progress = progress
        self.now = min(max(begins, SLOWEST), 1.0)
        """Times the usual tempo at which the last passage that was asked for is spoken."""

    def __call__(self, passage: Passage) -> float:
        """How fast `passage` is spoken. Each is asked for in order."""
        goal = 1 - (1 - SLOWEST) * min(max(self._progress(passage), 0.0), 1.0)
        self.now = min(self.now, max(goal, self.now - STEP))
        return self.now
