"""The hero's name, if the wish gives one, and whether to say she or he."""

import re
from dataclasses import dataclass
from zlib import crc32

from fably.core.types import Language
from fably.lore import turkish
from fably.lore.finding import is_common
from fably.lore.stock import stock
from fably.lore.unfit import Unfit

TITLE = 3  # long words, all with a capital: more are a title, in which a capital makes no name
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
_CHILD = {"en": re.compile(r"(?:^\W*|\b(?:about|for|with|and) )(\w+)\b(?!'s)", re.IGNORECASE), "tr": re.compile(r"\b(\w+)")}
_IS = re.compile(r"(?: the|, an?|, the) ", re.IGNORECASE)  # Emma the dragon
_PRONOUN = {
    "she": re.compile(r"\b(?:she|her|hers|girl|daughter|sister|mummy|mommy|mama|mother)\b"),
    "he": re.compile(r"\b(?:he|his|him|boy|son|brother|daddy|papa|father)\b"),
}
_NO_NAMES = {
    "en": frozenset(
        "the an my our his her its their it that this what you who and or but in on of at to by with from for is has goes".split()  # noqa: SIM905
    ),
    "tr": frozenset(["bir", "bu", "şu", "ne", "ve", "da", "de", "mi", "olan", "olsun", "onun", "benim", "bizim", "senin"]),
}


@dataclass(frozen=True)
class Name:
    """A name, and whether it is somebody of its own ("about Emma and a dragon") and not the hero's ("a dragon called Ember")."""

    text: str
    person: bool


def name_in(wish: str, language: Language) -> Name | None:
    """The name in `wish`, unless it is unfit or a word like any other: called so, or known as a name that children have."""
    called = _CALLED[language].search(wish)
    if called and (text := _fit(next(filter(None, called.groups())), language)):
        return Name(text, person=False)
    about = _ABOUT[language].search(wish)
    named = _child(wish, language) or (about and (next(filter(None, about.groups())), about))
    if named and (text := _fit(named[0], language)):
        return Name(text, person=not _IS.match(wish, named[1].end()) and not named[1].group().lower().startswith("for "))
    return None


def name_beside(wish: str, somebody: str, language: Language) -> str | None:
    """The name that stands by `somebody` in `wish`: "grandma Rose", "a cat called Whiskers"; in Turkish before it, or behind it where it is
    somebody's: "Ayşe teyze", "kedisi Pamuk". It must have its capital."""
    letters = "([A-ZÇĞİÖŞÜ][a-zçğıöşü]{1,13})"
    if language == "tr":
        named = [rf"\b{letters} (?i:{somebody})", rf"\b(?i:{somebody}|{somebody[:-1]}\w{{1,5}}(?<=[ıiuüm])) {letters}"]
    else:
        named = [rf"\b(?i:{somebody})(?: called| named|,)? {letters}\b"]
    long = [word for word in re.findall(r"[^\W\d_]{4,}", wish) if word[0].isupper()]
    if len(long) > TITLE and len(long) == len(re.findall(r"[^\W\d_]{4,}", wish)):  # The Little Dragon Looks For Cake
        return None
    found = next(filter(None, (re.search(one, wish) for one in named)), None)
    return _fit(found.group(1), language) if found else None


def second_name(wish: str, first: str, language: Language) -> str | None:
    """The name of somebody who comes along with the one called `first`: "Lily and Tom", "Ali ile Ayşe"."""
    joined = "ile|ve" if language == "tr" else "and|with|&"
    found = re.search(rf"\b{re.escape(first)}(?:'?\w{{1,3}})?,? (?:(?:{joined}) )?(?i:(\w{{2,14}}))\b", wish, re.IGNORECASE)
    if found is None:
        return None
    word = found.group(1)
    names = [name for some in stock(language).words.known_names.values() for name in some]
    small = _lower(word, language)
    if small in names:
        return _fit(word, language)
    if language == "tr" and (name := next((name for name in names if small.startswith(name) and small in _without_apostrophe(name)), None)):
        return _fit(word[: len(name)], language)
    joins = re.search(rf"\b(?:{joined}) {re.escape(word)}\b", wish)
    return _fit(word, language) if joins and word[:1].isupper() and word[1:].islower() else None


def _fit(name: str, language: Language) -> str | None:
    """The name as the story writes it, or None when it is none."""
    words, small = stock(language).words, _lower(name, language)
    no_name = small in _NO_NAMES[language] or small in words.nobody or small in words.epithets
    if no_name or Unfit(language).in_text(small) or is_common(small, language):
        return None
    return _capital(small, language) if name.islower() or name.isupper() else name


def _child(wish: str, language: Language) -> tuple[str, re.Match[str]] | None:
    """A name that many children have, and where: "a story about emma", "elif ile köpeğinin masalı". In Turkish, endings may follow."""
    names = [name for names in stock(language).words.known_names.values() for name in names]  # in order: a set has another every time
    for match in _CHILD[language].finditer(wish):
        small = _lower(match.group(1), language)
        name = small if small in names else None
        if language == "tr" and not name:
            name = next((name for name in names if small.startswith(name) and small in _without_apostrophe(name)), None)
        if name:
            return match.group(1)[: len(name)], match
    return None


def _without_apostrophe(name: str) -> set[str]:
    """The forms of a Turkish name as somebody types them who is in a hurry."""
    return {form.replace("'", "") for form in turkish.forms(name, name=True)}


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


def pronoun_of(name: str, language: Language) -> str:
    """She or he for a name that nothing else is known of: the same each time. Most names in -a are girls', most in -o boys'."""
    choices = sorted(stock(language).words.names)
    guess = {"a": "she", "o": "he"}.get(_lower(name, language)[-1:], "")
    return guess if guess in choices else choices[crc32(name.encode()) % len(choices)]


def _lower(text: str, language: Language) -> str:
    return turkish.lower(text) if language == "tr" else text.lower()


def _capital(text: str, language: Language) -> str:
    return turkish.capital(text) if language == "tr" else text.capitalize()
