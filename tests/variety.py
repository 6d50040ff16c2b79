"""How far stories differ from one another: what the tests ask and `tools/bench/stories` prints."""

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, combinations
from pathlib import Path
from statistics import fmean
from unittest.mock import patch

from fably.core.types import Language, Length
from fably.lore import telling
from fably.lore.stock import Plot, plot

WISHES = Path(__file__).parent / "lore" / "data" / "wishes.toml"
SAME: dict[Language, str] = {"en": "a cat called Zuzu and an owl", "tr": "Zuzu adında bir kedi ile baykuş"}
NGRAM = 4  # words: fewer are the language's own, more are nearly a sentence


@dataclass(frozen=True)
class Told:
    """A story, and the name of its plot."""

    text: str
    plot: str


@dataclass(frozen=True)
class Likeness:
    """How alike stories are, 0 to 1. `shared` is the mean part of a story's n-grams that some other story has as well."""

    mean: float
    highest: float
    shared: float


def wishes(language: Language) -> list[str]:
    """A hundred wishes, all of them different."""
    found: list[str] = tomllib.loads(WISHES.read_text(encoding="utf-8"))[language]
    return [*found, "x" * 5000]


@cache
def same_wish(language: Language, count: int = 100) -> list[Told]:
    """The stories of one wish, each of another seed."""
    return [told(SAME[language], language, seed) for seed in range(count)]


@cache
def other_wishes(language: Language, count: int = 100, length: Length = "usual") -> list[Told]:
    """The stories of different wishes; from the second round on, of another seed."""
    asked = wishes(language)
    return [told(asked[number % len(asked)], language, number // len(asked), length) for number in range(count)]


def words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*", text.lower())


def sentences(text: str) -> list[str]:
    return re.split(r'(?<=[.!?…])"?\s+', text)


def distinct(stories: Sequence[str], size: int) -> float:
    """How many different n-grams of `size` words there are in all stories, as a part of all there are."""
    found = list(chain.from_iterable(_ngrams(text, size) for text in stories))
    return len(set(found)) / len(found)


def likeness(stories: Sequence[str]) -> Likeness:
    """The Jaccard index of every pair's n-grams, and what is shared with any other story at all."""
    sets = [set(_ngrams(text, NGRAM)) for text in stories]
    pairs = [len(one & other) / len(one | other) for one, other in combinations(sets, 2)]
    held_by = Counter(chain.from_iterable(sets))
    return Likeness(fmean(pairs), max(pairs), fmean(sum(held_by[ngram] > 1 for ngram in one) / len(one) for one in sets))


def _ngrams(text: str, size: int) -> list[tuple[str, ...]]:
    known = words(text)
    return list(zip(*(known[start:] for start in range(size)), strict=False))


def told(wish: str, language: Language, seed: int, length: Length = "usual") -> Told:
    """The story of a wish, and which plot it was."""
    used = []

    def noted(language: Language, name: str) -> Plot:
        used.append(name)
        return plot(language, name)

    with patch.object(telling, "plot", noted):
        text = "\n\n".join(telling.story(wish, language, str(seed), length=length))
    return Told(text, used[0])
