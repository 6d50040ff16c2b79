"""Makes the story bible of a story by rule, whoever told it: the names that come up, who and where, what was promised, how it ended."""

import re
import tomllib
from collections import Counter
from dataclasses import replace
from functools import cache
from typing import Any

from fably.core.bible import Bible
from fably.core.types import Language
from fably.lore import turkish
from fably.lore.finding import counted, is_common
from fably.lore.finding import found as found_in
from fably.lore.naming import pronoun_in
from fably.lore.stock import HERE, Hero, stock
from fably.lore.wishes import Wish, read

BEGINNING = 300
"""Characters of a story in which it says whom it is about, and where they are at home."""
ENDING = 160
"""Characters of two last sentences; of longer ones the last will do."""
_SOMEBODY: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"^an? (?:[\w-]+ )*?(?P<kind>[\w-]+(?: of \w+)?)(?= (?:who|in|with|on) |$)"),
    "tr": re.compile(r"\bbir (?P<kind>\w+)$"),
}
"""Where the header of a story says what its hero is, and not what that one does."""
_CAPITAL = "A-ZÇĞİÖŞÜ"
_NAME = re.compile(rf"(?P<before>(?:[^\W\d_]|[,;]) )?\b(?P<name>[{_CAPITAL}][a-zçğıöşüâîû]{{1,13}})\b(?P<ending>['\u2019]\w+)?")
_SENTENCE = re.compile(r"[^.!?…]+(?:[.!?…]+[\"”’»)]*|$)")
_SHE, _HE = (re.compile(rf"\b(?:{words})\b") for words in ("she|her|hers|herself", "he|him|his|himself"))


@cache
def phrases(language: Language) -> dict[str, Any]:
    """What is in `sequel.toml`."""
    return tomllib.loads((HERE / language / "sequel.toml").read_text(encoding="utf-8"))


def bible(text: str, query: str, language: Language, before: Bible | None = None, plots: tuple[str, ...] = ()) -> Bible:
    """What another story must know of this one, which is `text`, told for `query`, and of those `before` it."""
    wish, small = read(query, language), turkish.lower(text) if language == "tr" else text.lower()
    names = _names(text, small, language)
    heroes, places, things = (counted(small, language, kind) for kind in ("heroes", "places", "things"))
    wished = wish.hero.kind if wish.hero and wish.hero.kind in small else ""
    name = wish.name if wish.name and wish.name in names else next(iter(names), "")
    first = small[:BEGINNING]
    begins = [one for one in counted(first, language, "heroes", 1) if one in heroes]
    begins.sort(key=lambda one: first.find(one) % (BEGINNING + 1))  # whom a story is about it names first, however often others come
    kind = wished or next(iter([*begins, *heroes]), "")
    sentences = [" ".join(one.split()) for one in _SENTENCE.findall(text) if any(letter.isalpha() for letter in one)]
    last = " ".join(sentences[-2:])
    promise = re.compile("|".join(phrases(language)["promises"]))
    promises = [one for one in sentences if promise.search(turkish.lower(one) if language == "tr" else one.lower())]
    at_home = [wish.place.kind] if wish.place and wish.place.kind in first else counted(first, language, "places", 1)[:1]
    found = Bible(
        name=name,
        kind=kind,
        pronoun=_pronoun(small) if language == "en" else "",
        friend=next((one for one in heroes if one != kind), ""),
        names=tuple(names),
        places=tuple(dict.fromkeys([*at_home, *places])),
        things=tuple(things),
        promises=tuple(promises[-3:]),
        began=sentences[0] if sentences else "",
        ended=(last if len(last) <= ENDING else sentences[-1],) if sentences else (),
        plots=plots,
    )
    return (_joined(before, found) if before else found).bounded()


def introduced(hero: str, language: Language) -> Bible:
    """What the header of a story of the shelf says of its `hero`: "Quill, a mouse who winds a clock", "Guyo, who has a new notebook"."""
    name, comma, what = hero.partition(", ")
    name, what = (name, what) if comma else ("", hero)
    somebody = _SOMEBODY[language].search(what)
    known = stock(language).words.called
    kind = somebody["kind"] if somebody else known.get(pronoun_in(name, language) or "any") or known["any"]
    return Bible(name=name if name[:1].isupper() else "", kind=kind)


def remembered(before: Bible, found: Wish, language: Language) -> Wish:
    """What was `found` in the wish, with whoever and whatever is known of the stories before it."""
    known = stock(language)
    hero, friend = (_somebody(kind, language) for kind in (before.kind, before.friend))
    place = next((known.places[one.key] for kind in before.places for one in found_in(kind, language, "places")), None)
    thing = next((known.things[one.key] for kind in before.things for one in found_in(kind, language, "things")), None)
    named = pronoun_in(before.name, language) if before.name else None
    return replace(
        found,
        hero=hero or found.hero,
        companion=friend if friend and friend.kind != (hero or found.hero or friend).kind else found.companion,
        place=place or found.place,
        thing=thing or found.thing,
        name=before.name or found.name,
        pronoun=found.pronoun or named or before.pronoun or None,
    )


def _somebody(kind: str, language: Language) -> Hero | None:
    if not kind:
        return None
    known = stock(language)
    one = next((known.heroes[one.key] for one in found_in(kind, language, "heroes")), known.words.anyone)
    return replace(one, kind=kind)


def _joined(before: Bible, now: Bible) -> Bible:
    """All that is known after one more story: whose it is stays, and what counted counts."""
    lists = {
        key: tuple(dict.fromkeys([*getattr(before, key), *getattr(now, key)]))
        for key in ("names", "places", "things", "promises", "ended", "plots")
    }
    whose = {key: getattr(before, key) or getattr(now, key) for key in ("name", "kind", "pronoun", "friend")}
    return replace(now, began=before.began or now.began, **whose, **lists)  # type: ignore[arg-type]


def _names(text: str, small: str, language: Language) -> list[str]:
    """What is a name by its capital, the most frequent first: in the middle of a sentence, or before an apostrophe in Turkish."""
    all_of, surely = Counter[str](), Counter[str]()
    for one in _NAME.finditer(text):
        all_of[one["name"]] += 1
        surely[one["name"]] += one["before"] is not None or (language == "tr" and one["ending"] is not None)
    nobody, words = set(phrases(language)["no_names"]), set(re.findall(r"\w+", re.sub(rf"[{_CAPITAL}]\w+", " ", text)))
    known = {name for some in stock(language).words.names.values() for name in some}

    def is_name(name: str) -> bool:
        lower = turkish.lower(name) if language == "tr" else name.lower()
        sure = surely[name] and all_of[name] > 1 and lower not in words and not is_common(lower, language)
        return lower not in nobody and bool(sure or (name in known and surely[name]))

    return [name for name, _count in all_of.most_common() if is_name(name)]


def _pronoun(small: str) -> str:
    she, he = len(_SHE.findall(small)), len(_HE.findall(small))
    return "she" if she > 2 * he else "he" if he > 2 * she else ""
