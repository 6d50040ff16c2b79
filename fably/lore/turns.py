"""Which plots suit a wish by what they are about: "a story about sharing" is told one whose turn is about sharing.

The words of the values are in `values.toml`, the plots of each value in `turns.toml`. Both are read when a wish may name a value.
"""

import re
import tomllib
from collections.abc import Collection
from functools import cache

from fably.core.types import Language
from fably.lore import english, turkish
from fably.lore.stock import HERE
from fably.lore.values import values
from fably.lore.verbs import is_form

LONGEST = 300  # characters of a wish that are read: what it is about is said early
_WORD = re.compile(r"[^\W\d_]+")
_SAID: dict[Language, re.Pattern[str]] = {
    # In English only what comes behind one of these: "just" is no wish for justice, and "turn it up" is none for fairness.
    "en": re.compile(r"\b(?:about|on|who|that|learns?|teach(?:es)?|with)\b(.*)", re.DOTALL),
    "tr": re.compile(r"(.*)", re.DOTALL),
}
_ALSO_SMALL: dict[Language, frozenset[str]] = {
    "en": frozenset({"just", "hard", "turn", "turns", "half", "kind", "telling", "taking"}),  # "about a kind of dragon that turns green"
    "tr": frozenset({"doğru", "pay", "gerçek"}),  # "eve doğru giden", "gerçek bir ejderha"
}
"""Words that name a value only when nothing but the value is wished for: "about being kind"."""


def turning_on(wish: str, language: Language) -> Collection[str]:
    """The names of the plots that are about what `wish` wants to hear of; none when it names no value."""
    small = (turkish.lower(wish[:LONGEST]) if language == "tr" else wish[:LONGEST].lower()).replace("\u2019", "'")
    said = _SAID[language].search(small)
    words = _WORD.findall(re.sub(r"'\w*", " ", said[1])) if said else []
    telling = [word for word in words if word not in values(language).filler]
    if len(telling) > 1:
        telling = [word for word in telling if word not in _ALSO_SMALL[language]]
    for word in telling:
        for value, plots in _turns(language).items():
            if _names(word, value, language):
                return plots
    return ()


def _names(word: str, value: str, language: Language) -> bool:
    known = values(language).values[value]
    forms = english.forms if language == "en" else turkish.forms
    alike = [one for one in (*known.words, known.name) if one[:2] == word[:2]]  # all forms of all words would take a Pi too long
    return any(word == one or word in forms(one) for one in alike) or any(is_form(word, stem) for stem in known.verbs)


@cache
def _turns(language: Language) -> dict[str, tuple[str, ...]]:
    known = tomllib.loads((HERE / language / "turns.toml").read_text(encoding="utf-8"))
    return {value: tuple(plots) for value, plots in known.items()}
