"""What is in a wish: who the story is about, who goes along, and where it happens. Never fails: what is not found is None."""

import re
from dataclasses import dataclass, replace
from functools import cache

from fably.core.types import Language
from fably.lore import english, turkish
from fably.lore.stock import Hero, Place, stock

LONGEST = 30  # characters of a hero of the child's own

_OWN = {
    "en": re.compile(
        r"\babout (?:an?|the|my|some|our) ([a-z][a-z' -]*?)"
        r"(?= (?:who|that|which|and|in|on|at|by|with|from|called|named|going|for|to)\b|[^a-z' -]|$)"
    ),
    "tr": re.compile(r"\b(?:bir|benim) ((?:\w+ )?\w+?)(?='?(?:n?[ıiuü]n)? (?:hakkında|masalı|hik[aâ]yesi|öyküsü|üzerine|ile ilgili)\b)"),
}
_NAME = {
    "en": re.compile(r"\b(?:called|named|whose name is) ([^\W\d_]{2,14})\b", re.IGNORECASE),
    "tr": re.compile(r"\b([^\W\d_]{2,14}) (?:adında|adlı|isimli|adındaki)\b", re.IGNORECASE),
}
_ABOUT_NAME = re.compile(r"\babout ([A-Z][a-z]{1,13})\b")


@dataclass(frozen=True)
class Wish:
    """What was found in a wish."""

    hero: Hero | None = None
    companion: Hero | None = None
    place: Place | None = None
    name: str | None = None


def read(wish: str, language: Language) -> Wish:
    """Find hero, companion, place and name in `wish`."""
    text = _lower(wish, language)[:2000]
    known = stock(language)
    heroes = [replace(known.heroes[key], kind=word) for key, word in _found(text, language, "heroes")]
    if not heroes and (own := _own_hero(text, language)):
        heroes = [own]
        text = text.replace(own.kind, " ")  # a garden gnome need not live in the garden
    places = [known.places[key] for key, _word in _found(text, language, "places")]
    hero, companion = [*heroes, None, None][:2]
    return Wish(hero, companion, places[0] if places else None, _name(wish, language))


def _lower(text: str, language: Language) -> str:
    return turkish.lower(text) if language == "tr" else text.lower()


def _found(text: str, language: Language, what: str) -> list[tuple[str, str]]:
    """What of the stock is in `text`, each once, in the order in which it comes: its key, and the word that stood for it."""
    pattern, known = _index(language, what)
    return list({key: (key, word) for key, word in reversed([known[match.group()] for match in pattern.finditer(text)])}.values())[::-1]


@cache
def _index(language: Language, what: str) -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
    """A pattern for every form of every word, the longest first, and the key and the word that each belongs to."""
    known: dict[str, tuple[str, str]] = {}
    for key, one in getattr(stock(language), what).items():
        for word in (key, *one.words):
            for form in turkish.forms(word, compound=one.compound) if language == "tr" else english.forms(word):
                known.setdefault(form, (key, word))
    longest_first = sorted(known, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b"), known


def _own_hero(text: str, language: Language) -> Hero | None:
    """A hero that is not in the stock, when the wish plainly names one."""
    match = _OWN[language].search(text)
    kind = match.group(1).strip(" -'") if match else ""
    words = kind.split()
    if not words or len(words) > 3 or len(kind) > LONGEST or not stock(language).unfit.isdisjoint(words):
        return None
    return replace(stock(language).anyone, kind=kind, compound=language == "tr" and len(words) > 1 and kind[-1] in "ıiuü")


def _name(wish: str, language: Language) -> str | None:
    """The hero's name, if the wish gives one."""
    match = _NAME[language].search(wish) or (_ABOUT_NAME.search(wish) if language == "en" else None)
    if match is None:
        return None
    name = _lower(match.group(1), language)
    if name in stock(language).unfit or name in _index(language, "heroes")[1] or name in _index(language, "places")[1]:
        return None
    return turkish.capital(name) if language == "tr" else name.capitalize()
