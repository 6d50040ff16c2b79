"""Finds what the stock knows in a text, under every form of every word.

The forms are made only of words that begin like one of the text: all forms of all Turkish words would be ten thousand, and a Pi would
need a second for them.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from fably.core.types import Language
from fably.lore import english, turkish
from fably.lore.stock import Hero, Place, Thing, stock

Kind = Literal["heroes", "places", "things"]
KINDS: tuple[Kind, ...] = ("heroes", "places", "things")
MOST_WORDS = 4  # "under the sea", "tek boynuzlu at"; the 's of a genitive counts as one

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Match:
    """Something of the stock: where it stands in the text, its key in the stock, and the word for it that was used."""

    start: int
    end: int
    key: str
    word: str


def found(text: str, language: Language, what: Kind) -> list[Match]:
    """What of the stock is in `text`, which is in small letters: each once, in the order in which it comes."""
    matches: dict[str, Match] = {}
    words = [match.span() for match in _WORD.finditer(text)]
    at = 0
    while at < len(words):
        for count in range(min(MOST_WORDS, len(words) - at), 0, -1):
            start, end = words[at][0], words[at + count - 1][1]
            known = _known(text[start:end], language, what)
            if known:
                matches.setdefault(known[0], Match(start, end, *known))
                at += count - 1
                break
        at += 1
    return list(matches.values())


def counted(text: str, language: Language, what: Kind, least: int = 2) -> list[str]:
    """The words of the stock that single words of `text`, which is in small letters, are forms of: those that are there `least` times
    or more, the most frequent first."""
    counts: Counter[str] = Counter()
    for word, count in Counter(_WORD.findall(text)).items():
        if len(word) > 2 and (known := _known(word, language, what)):
            counts[known[1]] += count
    return [word for word, count in counts.most_common() if count >= least]


def is_common(word: str, language: Language) -> bool:
    """Whether `word`, in small letters, is a hero or a place of the stock, and so nobody's name."""
    return any(_known(word, language, what) for what in KINDS[:2])


@lru_cache(200)
def _known(text: str, language: Language, what: Kind) -> tuple[str, str] | None:
    """The key and the word that `text` is a form of.

    What is a word of the stock as it stands is no form of another, and what may be a hero is no form of a place: koyun is a sheep and
    not of the bay.
    """
    for key, word, _one in _beginning_like(text, language, what):
        if word == text:
            return key, word
    if any(word == text for other in KINDS for _key, word, _one in _beginning_like(text, language, other)):
        return None
    for key, word, one in _beginning_like(text, language, what):
        if text not in one.never and text in _forms(word, language, one.compound, what == "heroes"):
            return None if what != "heroes" and _known(text, language, "heroes") else (key, word)
    return None


def _beginning_like(text: str, language: Language, what: Kind) -> Iterator[tuple[str, str, Hero | Place | Thing]]:
    yield from _by_beginning(language, what).get(text[: _SAME[language]], ())


_SAME: Mapping[Language, int] = {"en": 1, "tr": 2}
"""How many letters all forms of a word have in common: mouse and mice, gök and göğe."""


@cache
def _by_beginning(language: Language, what: Kind) -> dict[str, list[tuple[str, str, Hero | Place | Thing]]]:
    index: dict[str, list[tuple[str, str, Hero | Place | Thing]]] = {}
    known: Mapping[str, Hero | Place | Thing] = getattr(stock(language), what)
    for key, one in known.items():
        for word in (key, *one.words):
            index.setdefault(word[: _SAME[language]], []).append((key, word, one))
    return index


@lru_cache(100)
def _forms(word: str, language: Language, compound: bool, somebody: bool) -> set[str]:
    if language == "en":
        return english.forms(word)
    # my grandmother may be wished for; but kalem is a pencil, and not my castle
    return turkish.forms(word, compound=compound) | (turkish.ours(word, compound=compound) if somebody else set())
