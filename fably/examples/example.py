"""One of the stories that ship: what its header says of it, and how that is read."""

import re
from dataclasses import dataclass
from typing import get_args

from fably.core.types import Language

VALUES = (
    "honesty", "sharing", "patience", "courage", "kindness", "responsibility", "empathy", "fairness", "confidence", "diligence",
    "respect", "tolerance", "mercy", "perseverance", "friendship", "loyalty", "generosity", "humility", "love", "curiosity",
)  # fmt: skip
"""What a story can be about apart from its hero; headers keep the English words in every language."""
LONGEST = 20_000
"""Bytes of a story; a longer one is none of ours."""
OPENING = 12
"""Words of its text by which a story is known again that has begun to be told."""

_FIELDS = ("title", "language", "age", "value", "hero", "place")
_AGE = re.compile(r"(\d{1,2})-(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Example:
    """What is known of a story without its text."""

    name: str
    """Of its file, without .md: what it is called on the command line."""
    title: str
    language: Language
    ages: tuple[int, int]
    """The youngest and the oldest child that it was written for, in years."""
    value: str
    hero: str
    place: str
    opening: str
    """Its first words, one blank between two."""
    words: int
    """Of the whole story."""

    def years_from(self, age: int) -> int:
        """By how many years a child of `age` is too young or too old for it."""
        youngest, oldest = self.ages
        return max(youngest - age, age - oldest, 0)


def read_example(name: str, file: str) -> tuple[Example, str]:
    """The story in the text of a `file`, and its own text. Raises `ValueError`, which says what is wrong with the header."""
    start, _line, rest = file.partition("\n")
    header, line, text = rest.partition("\n---\n")
    if start.strip() != "---" or not line:
        raise ValueError("it does not begin with a header between two lines of ---")
    found = dict(_parted(one) for one in header.splitlines())
    if wrong := sorted(set(_FIELDS) ^ set(found)):
        raise ValueError(f"its header lacks, or should not have: {', '.join(wrong)}")
    age = _AGE.fullmatch(found["age"])
    language = next((one for one in get_args(Language) if one == found["language"]), None)
    if language is None or age is None or found["value"] not in VALUES or not all(found.values()):
        raise ValueError("its header has a language, an age (such as 5-6), or a value that is not known, or something is empty")
    text = text.strip()
    opening = " ".join(text.split()[:OPENING])
    ages = int(age[1]), int(age[2])
    return Example(name, found["title"], language, ages, found["value"], found["hero"], found["place"], opening, len(text.split())), text


def _parted(line: str) -> tuple[str, str]:
    key, _colon, value = line.partition(":")
    return key.strip(), value.strip()
