"""Turkish, looked at by rule: what is wrong with the endings behind an apostrophe, and with the small words that stand apart.

After Göksel and Kerslake, "Turkish: A Comprehensive Grammar" (2005), chapters 2 and 3.
"""

import re
from collections.abc import Iterator

from fably.lore.turkish import VOWELS, harmony, lower

_NAME = re.compile(r"\b([A-ZÇĞİÖŞÜ][a-zçğıöşüâîû]+)['’]([a-zçğıöşü]+)")
_APART = re.compile(r"([A-Za-zÇĞİÖŞÜçğıöşüâîû]+) (?:(de|da|te)(?=[ ,.;:!?…])|(mi|mı|mu|mü)(?=[ ,.;:!?…]|y[dmsk]|s[ıiuü]n|y[ıiuü]))")
"""Not "ta": that may be "all the way", or "the very"."""
_VOICELESS = "fstkçşhp"
_HIGH, _LOW = "ıiuü", "ae"
_FIXED = re.compile(r"ki|yor|ken")
"""Endings whose vowel stays as it is: unki, geliyor, iken."""


def faults(text: str) -> Iterator[str]:
    """What is wrong in `text`, each as it is written there."""
    for one in _NAME.finditer(text):
        if not fits(one[1], one[2]):
            yield one[0]
    for one in _APART.finditer(text):
        a, i = harmony(lower(one[1]))
        if one[2] not in (None, f"d{a}") or one[3] not in (None, f"m{i}"):
            yield one[0]


def fits(name: str, ending: str) -> bool:
    """Whether `ending` may stand behind `name`: in its first letters, and in every vowel."""
    last = lower(name)[-1]
    first = ending[0]
    if last in VOWELS and first in VOWELS:
        return False  # two vowels do not meet: there is a y, n or s between them
    if last not in VOWELS and (first == "y" or re.match(r"[ns][ıiuü]", ending)) and not ending.startswith(("siz", "sız", "suz", "süz")):
        return False  # and without a vowel before it there is none
    if first in "dt" and (first == "t") is not (last in _VOICELESS):
        return False
    if first in "cç" and (first == "ç") is not (last in _VOICELESS):
        return False
    before = name
    for at, letter in enumerate(ending):
        if letter not in VOWELS or any(start.start() <= at < start.end() for start in _FIXED.finditer(ending)):
            continue
        low, high = harmony(before)
        if (letter in _LOW and letter != low) or (letter in _HIGH and letter != high):
            return False
        before = name + ending[: at + 1]
    return True
