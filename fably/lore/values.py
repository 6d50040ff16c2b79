"""The values that stories are about, in the words in which they are wished for. Data in `en/values.toml` and `tr/values.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from fably.core.types import Language
from fably.lore.stock import HERE


@dataclass(frozen=True)
class Value:
    """A value. `words` are found under every form of a noun, `verbs` are stems that are found under every form of a verb."""

    name: str
    words: tuple[str, ...]
    verbs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Values:
    """All of them, by the English word that the headers have, and the `filler` of a wish, which says nothing of what it is about."""

    values: Mapping[str, Value]
    filler: frozenset[str]


@cache
def values(language: Language) -> Values:
    """What is known of values in `language`."""
    known = tomllib.loads((HERE / language / "values.toml").read_text(encoding="utf-8"))
    one_by_one = {key: Value(about["name"], tuple(about["words"]), tuple(about.get("verbs", ()))) for key, about in known["values"].items()}
    return Values(one_by_one, frozenset(known["filler"]))
