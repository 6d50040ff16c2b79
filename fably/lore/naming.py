"""The hero's name, if the wish gives one, and whether to say she or he."""

import re
from dataclasses import dataclass
from functools import cache

from fably.core.types import Language
from fably.lore import turkish
from fably.lore.stock import stock

_LETTERS = r"([^\W\d_]{2,14})"
_CALLED = {
    "en": re.compile(rf"\b(?:called|named|(?:whose|his|her|its|my) name is|name's) {_LETTERS}\b", re.IGNORECASE),
    "tr": re.compile(rf"\b{_LETTERS} (?:adında|adlı|isimli|adındaki|ismindeki|isminde)\b|\b(?:adı|ismi) {_LETTERS}\b", re.IGNORECASE),
}
_ABOUT = {
    "en": re.compile(r"\babout ([A-Z][a-z]{1,13})\b(?!'s)"),
    "tr": re.compile(
        r"(?<!^)\b([A-ZÇĞİÖŞÜ][a-zçğıöşü]{1,13})(?= hakkında| ile ilgili)|\b([A-ZÇĞİÖŞÜ][a-zçğıöşü]{1,13})'\w+(?= masal| hik[aâ]ye| öykü)"
    ),
}
_IS = re.compile(r"(?: the|, an?|, the) ", re.IGNORECASE)  # Emma the dragon
_PRONOUN = {"she": re.compile(r"\b(?:she|her|hers|girl|daughter|sister)\b"), "he": re.compile(r"\b(?:he|his|him|boy|son|brother)\b")}
_NO_NAMES = {
    "en": frozenset(["the", "an", "my", "our", "his", "her", "its", "their", "it", "that", "this", "what", "you", "who", "and"]),
    "tr": frozenset(["bir", "bu", "şu", "ne", "ve", "da", "de", "mi", "olan", "olsun", "onun", "benim", "bizim", "senin"]),
}


@dataclass(frozen=True)
class Name:
    """A name, and whether it is somebody of its own ("about Emma and a dragon") and not the hero's ("a dragon called Ember")."""

    text: str
    person: bool


def name_in(wish: str, language: Language, common: frozenset[str]) -> Name | None:
    """The name in `wish`, unless it is unfit or one of the `common` words: called so, or known as a name that children have."""
    words = stock(language).words
    for pattern in (_CALLED[language], _known(language), _ABOUT[language]):
        match = pattern.search(wish if pattern is not _known(language) else _lower(wish, language))
        if match is None:
            continue
        name = next(group for group in match.groups() if group)
        small = _lower(name, language)
        no_name = small in common or small in _NO_NAMES[language] or small in words.nobody or small in words.epithets
        if no_name or words.is_unfit(small):
            continue
        person = pattern is not _CALLED[language] and not _IS.match(wish, match.end()) and not match.group().lower().startswith("for ")
        return Name(_capital(small, language) if name.islower() or name.isupper() else name, person)
    return None


def pronoun_in(wish: str, language: Language) -> str | None:
    """She or he, where the wish shows which. None where the language has no such thing, or one cannot know."""
    if language != "en":
        return None
    small = wish.lower()
    said = [pronoun for pronoun, pattern in _PRONOUN.items() if pattern.search(small)]
    if len(said) == 1:
        return said[0]
    words = stock(language).words
    here = set(re.findall(r"[^\W\d_]+", small))
    known = [
        pronoun for pronoun in ("she", "he") if not here.isdisjoint([*words.known_names[pronoun], *map(str.lower, words.names[pronoun])])
    ]
    return known[0] if len(known) == 1 else None


@cache
def _known(language: Language) -> re.Pattern[str]:
    """Names that many children have: "a story about emma", "elif ile köpeğinin masalı". Endings may follow in Turkish."""
    names = [name for names in stock(language).words.known_names.values() for name in names]
    if language == "en":
        return re.compile(rf"\b(?:about|for|with|and) ({'|'.join(names)})\b(?!'s)")
    ends = {name: {form[len(name) :].lstrip("'") for form in turkish.forms(name, name=True)} for name in names}
    each = [f"({name})'?(?:{'|'.join(sorted(filter(None, ends[name]), key=len, reverse=True))})?" for name in names]
    return re.compile(rf"\b(?:{'|'.join(each)})\b")


def _lower(text: str, language: Language) -> str:
    return turkish.lower(text) if language == "tr" else text.lower()


def _capital(text: str, language: Language) -> str:
    return turkish.capital(text) if language == "tr" else text.capitalize()
