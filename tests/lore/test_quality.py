"""Our own stories and the shelf's reach what `tools/bench/stories` asks of them, and poor ones do not."""

import pytest
from quality import AGES, ends_well, quality, shelf
from variety import other_wishes

from fably.core.types import Language
from fably.lore.stock import stock
from fably.lore.telling import story
from fably.lore.unfit import Unfit

LANGUAGES: list[Language] = ["en", "tr"]
POOR: dict[Language, str] = {
    "en": "# The Fox\n\n"
    + "The fox was walking considerably further than anybody had anticipated in that exceedingly difficult winter. " * 30,
    "tr": "# Tilki\n\n" + "Tilki o alabildiğine zorlu kışta hiç kimsenin beklemediği kadar uzaklara doğru durmaksızın yürümekteydi. " * 30,
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_stories_reach_it(language: Language) -> None:
    assert [line for line in quality([told.text for told in other_wishes(language)], language) if not line.good] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("age", [age for age in AGES if age != "3-8"])
def test_the_shelf_reaches_it(language: Language, age: str) -> None:
    stories = shelf(language, age)
    assert len(stories) >= 10
    assert [line for line in quality(stories, language, age) if not line.good] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_poor_stories_do_not(language: Language) -> None:
    missed = {line.name for line in quality([POOR[language]] * 2, language) if not line.good}
    hard = {"en": "Flesch-Kincaid grade", "tr": "Ateşman ease"}[language]
    assert {
        hard,
        "words of a sentence",
        "different words of 100",
        "dialogue",
        "ends well",
        "leftovers of markup",
        "shared by two, mean",
    } <= missed


@pytest.mark.parametrize(
    ("text", "well"),
    [
        ("And the little fox slept.", True),
        ('"Good night," said the moon.', True),
        ("And the little fox sle", False),
        ("Then came a bus.", False),
    ],
)
def test_a_good_end(text: str, well: bool) -> None:
    assert ends_well(text, "en") is well


@pytest.mark.parametrize(("language", "name"), [(language, name) for language in LANGUAGES for name in stock(language).plots])
def test_no_hero_and_no_friend_makes_a_plot_unfit(language: Language, name: str) -> None:
    """A word is harmless by itself, and two side by side are not. A third of the heroes, for the gate takes its time over thousands."""
    unfit, heroes = Unfit(language), list(stock(language).heroes)
    for number, hero in enumerate(heroes[::3]):
        wish = f"{hero}, {heroes[(number * 22 + 3) % len(heroes)]}"
        for paragraph in story(wish, language, str(number), about=name):
            assert unfit.in_text(paragraph) is None, paragraph
