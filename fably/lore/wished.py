"""The subjects that are wished for most: what a recogniser that knows few words should know. Data in `en/wished.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache

from fably.core.types import Language
from fably.lore.stock import HERE


@dataclass(frozen=True)
class Wished:
    """`subjects` have their article ("a dragon", "the moon"); `going_on` asks for the last story to go on; `others` are words that only
    help to know that none of them was said."""

    subjects: tuple[str, ...] = ()
    going_on: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@cache
def wished(language: Language) -> Wished:
    """What is wished for most in `language`; nothing for one that has no such list."""
    file = HERE / language / "wished.toml"
    if not file.exists():
        return Wished()
    return Wished(**{key: tuple(words) for key, words in tomllib.loads(file.read_text(encoding="utf-8")).items()})
