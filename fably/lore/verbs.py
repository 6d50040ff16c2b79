"""Turkish verbs, as far as finding them needs it: whether a word is a form of a stem. içmiş is one of iç-, içinde is none.

After Göksel and Kerslake, "Turkish: A Comprehensive Grammar" (2005), chapter 8. It holds for words that are typed without Turkish letters.
"""

import re
from functools import cache

from fably.lore.turkish import VOWELS

_I = "[ıiuü]"
_VOICELESS = "fstkçşhpc"


def is_form(word: str, stem: str) -> bool:
    """Whether `word` may be a form of the verb with this `stem`: passive or causative, negated, in any tense, or a participle."""
    return word.startswith(stem) and (word == stem != stem[:2] or _endings(stem[-1]).match(word, len(stem)) is not None)


@cache
def _endings(last: str) -> re.Pattern[str]:
    """What may come after a stem that ends with the letter `last`."""
    d = "t" if last in _VOICELESS else "d"
    after_vowel = last in VOWELS
    voices = [f"{_I}[lntsş]", f"{d}{_I}r", f"{_I}r", *(["[nlt]"] if after_vowel else [])]
    return re.compile(f"{_tenses(d, after_vowel)}|(?:{'|'.join(voices)}){{1,2}}(?:{_tenses('[dt]', False)})")


def _tenses(d: str, after_vowel: bool) -> str:
    y = "y" if after_vowel else ""
    past, person = f"d{_I}|m{_I}[şs]|ken|s[ae]", f"{_I}[mz]$|s{_I}n"
    aorist = f"r(?:{past}|{person})" if after_vowel else f"[aeıiuü]r(?:$|l[ae]r$|{past}|{person})"  # yerdi, but not yer: a place
    endings = f"{y}[ae]c[ae][kğg]|{y}{_I}p|{y}[ae]n|{y}{_I}nc[ae]|{y}[ae]l{_I}m|{y}[ae]r[ae]k"
    return f"{d}{_I}|m{_I}[şs]|m[ae]|s[ae]|s{_I}n|{'' if after_vowel else _I}yor|{aorist}|{endings}"
