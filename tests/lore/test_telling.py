"""Every plot with every hero, companion, place and thing: whole stories that read aloud well."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from unittest.mock import patch

import pytest

from fably.core.types import Language
from fably.lore import telling
from fably.lore.stock import Plot, plot, stock
from fably.lore.telling import ending, story
from fably.lore.turkish import VOWELS, harmony, lower, upper

LANGUAGES: list[Language] = ["en", "tr"]
PLOTS = [(language, name) for language in LANGUAGES for name in stock(language).plots]
LONG = {"en": "about a purple garden gnome king and a racing toaster car", "tr": "bir elektrikli tost makinesi masalı"}
SENTENCE_END = re.compile(r'(?<=[.!?…])"?\s+')
MI = re.compile(r"\b(\w+) (m[ıiuü])\b")


class Every(NamedTuple):
    """A plot, and what it can be: what was wished for, and the story."""

    language: Language
    name: str
    told: list[tuple[str, str]]


@pytest.fixture(
    scope="module", params=[(*one, 1) for one in PLOTS] + [pytest.param((*one, 8), marks=pytest.mark.long) for one in PLOTS], ids=str
)
def every_story(request: pytest.FixtureRequest) -> Every:
    """A plot with all its stories, which take longer to make than to look at: those who look at them take turns, plot by plot."""
    language, name, seeds = request.param
    return Every(language, name, list(_every_story(language, name, seeds)))


def _every_story(language: Language, name: str, seeds: int) -> Iterator[tuple[str, str]]:
    """Each hero, companion, place and thing of the stock in one plot, so many times: what was wished for and the story."""
    known = stock(language)
    wishes = [*known.heroes, *known.places, *known.things, LONG[language]]
    first, *others = known.heroes
    wishes += [f"{first}, {friend}" for friend in others]
    for wish in wishes:
        for seed in range(seeds):
            yield wish, "\n\n".join(story(wish, language, str(seed), about=name))


def test_every_story_reads_well(every_story: Every) -> None:
    for wish, text in every_story.told:
        assert 350 <= len(text.split()) <= 600, (wish, len(text.split()))
        assert len(text.split("\n\n")) >= 5
        assert not re.search(r"[{}*#_<>\d\\]|\n\n\n|[^\S\n]{2}|\s[,.;:!?]|[.,;:!?]{2}|\n\n\n", text), text
        assert text == text.strip()
        assert text.count('"') % 2 == 0
        assert "," in " ".join(text.split()[:6]), "an early clause, so that the voice can begin"
        assert not [one for one in SENTENCE_END.split(text) if len(one.split()) > 28]
        for paragraph in text.split("\n\n"):
            assert paragraph.count('"') % 2 == 0, paragraph


def test_every_sentence_begins_with_a_capital_and_ends(every_story: Every) -> None:
    for _wish, text in every_story.told:
        for paragraph in text.split("\n\n"):
            assert re.search(r'[.!?]"?$', paragraph), paragraph
            for sentence in re.split(r'(?<=[.!?])(?:"? )(?=")|(?<=[.!?]) ', paragraph):
                first = sentence.lstrip('"')[0]
                assert first == (upper(first) if every_story.language == "tr" else first.upper()), sentence


@pytest.mark.parametrize(("language", "name"), PLOTS)
def test_the_longest_and_the_shortest_choice_keep_the_length(language: Language, name: str) -> None:
    for pick in (min, max):

        def extreme(_language: Language, _name: str) -> Plot:
            variants = [[one if isinstance(one, list) else [one] for one in paragraph] for paragraph in plot(language, name)]
            return [[pick(one, key=lambda text: len(text.split())) for one in paragraph] for paragraph in variants]  # noqa: B023

        with patch.object(telling, "plot", extreme):
            for hero in stock(language).heroes:
                assert 345 <= len(" ".join(story(hero, language, "1", about=name)).split()) <= 605, hero


@pytest.mark.parametrize(("language", "name"), PLOTS)
def test_the_hero_is_named_at_once_and_often_and_the_others_appear(language: Language, name: str) -> None:
    known = stock(language)
    for hero in known.heroes:
        text = (
            lower("\n\n".join(story(hero, language, "1", about=name)))
            if language == "tr"
            else "\n\n".join(story(hero, language, "1", about=name))
        )
        assert hero in " ".join(SENTENCE_END.split(text)[:2])
        assert len(re.findall(rf"\b{hero}\b", text, re.IGNORECASE)) >= 5, hero
    for place, about in known.places.items():
        if f"{{place.{'a' if language == 'en' else 'loc'}}}" in about.at:
            text = "\n\n".join(story(place, language, "1", about=name))
            assert place[:-1] in text.split("\n\n")[0].lower(), place


def test_the_companion_is_in_every_plot() -> None:
    for language, name in PLOTS:
        for seed in range(30):
            text = " ".join(story({"en": "a fox and an owl", "tr": "tilki ile baykuş"}[language], language, str(seed), about=name))
            assert len(re.findall({"en": r"\bowl\b", "tr": r"[Bb]aykuş"}[language], text)) >= 3


def test_the_thing_of_a_wish_is_in_the_plot_that_has_one() -> None:
    assert " ".join(story("a fox finds a kite", "en", "1", about="on_the_doorstep")).count("kite") >= 3
    assert " ".join(story("uçurtması olan tilki", "tr", "1", about="kapinin_onunde")).count("uçurtma") >= 2


@pytest.mark.parametrize("hero", ["owl", "elephant", "unicorn", "hour hand", "one-eyed cat", "umbrella"])
def test_the_article_fits(hero: str) -> None:
    told = [" ".join(story(f"about a {hero}", "en", str(seed))) for seed in range(20)]
    told += [" ".join(story(f"about an orange {hero}", "en", str(seed))) for seed in range(5)]
    for text in told:
        assert not re.search(r"\ba (?=[aeio]|u[mn][bdt])(?!one)", text), text
        assert not re.search(r"\ban (?!honest|hour)[^aeiou]", text), text
        assert "an unicorn" not in text


def test_every_turkish_ending_of_a_slot_keeps_the_harmony(every_story: Every) -> None:
    for wish, text in every_story.told if every_story.language == "tr" else ():
        for word, particle in MI.findall(text):
            assert particle[-1] == harmony(word)[1], f"{word} {particle}"
        for proper, end in re.findall(r"(\w+)'(\w+)", text):
            assert {letter for letter in end if letter in VOWELS} <= {*harmony(proper)}, (wish, proper, end)
            assert not (proper[-1] in VOWELS and end[0] in VOWELS), (proper, end)
            assert not (end[0] in "dt" and (end[0] == "t") != (proper[-1] in "fstkçşhp")), (proper, end)
        for word, also in re.findall(r"(\w+) (d[ae])\b(?=[ ,.])", text):
            assert also[-1] == harmony(word)[0], f"{word} {also}: {text}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_ending_knows_the_hero_only_if_the_story_does(language: Language) -> None:
    told = {"en": "A fox lived in a wood. " * 10, "tr": "Ormanda bir tilki yaşarmış. " * 12}[language]
    fox = {"en": ("a fox", "the fox"), "tr": ("bir tilki", "tilki")}[language]
    other = {"en": "a walrus-shaped thing", "tr": "deniz aygırı"}[language]
    with_hero = {ending(fox[0], told, language, str(seed), mid_sentence=False) for seed in range(40)}
    without = {ending(other, told, language, str(seed), mid_sentence=False) for seed in range(40)}
    assert any(fox[1] in text.lower() for text in with_hero)
    assert not any("{" in text for text in with_hero | without)
    assert not any(fox[1] in text.lower() for text in without)


def test_an_ending_uses_a_name_that_the_story_told_twice() -> None:
    told = "Once there was a bear called Bruno. Bruno liked honey. "
    assert any("Bruno" in ending("tell me something", told, "en", str(seed), mid_sentence=True) for seed in range(20))
    once = "Once there was a bear called Bruno. He liked honey. "
    assert not any("Bruno" in ending("tell me something", once, "en", str(seed), mid_sentence=True) for seed in range(20))


@pytest.mark.parametrize(("language", "name"), PLOTS)
def test_no_choice_of_words_makes_a_sentence_too_long(language: Language, name: str) -> None:
    known = stock(language)
    heroes, places = known.heroes.values(), known.places.values()
    texts: dict[str, list[str]] = {
        **{slot: [getattr(hero, slot) for hero in heroes] for slot in ("kind", "likes", "fears", "gift", "says", "bed")},
        "at": [place.at.replace("{place.a}", "a " + place.kind).replace("{place", place.kind) for place in places],
        "looks": [thing.looks for thing in known.things.values()],
        "begin": list(known.words.beginnings),
    }
    texts |= {"friend": texts["kind"], "friendfears": texts["fears"], "friendsays": texts["says"], "thing": list(known.things)}

    def longest(slot: re.Match[str]) -> str:
        return ("a " if slot[2] else "") + max(texts.get(slot[1], [slot[1]]), key=lambda text: len(text.split()))

    for paragraph in plot(language, name):
        for variants in paragraph:
            for variant in variants if isinstance(variants, list) else [variants]:
                filled = re.sub(r"\{(\w+)((?:\.(?:a|too|ask)(?=\}))?)(?:\.\w+)?\}", longest, variant)
                assert not [one for one in SENTENCE_END.split(filled) if len(one.split()) > 28], filled
