"""A model that tells too hard for the child: seen in its first paragraphs, and asked once more to go on, in easier words.

What has been told stays, for a child is listening. So the second request is made only while the voice still has enough to say; else it is
the next story that is told more simply, as are all that follow.
"""

import time
from collections.abc import Callable

from fably.core.types import Language, Passage
from fably.story.gate import FULL_STOP
from fably.story.too_hard import is_too_hard

LOOKED_AT = 80  # words by which a story is judged
WORD = 0.4  # seconds that a voice takes for a word
IN_HAND = 8.0  # seconds of speech that must be left to say while a model is asked again


class Straying:
    """Remembers for which children stories have been too hard, as long as the program lives. `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._seen: set[tuple[Language, int]] = set()

    def is_known(self, language: Language, age: int) -> bool:
        """Whether it has to be told more simply."""
        return (language, age) in self._seen

    def note(self, language: Language, age: int) -> None:
        """From now on it has to be."""
        self._seen.add((language, age))


class Judge:
    """Of one story of a model, for a child of `age`."""

    def __init__(self, straying: Straying, language: Language, age: int) -> None:
        self._straying, self._language, self._age = straying, language, age
        self._began = straying.clock()
        self._told = ""
        self._judged = False

    def is_to_be_asked_again(self, passage: Passage) -> bool:
        """Take the next passage of the story. True once at most, behind a full stop: when what has been told by then is too hard, and
        there is time to ask for easier words."""
        if self._judged:
            return False
        if not self._told:
            self._began = self._straying.clock()
        self._told += passage.lead + passage.text
        words = len(self._told.split())
        if words < LOOKED_AT or not FULL_STOP.search(self._told):
            return False
        self._judged = True
        if not is_too_hard(self._told, self._language, self._age):
            return False
        self._straying.note(self._language, self._age)
        return words * WORD - (self._straying.clock() - self._began) >= IN_HAND
