"""A story fits the place where it happens: no duck pond on the moon, no oak under the sea."""

import re

import pytest

from fably.core.types import Language
from fably.lore.stock import plot, stock
from fably.lore.telling import story

LANGUAGES: list[Language] = ["en", "tr"]
FURNITURE: dict[Language, str] = {
    "en": r"\b(ponds?|hills?|hedges?|brooks?|barley|rain|magpie|molehill|fireflies|winter|oven|oak|burrow|hay|straw)\b",
    "tr": r"\b(gölcü|göle|tepe(ye|nin|yi|den)|çalı(nın|lar|sı|dan|ya)|dere(ye|den)|otlara"
    r"|yağmur|saksağan|köstebe|ateş(in| bö)|kış|meşe|saman)",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_earthly_furniture_in_places_that_have_none(language: Language) -> None:
    known = stock(language)
    strange = {kind for kind, place in known.places.items() if place.bed}
    assert len(strange) >= 10
    for place in strange:
        strangers = [hero.kind for hero in known.heroes.values() if place not in hero.homes][::5]
        for hero in strangers:
            text = " ".join(list(story(f"{hero} {place}", language, "1"))[1:]).lower()
            about = [getattr(one, field) for one in known.heroes.values() for field in ("likes", "gift", "fears")]
            for words in sorted(about, key=len, reverse=True):
                text = text.replace(words, "")
            assert not re.search(FURNITURE[language], text), (hero, place, text)
            assert known.places[place].bed in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_is_at_home_there_sleeps_at_home(language: Language) -> None:
    known = stock(language)
    hero = next(hero for hero in known.heroes.values() if any(known.places[home].bed for home in hero.homes))
    place = next(home for home in hero.homes if known.places[home].bed)
    assert hero.bed in " ".join(story(f"{hero.kind} {place}", language, "1"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_enough_is_told_of_every_place(language: Language) -> None:
    known = stock(language)
    assert set(known.words.grounded) < set(known.plots)
    assert len(known.plots) - len(known.words.grounded) >= 5
    grounded = " ".join(str(plot(language, name)) for name in known.words.grounded)
    assert len(re.findall(FURNITURE[language], grounded)) >= 10, "what the tests look for is there to be found"
