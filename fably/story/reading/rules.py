"""A language's way of reading is a list of rules, applied one after the other; each leaves nothing to those behind it that it has read."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str | None]]
"""What is looked for, and how it is said; None leaves it as it is written."""

MOST_DIGITS = 15  # of a number that is still said as one

ELSEWHERE: Rule = (re.compile(r"[^\D0-9]"), lambda found: str(int(found[0])))
"""Digits of other scripts become ours. To be applied before anything is read."""
GROUPS: Rule = (re.compile(r"(?<=\d)(?:[\u00a0\u202f](?=\d{3}(?!\d))| (?=000(?!\d)))"), lambda _found: "")
"""10 000, where the space can be nothing else."""


PIECES = {"½": (1, 2), "¼": (1, 4), "¾": (3, 4), "⅓": (1, 3), "⅔": (2, 3)}


def read(text: str, rules: Sequence[Rule]) -> str:
    """`text` after all the rules. What is said instead of something never touches a letter beside it: A4 gives A four."""
    for pattern, say in (ELSEWHERE, GROUPS, *rules):
        text = pattern.sub(lambda found, say=say: _apart(found, say(found)), text)  # type: ignore[misc]
    return text


def odd_digits(names: Sequence[str], powers: Mapping[str, str]) -> Rule:
    """The rule for digits that are no numbers, such as ² and ①: by their names. To be applied when the numbers have been read."""

    def say(found: re.Match[str]) -> str | None:
        one = found[0]
        return powers.get(one) or (names[unicodedata.digit(one)] if one.isdigit() else None)

    return re.compile(r"[^\W\da-zA-Z_]"), say


def by_digits(written: str, names: Sequence[str]) -> str:
    """The digits of `written`, one after the other."""
    return " ".join(names[int(one)] for one in written if one.isdecimal())


def by_groups(number: Callable[[str], str]) -> Rule:
    """The rule for numbers that dashes hold together, such as 12-5-9: by their groups."""
    return re.compile(r"(?<![\w-])\d{1,3}(?:-\d{1,3}){2,}(?![\w-])"), lambda found: ", ".join(number(one) for one in found[0].split("-"))


def sums(minus: str, signs: Mapping[str, str]) -> Sequence[Rule]:
    """The rules for 3 - 2 = 1 and 3 + 2, where a dash is taken for `minus` only before an equals sign."""
    return (
        (re.compile(r"(?<=\d) ?[-−–] ?(?=\d[\d,.]* ?=)"), lambda _found: f" {minus} "),
        (re.compile(r"(?<=\d) ?([+=×x*÷]) ?(?=\d)"), lambda found: f" {signs[found[1]]} "),
    )


def with_full_stop(found: re.Match[str], said: str) -> str:
    """What is said instead of an abbreviation, with its full stop where that ends the sentence too."""
    rest = found.string[found.end() :]
    return f"{said}." if found[0].endswith(".") and re.match(r"[\"'”’)]*(?:\s+[\"'“‘(]*[A-ZÇĞİÖŞÜ]|\s*$)", rest) else said


def is_long(digits: str) -> bool:
    """Whether it is the kind of number that is dialled or copied, not counted: 5551234, but not 5000000."""
    return len(digits) > MOST_DIGITS or (len(digits) > 6 and not digits.endswith("000"))


def roman(letters: str) -> int | None:
    """What a Roman numeral up to 39 is worth; None for what is none."""
    if re.fullmatch(r"X{0,3}(?:IX|IV|V?I{0,3})", letters) is None:
        return None
    worth = [{"I": 1, "V": 5, "X": 10}[one] for one in letters]
    return sum(-one if one < following else one for one, following in zip(worth, [*worth[1:], 0], strict=True)) or None


def _apart(found: re.Match[str], said: str | None) -> str:
    if said is None:
        return found[0]
    text, start, end = found.string, found.start(), found.end()
    before = " " if said[:1].isalpha() and start and text[start - 1].isalnum() else ""
    after = " " if said[-1:].isalpha() and end < len(text) and text[end].isalnum() else ""
    return f"{before}{said}{after}"
