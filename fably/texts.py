"""Every word that a person hears or reads while a story is told, by language, from `locale/`."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from fably.core.types import Language

HERE = Path(__file__).parent / "locale"


@cache
def _locale(language: Language) -> dict[str, Any]:
    return tomllib.loads((HERE / f"{language}.toml").read_text(encoding="utf-8"))


def text(language: Language, key: str, **values: object) -> str:
    """The text called `key` ("section.name") with {value}s filled in. Raises `KeyError` for a key that is not there."""
    section, name = key.split(".")
    found: str = _locale(language)[section][name]
    for value, what in values.items():  # not str.format: a wish or a parent's prompt may hold braces of its own
        found = found.replace(f"{{{value}}}", str(what))
    return found


def lines(language: Language, key: str) -> list[str]:
    """The list of texts called `key`."""
    section, name = key.split(".")
    return list(_locale(language)[section][name])
