"""The stock of a language: heroes, places, things, names and plots, read from its folder when they are first asked for."""

import tomllib
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from fably.core.types import Language, Length

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Hero:
    """Somebody a story can be about, or who goes along. The fields are explained at the top of `heroes/animals.toml`.

    `never`, here and below: forms that mean something else ("kara" is black, and not to the snow).
    """

    kind: str
    likes: str
    fears: str
    gift: str
    says: str
    bed: str
    words: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    homes: tuple[str, ...] = ()
    pronoun: str = ""
    compound: bool = False
    small: str = ""
    wished: bool = False


@dataclass(frozen=True)
class Place:
    """Where a story can happen. `at` is the whole phrase, with a slot for the word: "in {place.a} where …".

    `bed`: where one sleeps there. It marks a place without hills, hedges and ponds, in which a grounded plot makes no sense.
    """

    kind: str
    at: str
    words: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    compound: bool = False
    bed: str = ""


@dataclass(frozen=True)
class Thing:
    """Something that lies about in a story. `looks` says what is special about this one."""

    kind: str
    looks: str
    words: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    compound: bool = False


Sentence = str | list[str]
Plot = list[list[Sentence]]
"""Paragraphs of sentences. Where a sentence is a list, one of it is told; an empty one says nothing."""


@dataclass(frozen=True)
class Otherwise:
    """How a plot is told at another length. Paragraphs and sentences are called by how the first that can be said there begins."""

    paragraphs: list[str] = field(default_factory=list)
    """Those that are left out."""
    sentences: list[str] = field(default_factory=list)
    """Those that are."""
    instead: dict[str, str] = field(default_factory=dict)
    """What is said in the place of a sentence."""
    besides: dict[str, list[Sentence]] = field(default_factory=dict)
    """Paragraphs of its own, each by the one before which it comes."""


@dataclass(frozen=True)
class Words:
    """The small words of a language. They are explained in `words.toml`."""

    anyone: Hero
    names: dict[str, list[str]]
    known_names: dict[str, list[str]]
    called: dict[str, str]
    epithets: tuple[str, ...]
    means: dict[str, str]
    nobody: frozenset[str]
    little: str
    grounded: tuple[str, ...]
    beginnings: tuple[str, ...]
    correction: str
    ending: dict[str, list[Any]]


@dataclass(frozen=True)
class Stock:
    """All there is in one language, but for the plots: those are read one at a time, by `plot`."""

    heroes: dict[str, Hero]
    places: dict[str, Place]
    things: dict[str, Thing]
    words: Words
    plots: tuple[str, ...]


@cache
def stock(language: Language) -> Stock:
    """The stock of `language`."""
    folder = HERE / language
    heroes: dict[str, Hero] = {}
    for file in sorted((folder / "heroes").glob("*.toml")):
        heroes |= {kind: Hero(kind, **frozen(about)) for kind, about in _read(file).items()}
    words = _read(folder / "words.toml")
    words["nobody"] = frozenset(words["nobody"])
    words["anyone"] = Hero("", **words["anyone"])
    return Stock(
        heroes,
        {kind: Place(kind, **frozen(about)) for kind, about in _read(folder / "places.toml").items()},
        {kind: Thing(kind, **frozen(about)) for kind, about in _read(folder / "things.toml").items()},
        Words(**frozen(words)),
        tuple(sorted(file.stem for file in (folder / "plots").glob("*.toml"))),
    )


def plot(language: Language, name: str) -> Plot:
    """The plot that is kept in the file `name`."""
    paragraphs: Plot = _plot_file(language, name)["paragraphs"]
    return paragraphs


def otherwise(language: Language, name: str, length: Length) -> Otherwise:
    """What a story of that `length` has otherwise than the plot in the file `name`; nothing for one of the usual length."""
    return Otherwise(**_plot_file(language, name).get(length, {}))


@lru_cache(1)
def _plot_file(language: Language, name: str) -> dict[str, Any]:
    return _read(HERE / language / "plots" / f"{name}.toml")


def _read(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def frozen(about: dict[str, Any]) -> dict[str, Any]:
    """The same with lists of words as tuples, so that nobody changes the stock."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in about.items()}
