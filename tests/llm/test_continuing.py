"""A story that broke off anywhere goes on from the very next word: nothing is lost, and nothing is told twice."""

import re
from collections.abc import Iterator
from functools import cache
from unittest.mock import patch

import pytest

from fably.core.types import Language
from fably.llm import continuing
from fably.llm.continuing import following
from fably.lore import telling
from fably.lore.stock import plot, stock
from fably.lore.telling import story
from fably.texts import lines

LANGUAGES: list[Language] = ["en", "tr"]
PLOTS = [(language, name) for language in LANGUAGES for name in stock(language).plots]
WISH = {"en": "a cat called Zuzu and an owl", "tr": "Zuzu adında bir kedi ile baykuş"}
BORDER = re.compile(r"(?<=\S)(?=\s)")


def whole_stories(language: Language, seed: str) -> Iterator[tuple[str, str, str]]:
    """An opener or none, the white space behind it, and the story that the storyteller tells then."""
    openers = lines(language, "opener.lines")
    for opener in ("", openers[int(seed) % len(openers)]):
        yield opener, opener and " ", following(WISH[language], opener, language, seed)


@pytest.mark.parametrize(("language", "name"), PLOTS)
@pytest.mark.parametrize("seed", ["0", "1"])
def test_every_plot_goes_on_from_every_word(language: Language, name: str, seed: str) -> None:
    known = patch.object(telling, "plot", lambda _language, _name: plot(language, name))
    with known, patch.object(continuing, "story", cache(lambda *given, **how: tuple(story(*given, **how)))):  # or a thousand times
        for opener, blank, whole in whole_stories(language, seed):
            for border in BORDER.finditer(whole):
                told = opener + blank + whole[: border.start()]
                rest = following(WISH[language], told, language, seed)
                assert told + rest == opener + blank + whole


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("seed", [str(seed) for seed in range(2, 8)])
def test_the_white_space_that_was_told_is_not_told_again(language: Language, seed: str) -> None:
    for opener, blank, whole in whole_stories(language, seed):
        for border in list(re.finditer(r"\s+", whole))[::5] + list(re.finditer(r"\n\n", whole)):
            told = opener + blank + whole[: border.end()]
            assert told + following(WISH[language], told, language, seed) == opener + blank + whole


@pytest.mark.parametrize("language", LANGUAGES)
def test_white_space_may_have_changed_and_a_paragraph_stays_one(language: Language) -> None:
    whole = following(WISH[language], "", language, "1")
    first, *others = whole.split("\n\n")
    for end in ("", " ", "\n", "\n\n", "\n\n\n", " \n"):
        rest = following(WISH[language], "\n " + first.replace(" ", "  ") + end, language, "1")
        assert rest.strip() == "\n\n".join(others)
        assert (end + rest)[: len(end) + 2].count("\n") >= 2
    broken = " ".join(whole.split()[:300])  # passages joined by blanks
    assert (broken + following(WISH[language], broken, language, "1")).split() == whole.split()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_story_that_was_told_to_its_end_is_over(language: Language) -> None:
    for opener, blank, whole in whole_stories(language, "3"):
        assert following(WISH[language], opener + blank + whole, language, "3") == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_the_beginning_of_this_very_story_is_brought_to_an_end(language: Language) -> None:
    whole = following(WISH[language], "", language, "1")
    words = whole.split()
    for told, wish, seed in [
        (" ".join(words[:100]), WISH[language], "2"),
        (" ".join(words[:100]), "", "1"),
        (" ".join([*words[:99], "otherwise"]), WISH[language], "1"),
        (" ".join(words[1:100]), WISH[language], "1"),
        (" ".join([*words, "more"]), WISH[language], "1"),
    ]:
        rest = following(wish, told, language, seed)
        assert len(rest.split()) < 120
        assert rest not in whole


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_known_opener_is_followed_by_a_whole_story(language: Language) -> None:
    for opener in lines(language, "opener.lines"):
        long_opener = opener.rstrip(",") + ", and so" * 20 + ","
        with patch("fably.llm.continuing.lines", lambda _language, _key, line=long_opener: [line]):
            assert len(following("", long_opener, language, "1").split()) >= 345, "however long it is"
        assert len(following("", long_opener, language, "1").split()) < 120, "which nobody else's is"
