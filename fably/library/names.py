"""What a story's folder is called: readable, short, never empty, never a path, and the same for the same words told the same way."""

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

LONGEST = 80  # bytes of UTF-8, of the whole name
LONGEST_SLUG = 64  # which leaves room for the mark and a number
GAP = 20  # numbers that may be missing between two of the same name, for stories are deleted
TELLING = ".telling-"
"""Begins the name while the story is told; what is left behind under it was cut off by a crash."""


def slug(wish: str) -> str:
    """The words of a wish as a part of a name."""
    name = "-".join(words(wish))
    return name.encode()[:LONGEST_SLUG].decode(errors="ignore").strip("-") or "story"


def words(wish: str) -> list[str]:
    """The words of a wish, by which it is known again: without capitals and punctuation."""
    letters = unicodedata.normalize("NFC", wish.replace("İ", "i").lower())  # lower() makes two characters of a dotted capital
    return "".join(one if one.isalnum() else " " for one in letters).split()


def name_for(wish: str, told_by: Sequence[str | None]) -> str:
    """The name for `wish` as `told_by` tells it: language, model, voice and whatever else makes another story of the same words."""
    mark = hashlib.sha256(json.dumps([words(wish) or wish, *told_by]).encode()).hexdigest()[:6]
    return f"{slug(wish)}-{mark}"


def versions(root: Path, name: str) -> Iterator[str]:
    """The stories below `root` that are called `name`, or that with a number, oldest first."""
    last = 0
    number = 1
    while number <= last + GAP:
        one = numbered(name, number)
        if (root / one).exists() or (root / (TELLING + one)).exists():
            last = number
            yield one
        number += 1


def free(root: Path, name: str) -> Iterator[str]:
    """Names for one more story called `name`, best first."""
    taken = list(versions(root, name))
    first = int(taken[-1].removeprefix(name).removeprefix("-") or 1) + 1 if taken else 1
    for number in range(first, first + 1000):
        yield numbered(name, number)


def numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}-{number}"


def is_name(text: str) -> bool:
    """Whether a person may mean a story by this: the name of a folder below the root, and no way out of it."""
    return text.isprintable() and text[:1] not in ("", ".") and "/" not in text and len(text.encode(errors="replace")) < 256
