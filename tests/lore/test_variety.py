"""A hundred stories of one wish and of a hundred wishes: each of the right length, no two alike."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import replace
from unittest.mock import patch

import pytest
import variety
from variety import Told, distinct, likeness, other_wishes, same_wish, wishes

from fably.core.types import Language
from fably.lore import telling
from fably.lore.stock import Plot, plot, stock

Kind = Callable[[Language], list[Told]]
LANGUAGES: list[Language] = ["en", "tr"]
KINDS: list[Kind] = [same_wish, other_wishes]
LEAST_DISTINCT = 0.1  # of all pairs of words
MOST_ALIKE: dict[Kind, tuple[float, float]] = {same_wish: (0.1, 0.75), other_wishes: (0.05, 0.5)}
"""How much two stories may share: in the mean, and the two that share most."""


def dull(stories: Sequence[Told], most: tuple[float, float]) -> bool:
    """Whether a child would notice."""
    texts = [told.text for told in stories]
    alike = likeness(texts)
    return distinct(texts, 2) < LEAST_DISTINCT or alike.mean > most[0] or alike.highest > most[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_a_hundred_wishes(language: Language) -> None:
    asked = wishes(language)
    assert len(set(asked)) == len(asked) == 100
    assert {"", "asdf", "🐉"} <= set(asked)
    assert max(map(len, asked)) == 5000


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_story_has_its_length_and_none_is_told_twice(kind: Kind, language: Language) -> None:
    stories = [told.text for told in kind(language)]
    assert len(set(stories)) == len(stories) == 100
    assert [len(text.split()) for text in stories if not 350 <= len(text.split()) <= 600] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_stories_differ_and_nearly_every_plot_is_told(kind: Kind, language: Language) -> None:
    stories = kind(language)
    assert not dull(stories, MOST_ALIKE[kind])
    assert len({told.plot for told in stories}) >= 0.9 * len(stock(language).plots)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plot_is_told_in_two_hundred_stories(language: Language) -> None:
    assert {told.plot for kind in KINDS for told in kind(language)} == set(stock(language).plots)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_one_plot_or_one_choice_of_words_would_be_noticed(kind: Kind, language: Language) -> None:
    known = stock(language)
    with patch.object(telling, "stock", lambda _language: replace(known, plots=known.plots[:1])):
        assert dull(afresh(kind, language), MOST_ALIKE[kind])

    def stiff(language: Language, name: str) -> Plot:
        return [[one if isinstance(one, str) else one[0] for one in paragraph] for paragraph in plot(language, name)]

    with patch.object(variety, "plot", stiff):
        assert dull(afresh(kind, language), MOST_ALIKE[kind])


def afresh(kind: Kind, language: Language) -> list[Told]:
    """The stories told again, and not those that were kept."""
    stories: list[Told] = inspect.unwrap(kind)(language)
    return stories
