"""Turkish, as far as a storyteller needs it: letters, vowel harmony, and the endings of nouns and names.

After Göksel and Kerslake, "Turkish: A Comprehensive Grammar" (2005), chapters 2, 3 and 8. What the rules do not know is in
`tr/endings.toml`.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal

Case = Literal["acc", "dat", "loc", "abl", "gen", "ins", "plu", "pos", "too", "ask"]
CASES: tuple[Case, ...] = ("acc", "dat", "loc", "abl", "gen", "ins", "plu", "pos", "too", "ask")

VOWELS = "aıoueiöüâîû"
_BACK = "aıouâû"
_ROUND = "oöuüû"
_VOICELESS = "fstkçşhp"
_SOFT = {"p": "b", "ç": "c", "k": "ğ"}
_HARD = {"b": "p", "c": "ç", "ğ": "k"}


@cache
def _exceptions() -> tuple[frozenset[str], frozenset[str], dict[str, str]]:
    """Words that stay hard, words that take front vowels, and the stems of those that change before a vowel."""
    known = _endings()
    return frozenset(known["stays"]), frozenset(known["front"]), known["softens"] | known["drops"]


def is_joined(noun: str) -> bool:
    """Whether the one word `noun` is two, of which the second ends in a possessive: köpekbalığı, denizatı."""
    return noun.endswith(_joined()) and (noun not in _joined() or noun == "denizatı")


@cache
def _joined() -> tuple[str, ...]:
    return tuple(_endings()["joined"])


@cache
def _endings() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "tr" / "endings.toml").read_text(encoding="utf-8"))


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

    acc -(y)I, dat -(y)A, loc -DA, abl -DAn, gen -(n)In, ins -(y)lA, plu -lAr, pos -(s)I (somebody's), and two words that stand behind
    it: "too" is de or da, "ask" is mi, mı, mu or mü. A `name` is set off with an apostrophe and keeps its letters; a `compound`
    (denizkızı, uğur böceği) ends in a possessive already and takes an n before the cases.
    """
    a, i = harmony(noun)
    if case in ("too", "ask"):
        return f"{noun} {'d' + a if case == 'too' else 'm' + i}"
    mark = "'" if name else ""
    vowel = lower(noun[-1:]) in VOWELS
    if compound:
        return _compound(noun, case)
    if case == "plu":
        return f"{noun}{mark}l{a}r"
    if case in ("loc", "abl"):
        d = "t" if lower(noun[-1:]) in _VOICELESS else "d"
        return f"{noun}{mark}{d}{a}{'n' if case == 'abl' else ''}"
    if case == "ins":
        return f"{noun}{mark}{'y' if vowel else ''}l{a}"
    stem = noun if name or vowel else _before_vowel(noun)
    ending = {"acc": i, "dat": a, "gen": f"{i}n", "pos": i}[case]
    buffer = {"gen": "n", "pos": "s"}.get(case, "y") if vowel else ""
    return f"{stem}{mark}{buffer}{ending}"


def _compound(noun: str, case: Case) -> str:
    a, i = harmony(noun)
    if case == "plu":  # the plural goes before the possessive: denizkızları
        return f"{without_possessive(noun)}l{a}r{'ı' if a == 'a' else 'i'}"
    endings = {"acc": f"n{i}", "dat": f"n{a}", "loc": f"nd{a}", "abl": f"nd{a}n", "gen": f"n{i}n", "ins": f"yl{a}", "pos": ""}
    return noun + endings[case]


def harmony(word: str) -> tuple[str, str]:
    """The vowels of the endings after `word`: the one of two (a, e) and the one of four (ı, i, u, ü)."""
    small = lower(word)
    last = next((letter for letter in reversed(small) if letter in VOWELS), "e")
    back = last in _BACK and small.rpartition(" ")[2] not in _exceptions()[1]
    if last in _ROUND:
        return ("a", "u") if back else ("e", "ü")
    return ("a", "ı") if back else ("e", "i")


def forms(noun: str, *, name: bool = False, compound: bool = False) -> set[str]:
    """Every form in which a wish may hold `noun`: singular and plural and somebody's, in all cases."""
    plural = inflect(noun, "plu", name=name, compound=compound)
    theirs = inflect(noun, "pos", name=name, compound=compound)
    found = {noun, plural, f"{inflect(noun, 'loc', name=name, compound=compound)}ki"}  # şehirdeki: the one in the town
    found.add(f"{noun}l{harmony(noun)[1]}")  # ejderhalı: with a dragon in it
    for case in CASES:
        if case not in ("plu", "too", "ask"):
            found |= {inflect(noun, case, name=name, compound=compound), inflect(plural, case, compound=compound)}
            found.add(inflect(theirs, case, compound=True))  # prensesin şatosunda: in the castle of the princess
    return found


def ours(noun: str, *, compound: bool = False) -> set[str]:
    """Every form of `noun` that says whose it is: babaannem is my grandmother, köpeğimiz our dog."""
    owned = without_possessive(noun) if compound else noun
    vowel = owned[-1] in VOWELS
    _a, i = harmony(owned)
    mine = f"{owned if vowel else _before_vowel(owned)}{'' if vowel else i}m"
    return {inflect(one, case) for one in (mine, f"{mine}{i}z") for case in CASES if case not in ("too", "ask")} | {mine, f"{mine}{i}z"}


def bare(stem: str) -> str:
    """The noun that a stem before a vowel belongs to, as far as letters tell it: kitab gives kitap, köpeğ gives köpek."""
    return stem[:-1] + _HARD.get(stem[-1:], stem[-1:])


def without_possessive(noun: str) -> str:
    """denizkızı gives denizkız, uğur böceği gives uğur böcek, tost makinesi gives tost makine."""
    stem = noun[:-1]
    return stem[:-1] if stem[-1] == "s" and stem[-2] in VOWELS else bare(stem)


def _before_vowel(noun: str) -> str:
    """The stem before an ending that begins with a vowel: kitap gives kitab-, şehir gives şehr-."""
    head, space, last = noun.rpartition(" ")
    stays, _front, stems = _exceptions()
    many = sum(letter in VOWELS for letter in last) > 1
    hard = last[-1] == "k" and last[-2:-1] not in VOWELS and not last.endswith("nk")  # lunaparkı: no ğ behind a consonant
    soft = last[-1] in _SOFT and many and not hard and last not in stays
    return head + space + (stems.get(last) or (last[:-1] + ("g" if last.endswith("nk") else _SOFT[last[-1]]) if soft else last))
