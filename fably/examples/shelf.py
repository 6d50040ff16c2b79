"""The shelf: which story is told for a wish, and what comes next in one that has begun. It remembers which were told, and in what order."""

import contextlib
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Protocol

from fably.core.errors import LibraryError
from fably.core.parts import written
from fably.core.types import Language, Length
from fably.examples.example import OPENING, Example
from fably.examples.finding import fitting

LARGEST = 100_000  # bytes of the note of what was told; a longer one is not ours


class Source(Protocol):
    """Where the stories are: a folder or an archive."""

    def index(self) -> Sequence[Example]:
        """What is known of each. Raises `LibraryError`."""
        ...

    def text(self, example: Example) -> str:
        """The text of one. Raises `LibraryError`."""
        ...


class Shelf:
    """The stories of a `source`, told to a child of `age`, as long ones as are wanted. `told` is the file in which it is noted which were
    told."""

    def __init__(self, source: Source, told: Path, age: int, length: Length = "usual") -> None:
        self._source, self._told, self._age, self._length = source, told, age, length

    def index(self) -> Sequence[Example]:
        """What is known of each story, by name. Raises `LibraryError`."""
        return self._source.index()

    def text(self, example: Example) -> str:
        """The text of a story. Raises `LibraryError`."""
        return self._source.text(example)

    def called(self, name: str) -> Example | None:
        """The story called `name`, or the only one whose name begins so. Raises `LibraryError`."""
        like = [one for one in self.index() if one.name.startswith(name)]
        return next((one for one in like if one.name == name), like[0] if len(like) == 1 else None)

    def choose(self, wish: str, language: Language) -> Example | None:
        """The story for a wish: of those that fit the one that was told least recently, and of those that never were, the one for this
        age that fits best, or the shortest or longest of those where such a one is wanted. None where no story is sure to be meant.

        Raises `LibraryError`.
        """
        found = fitting(wish, self.index(), language) if wish.strip() else []
        before = self._told_before() if len(found) > 1 else []
        last = {name: at for at, name in enumerate(before)}
        return min(found, key=lambda one: (last.get(one.name, -1), one.years_from(self._age), self._too_long(one)), default=None)

    def any(self, language: Language, chance: Random) -> Example | None:
        """One for who wishes for nothing in particular: of those that suit the age best one that was never told, else the one that was
        told least recently. Where short or long ones are wanted, it is one of that half. Raises `LibraryError`."""
        ours = [one for one in self.index() if one.language == language]
        nearest = min((one.years_from(self._age) for one in ours), default=0)
        last = {name: at for at, name in enumerate(self._told_before())}
        suiting = sorted((one for one in ours if one.years_from(self._age) == nearest), key=self._too_long)
        suiting = suiting if self._length == "usual" else suiting[: (len(suiting) + 1) // 2]
        fresh = [one for one in suiting if one.name not in last]
        return chance.choice(fresh) if fresh else min(suiting, key=lambda one: last[one.name], default=None)

    def begun(self, told: str) -> Example | None:
        """The story of which `told` may be the beginning: its first words are. Raises `LibraryError`."""
        words = " ".join(told.split()[:OPENING])
        return next((one for one in self.index() if words and (one.opening.startswith(words) or words.startswith(one.opening))), None)

    def note(self, example: Example) -> None:
        """Note that a story was told now. Where that cannot be written down, another one may come again sooner: no matter."""
        before = self._told_before()
        if before[-1:] == [example.name]:
            return
        with contextlib.suppress(OSError):
            known = {one.name for one in self.index()}
            self._told.parent.mkdir(parents=True, exist_ok=True)
            with written(self._told) as part:
                names = [one for one in before if one in known and one != example.name]
                part.write_text("\n".join([*names, example.name, ""]), encoding="utf-8")

    def _too_long(self, one: Example) -> int:
        """In words, or by how many it is too short; nothing where any will do."""
        return {"short": one.words, "usual": 0, "long": -one.words}[self._length]

    def _told_before(self) -> list[str]:
        """The names of those that were told, the last one last."""
        try:
            with self._told.open(encoding="utf-8") as file:
                return list(dict.fromkeys(file.read(LARGEST).split()))
        except (OSError, ValueError):
            return []


class Kept:
    """A source whose stories are all read at once, and then kept in memory."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._texts: dict[Example, str] = {}

    def index(self) -> Sequence[Example]:
        """What is known of each. Raises `LibraryError`."""
        if not self._texts:
            self._texts = {one: self._source.text(one) for one in self._source.index()}
        return tuple(self._texts)

    def text(self, example: Example) -> str:
        """The text of one. Raises `LibraryError`."""
        self.index()
        try:
            return self._texts[example]
        except KeyError as error:
            raise LibraryError(f"there is no example story called {example.name!r}") from error
