"""What a wish says of its hero beside who it is: "who wants to fly", "who is afraid of the dark", "topunu kaybeden".

It goes into the story in the wish's own words, so only what is short, plain and fit for a child is taken. How it is told stands in
`en/particulars.toml` and `tr/particulars.toml`.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from fably.core.types import Language
from fably.lore.finding import found
from fably.lore.stock import HERE, Plot, Sentence, stock
from fably.lore.turkish import VOWELS, harmony
from fably.lore.unfit import Unfit

LONGEST = 45  # characters of one of them
MOST_WORDS = 6
KINDS = ("friend", "friendkind", "wants", "wantssome", "unwilling", "cannot", "sleepless", "fears", "lost")
"""Those that something is told of in so many words; what the hero `likes` has its place in every plot."""

_REST = r"([a-z][a-z' -]*?)(?=\s+(?:who|whose|which|but|because|when|until|if|please|tonight|called|named|and|then|so)\b|\s*[^a-z' -]|\s*$)"
_WHO = r"\b(?:who|that|which)\b[^.!?]*?\b"
_EN = {
    "unwilling": re.compile(rf"{_WHO}(?:does not|doesn't|did not|didn't|will not|won't) want to {_REST}"),
    "wants": re.compile(rf"(?:{_WHO}(?:wants|wanted|wishes|wished|tries|tried|learns|learned|learnt)|\blearning) (to {_REST})"),
    "wantssome": re.compile(rf"{_WHO}(?:wants|wanted|wishes for|wished for) ((?:an?|some|his|her|its|the) {_REST})"),
    "lost": re.compile(
        rf"{_WHO}(?:lost|loses|has lost|can't find|cannot find|is looking for|looks for|searches for) ((?:his|her|its|their) {_REST})"
    ),
    "cannot": re.compile(rf"{_WHO}(?:cannot|can't|can not|could not|couldn't) {_REST}"),
    "fears": re.compile(rf"{_WHO}(?:afraid|scared|frightened|terrified) of {_REST}"),
    "likes": re.compile(rf"{_WHO}(?:loves|loved|likes|liked) (?!to\b){_REST}"),
}
_TR = {
    "unwilling": re.compile(r"((?:\w+ ){0,2}\w+m[ae]k) (?:istemeyen|istemiyor)"),
    "wants": re.compile(r"((?:\w+ ){0,2}(?:\w+m[ae]k(?= isteyen| istiyor)|\w+m[ae]y[ıi](?= öğrenen)))"),
    # not istemeyen or beklemeyen, who could and do not: their stems end in that vowel
    "cannot": re.compile(r"\b((?!(?:ist|oyn|ar|uğr|yaş|kız)[ae]m)(\w+?)(?<![^aeıioöuü]l)[ae]m(?:[ae]y[ae]n|[ıi]yor))\b"),
    "fears": re.compile(r"((?:\w+ )?\w+[dt][ae]n) (?:çok |biraz |pek )?kork(?:an|uyor)"),
    "lost": re.compile(r"((?:\w+ )?\w+n[ıiuü]) (?:kaybeden|kaybetmiş|arayan|arıyor)"),
    "likes": re.compile(r"((?:\w+ )?\w+[ıiuü]) (?:çok |pek )?seven"),
}
_SLEEP: Mapping[Language, frozenset[str]] = {
    "en": frozenset({"sleep", "fall asleep", "get to sleep", "go to sleep", "sleep at night"}),
    "tr": frozenset({"uyumak"}),
}
_NOBODYS = frozenset("i me my you your us our we it that this story tale something anything".split())  # noqa: SIM905
_NOT_LOST = re.compile(r"\b(?:way|voice|temper|mind|memory|friends?|home|yolunu|sesini|evini|arkadaş\w*|dost\w*)$")
_CASED = re.compile(r"\w+(?:[aeıiuü]|[dt][ae]n)$")
_OF_TWO_WORDS = re.compile(r"(?:olmak|etmek|yapmak|m[ae]y[ıi]|[ıiuü]nd[ae]n)$")
_NO_BEGINNING = frozenset({"bir", "bana", "bize", "ama", "ve", "ile", "çok", "biraz", "hem", "de", "da", "olan", "hiç", "daha"})


def particulars(text: str, language: Language) -> dict[str, str]:
    """What `text`, a wish in small letters, says of its hero, by the slot of the plots that it fills."""
    said: dict[str, str] = {}
    for kind, pattern in (_EN if language == "en" else _TR).items():
        match = pattern.search(text)
        words = match and (match[1].strip() if language == "en" else _turkish(kind, match))
        if words and _plain(words, kind, language):
            said[kind] = words
    if "lost" in said and said.get("cannot", "").startswith("find "):  # her shoe
        del said["cannot"]
    if said.get("cannot") in _SLEEP[language]:
        said["sleepless"] = said.pop("cannot")
    return said


def _turkish(kind: str, match: re.Match[str]) -> str:
    """The words of a Turkish match without what stands before them by chance."""
    if kind == "cannot":
        return _infinitive(match[2])
    *before, word = match[1].split()
    if word.endswith(("yı", "yi")) and kind == "wants":  # uçmayı öğrenen: uçmak
        word = f"{word[:-2]}k"
    kept: list[str] = []
    for one in reversed(before):
        fits = _is_cased(one) if kind in ("wants", "unwilling") else one in stock("tr").words.epithets
        if one in _NO_BEGINNING or not (fits or (not kept and _OF_TWO_WORDS.search(word))):
            break
        kept.insert(0, one)
    return " ".join([*kept, word])


def _is_cased(word: str) -> bool:
    """Whether it looks as if what is wanted were done to it, or there; who wants it has no ending: küçük kaplumbağa uçmak istiyor."""
    return _CASED.match(word) is not None and not any(one.word == word for one in found(word, "tr", "heroes"))


def _infinitive(stem: str) -> str:
    """What somebody cannot do who is called by this stem: uyuy- of uyuyamayan gives uyumak, duy- duymak, gid- gitmek."""
    if stem in ("yiy", "diy"):
        stem = f"{stem[0]}e"
    elif stem.endswith("y") and stem[-2:-1] in tuple(VOWELS) and sum(letter in VOWELS for letter in stem) > 1:
        stem = stem[:-1]
    elif stem in ("gid", "ed", "güd", "tad"):
        stem = f"{stem[:-1]}t"
    return f"{stem}m{harmony(stem)[0]}k"


def _plain(words: str, kind: str, language: Language) -> bool:
    """Whether it may be told as it was said."""
    parts = re.findall(r"[^\W\d_]+", words)
    if not parts or len(parts) > MOST_WORDS or len(words) > LONGEST or not _NOBODYS.isdisjoint(parts):
        return False
    if kind == "lost" and (_NOT_LOST.search(words) or _has_kin(words, language)):
        return False
    return Unfit(language).in_text(words) is None


def _has_kin(words: str, language: Language) -> bool:
    """Whether somebody of the family is in it: who has lost them is not comforted in a sentence."""
    return any(stock(language).heroes[one.key].wished for one in found(words, language, "heroes"))


def woven(paragraphs: Plot, said: Mapping[str, str], plot: str, language: Language, *, short: bool = False) -> Plot:
    """The plot of this name with what was `said` in it: as soon as the hero is known, before the last paragraph (but in a `short` story),
    and at the very end."""
    (hero, *first), *others, last = paragraphs
    known_of, dreams = list[Sentence](), list[Sentence]()
    known = _phrases(language)
    for kind in KINDS:
        if kind in said and not (kind == "fears" and plot in known["fearful"]):  # which tells of it anyway
            told = known[kind]
            known_of += [told["first"]]
            others += [[told["turn"]]] if "turn" in told and not short else []
            dreams = dreams or ([told["last"]] if "last" in told else [])
    return [[hero, *known_of, *first], *others, [*last, *dreams]]


def suits(said: Mapping[str, str], plot: str, language: Language) -> bool:
    """Whether the plot of this name says nothing that makes no sense with it."""
    return not ("sleepless" in said and plot in _phrases(language)["sleeping"])


@cache
def _phrases(language: Language) -> dict[str, Any]:
    return tomllib.loads((HERE / language / "particulars.toml").read_text(encoding="utf-8"))
