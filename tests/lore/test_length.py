"""Our own stories, short and long: clearly so, whole and well told all the same, and gone on with as they were begun."""

import asyncio
import re
from functools import cache
from pathlib import Path
from statistics import fmean
from typing import get_args

import pytest
from quality import quality
from turkish_rules import faults
from variety import other_wishes, sentences

from fably.core.types import Language, Length, Message
from fably.llm.continuing import following
from fably.lore.length import for_length
from fably.lore.stock import otherwise, plot, stock
from fably.lore.telling import story
from fably.lore.unfit import Unfit
from fably.providers.factory import ProviderFactory
from fably.providers.shared import sharing
from fably.settings import load

LANGUAGES: list[Language] = ["en", "tr"]
LENGTHS: tuple[Length, ...] = get_args(Length)
PLOTS = [(language, name) for language in LANGUAGES for name in stock(language).plots]


@cache
def counts(language: Language, age: int, length: Length) -> list[int]:
    """The words of thirty stories, one after the other of each wish."""
    return [len(" ".join(story("", language, str(seed), age=age, length=length)).split()) for seed in range(30)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("age", [3, 6, 8])
def test_a_short_story_is_short_and_a_long_one_long(language: Language, age: int) -> None:
    short, usual, long = (counts(language, age, length) for length in LENGTHS)
    assert fmean(short) < 0.9 * fmean(usual)
    assert fmean(long) > 1.17 * fmean(usual)
    assert all(one < other for pair in ((short, usual), (usual, long)) for one, other in zip(*pair, strict=True)), "each of the same plot"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("length", ["short", "long"])
def test_they_are_as_good_as_the_others_and_differ_as_much(language: Language, length: Length) -> None:
    told = other_wishes(language, 50, length)
    assert [line for line in quality([one.text for one in told], language, length=length) if not line.good] == []
    assert [one.plot for one in told] == [one.plot for one in other_wishes(language, 50)], "the same story, told otherwise"


@pytest.mark.parametrize("length", ["short", "long"])
@pytest.mark.parametrize(("language", "name"), PLOTS)
def test_every_plot_is_whole_at_every_length(language: Language, name: str, length: Length) -> None:
    known, unfit = stock(language), Unfit(language, 3)
    for number, wish in enumerate([*known.heroes, *known.places, *known.things][::11]):
        text = "\n\n".join(story(wish, language, str(number), about=name, length=length, age=(3, 5, 8)[number % 3]))
        assert not re.search(r"[{}*#_<>\d\\]|\n\n\n|[^\S\n]{2}|\s[,.;:!?]|[.,;:!?]{2}", text), text
        assert not [one for one in sentences(text) if len(one.split()) > 28]
        assert re.search(r"(asleep|slept)\.$|uyu\w+\.$", text)
        for paragraph in text.split("\n\n"):
            assert paragraph.count('"') % 2 == 0, paragraph
            assert not [one for one in re.split(r"(?<=[.!?]) (?=[^\"])", paragraph) if one.lstrip('"')[0].islower()], paragraph
        assert list(faults(text)) == [] or language == "en"
        assert number % 5 or unfit.in_text(text) is None


@pytest.mark.parametrize("length", ["short", "long"])
@pytest.mark.parametrize(("language", "name"), PLOTS)
def test_what_a_length_changes_is_there_once(language: Language, name: str, length: Length) -> None:
    """A beginning that nobody says any more would leave out nothing, and lose a scene."""
    other = otherwise(language, name, length)
    first = [[one if isinstance(one, str) else one[0] for one in paragraph] for paragraph in plot(language, name)]
    for begins in (*other.paragraphs, *other.besides):
        assert sum(paragraph[0].startswith(begins) for paragraph in first) == 1, begins
    for begins in (*other.sentences, *other.instead):
        assert sum(one.startswith(begins) for paragraph in first for one in paragraph) == 1, begins
    told = len(for_length(name, plot(language, name), length, language))
    assert told == len(first) + (2 if length == "long" else -len(other.paragraphs))
    assert length == "long" or other.paragraphs or other.sentences


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("length", LENGTHS)
def test_a_story_goes_on_at_the_length_it_was_begun(language: Language, length: Length) -> None:
    whole = "\n\n".join(story("", language, "7", length=length))
    told = whole[: len(whole) // 2].rpartition(" ")[0]
    assert told + following("", told, language, "7", length=length) == whole
    assert length != "usual" or told + following("", told, language, "7", length="long") == whole, "begun before there were others"


@pytest.mark.parametrize("length", LENGTHS)
def test_the_setting_is_heeded(tmp_path: Path, length: Length) -> None:
    async def told() -> str:
        settings = load({}, {"FABLY_LENGTH": length, "FABLY_SEED": "3", "FABLY_STATE_PATH": str(tmp_path), "FABLY_ENABLE_EXAMPLES": "no"})
        async with sharing(settings) as shared:
            model = ProviderFactory(settings, shared).get_provider("llm", "offline", None)
            return "".join([piece async for piece in model.stream("", [Message("user", "a fox")])])

    assert asyncio.run(told()) == "\n\n".join(story("a fox", "en", "3", length=length))
