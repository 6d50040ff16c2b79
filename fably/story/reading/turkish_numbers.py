"""Turkish numbers in words, and the endings that are written behind them."""

import re

from fably.lore.turkish import VOWELS, harmony, lower
from fably.story.reading.rules import MOST_DIGITS, by_digits, is_long

ONES = ("sıfır", "bir", "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz")
TENS = ("", "on", "yirmi", "otuz", "kırk", "elli", "altmış", "yetmiş", "seksen", "doksan")
_GROUPS = ((10**12, "trilyon"), (10**9, "milyar"), (10**6, "milyon"), (1_000, "bin"), (100, "yüz"))

# as far as they are written behind numbers: -(I)ncI -lAr -lIk -lI -şAr -sIz -(s)I -ImIz, and then the cases, -DIr, -DI and -CA
_ENDINGS = (
    r"(?:[ıiuü]?nc[ıiuü]|l[ae]r|l[ıiuü]k|l[ıiuü]|ş?[ae]r|s[ıiuü]z|s[ıiuü]|[ıiuü]m[ıiuü]z|[ıiuü]n[ıiuü]z)?"
    r"(?:[ıiuü]n|n[ıiuü]n|n?d[ae]n?k?i?|t[ae]n?k?i?|y?l[ae]|n?[ae]|y[ae]|n?[ıiuü]|y[ıiuü]|[dt][ıiuü]r?|y[dm][ıiuü]ş?|yken|c[ae]|ç[ae])?"
)
ENDING = re.compile(rf"{_ENDINGS}(?![\w])", re.IGNORECASE)


def cardinal(number: int) -> str:
    """0 to 999 999 999 999 999."""
    if number < 10:
        return ONES[number]
    if number < 100:
        tens, one = divmod(number, 10)
        return TENS[tens] + (f" {ONES[one]}" if one else "")
    size, name = next(one for one in _GROUPS if number >= one[0])
    count, rest = divmod(number, size)
    many = f"{cardinal(count)} " if count > 1 or size > 1_000 else ""  # yüz and bin, but bir milyon
    return f"{many}{name}" + (f" {cardinal(rest)}" if rest else "")


def ordinal(words: str) -> str:
    """üçüncü, dördüncü, altıncı, yirminci."""
    _a, i = harmony(words)
    stem = softened(words)
    return f"{stem}nc{i}" if stem[-1] in VOWELS else f"{stem}{i}nc{i}"


def softened(words: str) -> str:
    """Before a vowel dört is dörd-; no other number changes."""
    return f"{words[:-1]}d" if words.endswith("dört") else words


def with_ending(words: str, ending: str) -> str:
    """`words` and what is written behind its apostrophe: beş'te is beşte, dört'ü is dördü."""
    ending = lower(ending)
    return (softened(words) if ending[:1] in VOWELS and ending else words) + ending


def fitted(words: str, ending: str) -> str:
    """The same where the ending was written for an abbreviation and follows its sound: TL'ye is liraya."""
    said = words
    for letter in lower(ending):
        a, i = harmony(said)
        said += a if letter in "ae" else i if letter in "ıiuü" else letter
    return said


def number(written: str) -> str:
    """Any number as it is written: 7, 1.000, 2,5, 007 and 5551234."""
    whole, _comma, part = written.partition(",")
    digits = whole.replace(".", "")
    if (len(digits) > 1 and digits[0] == "0") or len(digits) > MOST_DIGITS or (whole == digits and is_long(digits)):
        said = by_digits(digits, ONES)
    else:
        said = cardinal(int(digits))
    if not part:
        return said
    if part == "5" and digits != "0":
        return f"{said} buçuk"
    zeros = part[: len(part) - len(part.lstrip("0"))]
    rest = part[len(zeros) :]
    tail = by_digits(rest, ONES) if len(rest) > 3 else cardinal(int(rest)) if rest else ""
    return " ".join(one for one in (said, "virgül", by_digits(zeros, ONES), tail) if one)
