"""English numbers in words, the British way: one hundred and one."""

import re

from fably.story.reading.rules import MOST_DIGITS, by_digits, is_long

ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
    "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_GROUPS = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1_000, "thousand"))
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip


def cardinal(number: int) -> str:
    """0 to 999 999 999 999 999."""
    if number < 20:
        return ONES[number]
    if number < 100:
        tens, one = divmod(number, 10)
        return TENS[tens] + (f"-{ONES[one]}" if one else "")
    if number < 1_000:
        hundreds, rest = divmod(number, 100)
        return f"{ONES[hundreds]} hundred" + (f" and {cardinal(rest)}" if rest else "")
    size, name = next(one for one in _GROUPS if number >= one[0])
    count, rest = divmod(number, size)
    link = "" if not rest else " and " if rest < 100 else " "
    return f"{cardinal(count)} {name}{link}{cardinal(rest) if rest else ''}"


def ordinal(number: int) -> str:
    """third, twenty-first, one hundredth."""
    *before, last = re.split(r"([ -])", cardinal(number))
    last = _ORDINALS.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
    return "".join([*before, last])


def plural(words: str) -> str:
    """twos, sixes, twenties, nineteen eighties."""
    return f"{words[:-1]}ies" if words.endswith("y") else f"{words}es" if words.endswith("x") else f"{words}s"


def year(number: int) -> str:
    """nineteen eighty-four, nineteen hundred, nineteen oh five, two thousand and five, twenty twenty-six."""
    century, rest = divmod(number, 100)
    if century % 10 == 0 and rest < 10:
        return cardinal(number)
    return f"{cardinal(century)} {'hundred' if not rest else f'oh {ONES[rest]}' if rest < 10 else cardinal(rest)}"


def number(written: str) -> str:
    """Any number as it is written: 7, 1,000, 2.5, .5, 007 and 5551234."""
    whole, _point, part = written.partition(".")
    digits = whole.replace(",", "")
    if not digits:
        said = "zero"
    elif (len(digits) > 1 and digits[0] == "0") or len(digits) > MOST_DIGITS or (whole == digits and is_long(digits)):
        said = by_digits(digits, ONES)
    else:
        said = cardinal(int(digits))
    return f"{said} point {by_digits(part, ONES)}" if part else said
