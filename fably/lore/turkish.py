"""Turkish, as far as a storyteller needs it: letters, vowel harmony, and the endings of nouns and names.

After Göksel and Kerslake, "Turkish: A Comprehensive Grammar" (2005), chapters 2, 3 and 8.
"""

from typing import Literal

Case = Literal["acc", "dat", "loc", "abl", "gen", "ins", "plu", "too"]
CASES: tuple[Case, ...] = ("acc", "dat", "loc", "abl", "gen", "ins", "plu", "too")

VOWELS = "aıoueiöüâîû"
_BACK = "aıouâû"
_ROUND = "oöuüû"
_VOICELESS = "fstkçşhp"
_SOFT = {"p": "b", "ç": "c", "t": "d", "k": "ğ"}

# What the rules do not know. Nouns whose last consonant stays hard or grows soft against the rule, ...
_STAYS = {"robot", "bulut", "çöp", "astronot", "sepet", "bisiklet", "park", "hap", "top", "ip", "at", "süt", "ot", "koç", "saç"}
_SOFTENS = {"kurt": "kurd", "kanat": "kanad", "gök": "göğ", "kap": "kab", "dip": "dib", "kalp": "kalb", "renk": "reng", "tat": "tad"}
# ... that lose their last vowel before a vowel, ...
_DROPS = {"nehir": "nehr", "şehir": "şehr", "burun": "burn", "akıl": "akl", "ağız": "ağz", "omuz": "omz", "oğul": "oğl", "isim": "ism"}
# ... and that take front vowels after a back one.
_FRONT = {"saat", "hayal", "kalp", "kalb", "rol", "gol"}


def upper(text: str) -> str:
    """Capitals the Turkish way: i gives İ, ı gives I."""
    return text.replace("i", "İ").upper()


def lower(text: str) -> str:
    """Small letters the Turkish way: I gives ı, İ gives i."""
    return text.replace("İ", "i").replace("I", "ı").lower()


def capital(text: str) -> str:
    """The same text with a capital at its start."""
    return upper(text[:1]) + text[1:]


def inflect(noun: str, case: Case, *, name: bool = False, compound: bool = False) -> str:
    """`noun` with the ending of `case`.

    acc -(y)I, dat -(y)A, loc -DA, abl -DAn, gen -(n)In, ins -(y)lA, plu -lAr, and "too": the word de or da after it. A `name` is
    set off with an apostrophe and keeps its letters; a `compound` (denizkızı, uğur böceği) ends in a possessive and takes an n.
    """
    a, i = harmony(noun)
    if case == "too":
        return f"{noun} d{a}"
    mark = "'" if name else ""
    vowel = noun[-1] in VOWELS
    if case == "plu":
        if compound:  # the plural goes before the possessive: denizkızları
            return f"{_without_possessive(noun)}l{a}r{'ı' if a == 'a' else 'i'}"
        return f"{noun}{mark}l{a}r"
    if compound:
        endings = {"acc": f"n{i}", "dat": f"n{a}", "loc": f"nd{a}", "abl": f"nd{a}n", "gen": f"n{i}n", "ins": f"yl{a}"}
        return noun + endings[case]
    if case in ("loc", "abl"):
        d = "t" if noun[-1] in _VOICELESS else "d"
        return f"{noun}{mark}{d}{a}{'n' if case == 'abl' else ''}"
    if case == "ins":
        return f"{noun}{mark}{'y' if vowel else ''}l{a}"
    stem = noun if name or vowel else _before_vowel(noun)
    ending = {"acc": i, "dat": a, "gen": f"{i}n"}[case]
    buffer = ("n" if case == "gen" else "y") if vowel else ""
    return f"{stem}{mark}{buffer}{ending}"


def harmony(word: str) -> tuple[str, str]:
    """The vowels of the endings after `word`: the one of two (a, e) and the one of four (ı, i, u, ü)."""
    last = next((letter for letter in reversed(lower(word)) if letter in VOWELS), "e")
    back = last in _BACK and word not in _FRONT
    if last in _ROUND:
        return ("a", "u") if back else ("e", "ü")
    return ("a", "ı") if back else ("e", "i")


def forms(noun: str, *, compound: bool = False) -> set[str]:
    """Every form in which a wish may hold `noun`: singular and plural, in all cases."""
    plural = inflect(noun, "plu", compound=compound)
    found = {noun, plural}
    for case in CASES:
        if case not in ("plu", "too"):
            found |= {inflect(noun, case, compound=compound), inflect(plural, case, compound=compound)}
    return found | {f"{inflect(noun, 'loc', compound=compound)}ki"}  # şehirdeki: the one in the town


def _before_vowel(noun: str) -> str:
    """The stem before an ending that begins with a vowel: kitap gives kitab-, şehir gives şehr-."""
    head, _space, last = noun.rpartition(" ")
    stem = _DROPS.get(last) or _SOFTENS.get(last)
    if stem is None:
        many = sum(letter in VOWELS for letter in last) > 1
        soft = last[-1] in "pçk" and many and last not in _STAYS
        stem = last[:-1] + ("g" if last.endswith("nk") else _SOFT[last[-1]]) if soft else last
    return f"{head} {stem}" if head else stem


def _without_possessive(noun: str) -> str:
    """denizkızı gives denizkız, uğur böceği gives uğur böcek, tost makinesi gives tost makine."""
    stem = noun[:-1]
    if stem[-1] == "s" and stem[-2] in VOWELS:
        return stem[:-1]
    hard = {"ğ": "k", "b": "p", "c": "ç"}.get(stem[-1])
    return stem[:-1] + hard if hard else stem
