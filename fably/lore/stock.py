"""The stock of a language: its heroes, places and plots, read from its folder when they are first asked for."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fably.core.types import Language

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Hero:
    """Somebody a story can be about."""

    kind: str
    likes: str
    gift: str
    words: tuple[str, ...] = ()
    compound: bool = False
    pronoun: str = ""


@dataclass(frozen=True)
class Place:
    """Where a story can happen. `at` is the whole phrase: "in a forest where …"."""

    kind: str
    at: str
    words: tuple[str, ...] = ()
    compound: bool = False


Sentence = str | list[str]
Plot = list[list[Sentence]]


@dataclass(frozen=True)
class Stock:
    """All there is in one language.

    `names` are by pronoun, in a language that has no such thing under "any".
    `anyone` is what is known of a hero that is not in the stock, and `unfit` what none may be.
    """

    heroes: dict[str, Hero]
    anyone: Hero
    unfit: frozenset[str]
    places: dict[str, Place]
    names: dict[str, list[str]]
    plots: list[Plot]
    beginnings: list[str]
    ending: dict[str, Any]


@cache
def stock(language: Language) -> Stock:
    """The stock of `language`."""

    def read(name: str) -> dict[str, Any]:
        return tomllib.loads((HERE / language / f"{name}.toml").read_text(encoding="utf-8"))

    heroes, places, plots = read("heroes"), read("places"), read("plots")
    return Stock(
        {kind: Hero(kind, **_tuples(about)) for kind, about in heroes["heroes"].items()},
        Hero("", **heroes["anyone"]),
        frozenset(heroes["unfit"]),
        {kind: Place(kind, **_tuples(about)) for kind, about in places["places"].items()},
        heroes["names"],
        [plot["paragraphs"] for plot in plots["plots"]],
        plots["beginnings"]["lines"],
        plots["ending"],
    )


def _tuples(about: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in about.items()}
