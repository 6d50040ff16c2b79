"""The data: what a parent may add to, and what would go wrong if it were added badly."""

import re
from typing import get_args

import pytest

from fably.core.types import Language
from fably.lore import turkish
from fably.lore.english import FORMS
from fably.lore.stock import plot, stock
from fably.lore.unfit import Unfit

LANGUAGES: list[Language] = ["en", "tr"]
PLOTS = [(language, name) for language in LANGUAGES for name in stock(language).plots]
SLOTS = {*"begin name kind small friend thing looks at likes fears friendfears gift says friendsays bed".split()}  # noqa: SIM905
PRONOUNS = {"en": {"he", "him", "his", "himself"}, "tr": set[str]()}
CASES = {"en": set(FORMS), "tr": set(get_args(turkish.Case))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_enough_of_everything(language: Language) -> None:
    known = stock(language)
    assert len(known.heroes) >= 40
    assert len(known.places) >= 25
    assert len(known.things) >= 20
    assert len(known.plots) >= 25


@pytest.mark.parametrize("language", LANGUAGES)
def test_homes_are_places_and_attributes_are_plain(language: Language) -> None:
    known = stock(language)
    for hero in known.heroes.values():
        assert set(hero.homes) <= set(known.places), hero.kind
        assert hero.pronoun in ("", *(known.words.names if language == "en" else ())), hero.kind
        for text in (hero.likes, hero.fears, hero.gift, hero.bed):
            assert re.fullmatch(r"[^\W\d_][\w ,'’-]*\w", text), f"{hero.kind}: {text}"
            assert text[0].islower(), f"{hero.kind}: {text}"
            assert len(text.split()) <= 10, f"{hero.kind}: {text}"
        assert hero.says[0].isupper(), hero.kind
        assert hero.says[-1].isalpha(), "the plot gives it its mark"
    assert set(known.words.called.values()) <= set(known.heroes)


def test_turkish_attributes_have_the_ending_that_the_plots_need() -> None:
    for hero in [*stock("tr").heroes.values(), stock("tr").words.anyone]:
        assert re.search(r"[ıiuüa]$|[ıiuü]n[ıiuü]$", hero.likes), hero.likes
        assert re.search(r"[dt][ae]n$", hero.fears.rpartition(",")[0] or hero.fears), hero.fears
        assert re.search(r"m[ae]k$", hero.gift), hero.gift


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_place_says_its_word_and_begins_like_a_phrase(language: Language) -> None:
    for place in stock(language).places.values():
        assert "{place" in place.at, place.kind
        assert set(re.findall(r"\{place\.(\w+)\}", place.at)) <= CASES[language]


@pytest.mark.parametrize(("language", "name"), PLOTS)
def test_nobody_likes_a_thing_and_the_same_thing_even_more(language: Language, name: str) -> None:
    first = plot(language, name)[0]
    said = [one for variants in first for one in ([variants] if isinstance(variants, str) else variants) if "{likes}" in one]
    for hero in stock(language).heroes.values():
        assert not [one for one in said if hero.likes in one], f"{hero.kind} in {name}"


@pytest.mark.parametrize(("language", "name"), PLOTS)
def test_a_plot_has_its_parts(language: Language, name: str) -> None:
    paragraphs = plot(language, name)
    assert len(paragraphs) >= 5
    sentences = [one if isinstance(one, list) else [one] for paragraph in paragraphs for one in paragraph]
    for first in sentences[0]:
        assert first.startswith("{begin} ")
        assert {"{at}", "{name}"} <= set(re.findall(r"\{\w+\}", first))
    assert sum(len(variants) > 1 for variants in sentences) > 0.8 * len(sentences), "a template is heard as one"
    for variants in sentences:
        assert len(set(variants)) == len(variants), variants
        for slot, case in re.findall(r"\{([^.}]*)\.?([^}]*)\}", " ".join(variants)):
            assert slot in SLOTS | PRONOUNS[language]
            assert case in {"", *CASES[language]}
    assert all(re.search(r"\b(slept|asleep)\.$|\buyu\w+\.$", last) for last in sentences[-1])


def test_an_english_gift_is_told_in_the_past() -> None:
    """Some say so themselves: "sing so low that the waves lay down"."""
    for name in stock("en").plots:
        assert not re.search(r"\b(can|will|shall) \{gift\}", str(plot("en", name))), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_stock_is_fit_for_children(language: Language) -> None:
    unfit = Unfit(language)
    for hero in stock(language).heroes.values():
        for text in (hero.kind, *hero.words, hero.likes, hero.fears, hero.gift, hero.says, hero.bed):
            assert unfit.in_text(text) is None, hero.kind
    for place in stock(language).places.values():
        assert unfit.in_text(" ".join([place.kind, *place.words])) is None
    for thing in stock(language).things.values():
        assert unfit.in_text(" ".join([thing.kind, *thing.words, thing.looks])) is None
