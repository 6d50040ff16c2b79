"""How old the child is, in our own stories: little ones hear the easiest of what may be said, in sentences of one thought each; from
seven on it may be said more richly. What little ones are told instead is data, in `little.toml`."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Any

from fably.core.types import Language
from fably.lore import turkish
from fably.lore.stock import HERE, Plot, Sentence

LITTLE, BIG = 5, 7
"""The ages, in years, before which a child is little, and from which on it is big."""
USUAL = 5
"""The age for which a story is told when nobody says for whom, in years."""
EASY = 8
"""Words of a sentence that a little one follows; longer ones are parted where they can be."""
FEWEST = 3
"""Words that a sentence keeps on either side of where it is parted; two by themselves would be breathless."""
ALIKE, NEARLY_ALIKE = 1.0, 8.0
"""How much harder than the easiest a variant may be, for little ones and for the others; see `_hardness`."""

_SLOT = re.compile(r"\{[^}]*\}")
_VOWELS = re.compile(r"[aeıioöuüâîû]+", re.IGNORECASE)
_SENTENCE = re.compile(r"[^.!?…]+(?:[.!?…]+[\"”]?|$)\s*")
_WHO = (
    r"(?:\{he\}|\{name\}|the \{(?:friend|kind|thing)\}|the \{small\} \{kind\}"
    r"|it|they|no one|nobody|someone|everybody|everyone|there)"
)
_PARTS: dict[Language, re.Pattern[str]] = {
    # Behind "and" and "but" there must be somebody and what they did, else it is a list: "one half here, and one half there".
    "en": re.compile(rf"(?:, (?=(?:and|but) {_WHO} (?!and\b|in\b|on\b|of\b|with\b|near\b|at\b|from\b|behind\b|else\b)[\w']+)|; )"),
    # A Turkish clause ends in its verb, so it is whole where one stands on both sides; "bekler, beklerken çalışırmış" shares its ending.
    "tr": re.compile(
        r"(?:(?<=m[ıiuü]ş)|(?<=m[ıiuü]şl[ae]r))(?:, |; )(?!ne |hem |yani |hep |\w+ bir |\w+ değilmiş)"
        r"(?=[^\",;:.!?]*(?:m[ıiuü]ş|m[ıiuü]şl[ae]r|imiş)(?:[,;.!?]|$))"
    ),
}


def kinds(age: int) -> tuple[int, ...]:
    """An age of each kind that is told differently, in years; that of a child of `age` comes first."""
    own = LITTLE - 1 if age < LITTLE else LITTLE if age < BIG else BIG
    return tuple(dict.fromkeys((own, LITTLE - 1, LITTLE, BIG)))


def for_age(name: str, paragraphs: Plot, age: int, language: Language) -> Plot:
    """The plot called `name` as a child of `age` is told it: little ones without what they can do without."""
    if age >= LITTLE:
        return paragraphs
    beginning, *others = paragraphs
    known = _little(language)
    begins: Sentence = known["first"]
    without = needless(name, language)
    kept = [[one for one in paragraph if not first(one).startswith(without)] for paragraph in [[begins, *beginning[1:]], *others]]
    return [[_eased(one, language) for one in paragraph] for paragraph in kept if paragraph]


def chosen(variants: Sentence, age: int, chance: Random) -> str:
    """One of what can be said: for little ones of the easiest, for big ones rather of the richest."""
    if isinstance(variants, str):
        return variants
    if age >= BIG:
        return chance.choices(variants, [1 + len(one.split()) for one in variants])[0]
    hard = [_hardness(one) for one in variants]
    most = min(hard) + (ALIKE if age < LITTLE else NEARLY_ALIKE)
    return chance.choice([one for one, how in zip(variants, hard, strict=True) if how <= most])


def _hardness(text: str) -> float:
    """How hard a variant is: by the syllables of its words, the words of its sentences, and a little by its length. A slot is a word of
    one syllable; nothing is the easiest of all."""
    words = _SLOT.sub("one", text).split()
    if not words:
        return 0.0
    return 12 * sum(len(_VOWELS.findall(one)) for one in words) / len(words) + len(words) / len(_SENTENCE.findall(text)) + 0.1 * len(words)


def needless(name: str, language: Language) -> tuple[str, ...]:
    """How the sentences of the plot called `name` begin that a story can do without."""
    return tuple(_little(language)["leave_out"].get(name, ()))


def first(variants: Sentence) -> str:
    """The first of what can be said, by which a sentence is known."""
    return variants if isinstance(variants, str) else variants[0]


def _eased(variants: Sentence, language: Language) -> Sentence:
    return simpler(variants, language) if isinstance(variants, str) else [simpler(one, language) for one in variants]


def simpler(text: str, language: Language) -> str:
    """The same in easier words, and its long sentences as several."""
    known = _little(language)["words"]
    if known:
        text = _words(language).sub(lambda found: known[found[0]], text)
    return "".join(_parted(one, language) for one in _SENTENCE.findall(text))


def _parted(sentence: str, language: Language) -> str:
    if len(sentence.split()) <= EASY:
        return sentence
    return "".join(_pieces(sentence, language))


def _pieces(sentence: str, language: Language) -> Iterator[str]:
    last = 0
    for one in _PARTS[language].finditer(sentence):
        if min(len(sentence[last : one.start()].split()), len(sentence[one.end() :].split())) >= FEWEST:
            yield (_capital(sentence[last : one.start()], language) if last else sentence[last : one.start()]) + ". "
            last = one.end()
    yield _capital(sentence[last:], language) if last else sentence


def _capital(text: str, language: Language) -> str:
    return turkish.capital(text) if language == "tr" else text[:1].upper() + text[1:]


@cache
def _words(language: Language) -> re.Pattern[str]:
    """What is said in easier words, the longest first."""
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(_little(language)['words'], key=len, reverse=True)))})\b")


@cache
def _little(language: Language) -> dict[str, Any]:
    return tomllib.loads((HERE / language / "little.toml").read_text(encoding="utf-8"))
