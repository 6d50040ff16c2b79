"""How long a story still takes, about: for those who want to know before it ends."""

from collections.abc import Iterator

from fably.core.types import Passage
from fably.library.story import Story

MARKS = (300, 60)
"""Seconds before the end at which it is said."""
PACE = 0.42  # seconds a word, pauses included, until it is known from this story
ENOUGH = 40  # words by which it is
HEARD = 20.0  # seconds by which it is known how much longer than its sound a story takes, which at bedtime has pauses


class Countdown:
    """Of one telling: of the story as it was `kept`, or of a new one of about `words` words. `timer` are the seconds of the sleep timer,
    0 for none."""

    def __init__(self, kept: Story | None, words: int, timer: float) -> None:
        self._kept, self._timer = kept, timer
        self._words = [one.words for one in kept.passages] if kept is not None else []
        self._all = sum(self._words) if kept is not None and kept.whole else words
        self._told = 0  # words that were heard in this telling
        self._before: int | None = None  # words of the story before it
        self._first = 0.0  # where this telling began in the sound that is kept
        self._left: float | None = None
        self._waiting = list(MARKS)

    def at(self, passage: Passage, heard: float) -> Iterator[int]:
        """The marks that are passed when `passage` begins, after `heard` seconds of this telling: each once, and none by a story that
        was shorter from the start."""
        if self._before is None:
            self._before = sum(self._words[: passage.index])
            self._first = self._start(passage) or 0.0
        left = self._rest(passage, heard)
        if self._timer:
            left = min(left, self._timer - heard)
        self._told += passage.words
        before, self._left = self._left, left
        for mark in list(self._waiting):
            if left <= mark:
                self._waiting.remove(mark)
                if before is not None:  # else it was shorter from the start
                    yield mark

    def _rest(self, passage: Passage, heard: float) -> float:
        kept, start = self._kept, self._start(passage)
        if kept is not None and start is not None:
            sound = start - self._first
            return (kept.seconds - start) * (heard / sound if sound >= HEARD else 1.0)
        pace = heard / self._told if self._told >= ENOUGH else PACE
        return max(self._all - (self._before or 0) - self._told, 0) * pace

    def _start(self, passage: Passage) -> float | None:
        """Where the passage begins in the sound that is kept, if all of that is there."""
        kept = self._kept
        if kept is None or kept.format is None or len(kept.clips) < len(kept.passages) or passage.index >= len(kept.clips):
            return None
        return kept.clips[passage.index].start / kept.format.rate
