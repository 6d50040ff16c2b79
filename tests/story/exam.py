"""The gate's exam: sentences that no child should hear, and sentences that every child may. Read by the tests and by tools/bench/gate."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from fably.core.types import Language
from fably.lore.stock import stock
from fably.lore.telling import story

DATA = Path(__file__).parent / "data"
LANGUAGES: tuple[Language, ...] = ("en", "tr")
_SENTENCE = re.compile(r"(?<=[.!?…])[\"”]?\s+")


@cache
def hostile(language: Language) -> list[tuple[str, str]]:
    """Topic and sentence, of two exams that were written by different people, neither of whom had seen the lists."""
    exams = [_read(f"hostile_{language}"), _read(f"hostile_second_{language}")]
    return [(topic, sentence) for topics in exams for topic, sentences in topics.items() for sentence in sentences]


@cache
def look_alikes(language: Language) -> list[str]:
    """Innocent sentences with words in them that look like bad ones."""
    return [sentence for exam in ("fit", "fit_second", "fit_third") for sentence in _read(f"{exam}_{language}")["sentences"]]


def _read(name: str) -> dict[str, list[str]]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def tales(language: Language) -> Iterator[tuple[str, str]]:
    """Name and text of the folk tales."""
    for path in sorted((DATA / "tales" / language).glob("*.txt")):
        yield path.stem, path.read_text(encoding="utf-8")


def our_stories(language: Language) -> Iterator[tuple[str, str]]:
    """Every plot a few times."""
    for plot in stock(language).plots:
        for seed in range(5):
            yield plot, "\n\n".join(story("", language, str(seed), about=plot))


def sentences(text: str) -> list[str]:
    return [one for one in _SENTENCE.split(text) if one.strip()]
