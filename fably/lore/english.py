"""English, as far as a storyteller needs it: articles, plurals and possessives."""

import re
from collections.abc import Callable

_IRREGULAR = {
    "child": "children", "elf": "elves", "fish": "fish", "goose": "geese", "leaf": "leaves", "mouse": "mice", "sheep": "sheep",
    "wolf": "wolves", "deer": "deer", "knife": "knives", "foot": "feet", "tooth": "teeth",
}  # fmt: skip
_AN = re.compile(r"[aeiou]|hour|honest|heir", re.IGNORECASE)
_A = re.compile(r"uni[cfqtv]|us[eu]|ukulele|ufo|eu|one\b|once\b", re.IGNORECASE)  # a vowel on paper, but not in the mouth


def article(noun: str) -> str:
    """`noun` with a or an before it, by its sound as far as letters tell it: an owl, a unicorn, an hour."""
    vowel = _AN.match(noun) and not _A.match(noun)
    return f"{'an' if vowel else 'a'} {noun}"


def plural(noun: str) -> str:
    """The plural of `noun`, of its last word where there are several."""
    head, space, last = noun.rpartition(" ")
    if last in _IRREGULAR:
        return head + space + _IRREGULAR[last]
    if last.endswith("man"):
        return noun[:-3] + "men"
    if last.endswith("y") and last[-2:-1] not in tuple("aeiou"):
        return noun[:-1] + "ies"
    return noun + ("es" if last.endswith(("s", "x", "ch", "sh")) else "s")


def possessive(noun: str) -> str:
    """The one whom something belongs to: Ember's, Lucas's, the mice's."""
    return f"{noun}'s"


FORMS: dict[str, Callable[[str], str]] = {"a": article, "s": possessive, "plu": plural}
"""What may stand behind the dot of a slot: {kind.a}, {name.s}, {thing.plu}."""


def forms(noun: str) -> set[str]:
    """Every form in which a wish may hold `noun`: singular and plural, and their genitives."""
    many = plural(noun)
    return {noun, many, f"{noun}'s", f"{noun}\u2019s", f"{many}'"}
