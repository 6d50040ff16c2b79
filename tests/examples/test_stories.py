"""Every story that ships is whole, fit for its age, and like no other."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncGenerator
from typing import get_args

import pytest

from fably.core.types import Language
from fably.examples.example import VALUES, Example, read_example
from fably.examples.folder import Folder
from fably.examples.opening import FILES
from fably.library.names import is_name
from fably.story.gate import Gate
from fably.story.gated import Gated

STORIES = list(Folder(FILES).stories())
LANGUAGES = sorted({one.language for one, _text in STORIES})
LETTERS: dict[Language, str] = {"en": "a-zA-Z", "tr": "a-zA-ZçğıöşüâîûÇĞİÖŞÜÂÎÛ"}
MOST_IN_A_SENTENCE = {(3, 4): 9, (5, 6): 11, (7, 8): 14}
"""Words, on average, by age."""
SENTENCE = re.compile(r"[^.!?…]*[.!?…]+[\"']?\s*")
each = pytest.mark.parametrize(("example", "text"), STORIES, ids=[one.name for one, _text in STORIES])


def sentences(text: str) -> list[str]:
    return [one.strip() for one in SENTENCE.findall(text) if re.search(r"\w", one)]


def test_there_are_thirty_english_ones() -> None:
    assert "en" in LANGUAGES
    assert set(LANGUAGES) <= set(get_args(Language))
    for language in LANGUAGES:
        ours = [one for one, _text in STORIES if one.language == language]
        assert len(ours) >= 30
        assert {one.value for one in ours} == set(VALUES), "each value has one"
        assert set(Counter(one.ages for one in ours).values()) == {len(ours) // 3}, "as many for each age"


def test_no_two_are_called_alike_or_begin_or_end_alike() -> None:
    for seen in (
        [one.name for one, _text in STORIES],
        [one.title.casefold() for one, _text in STORIES],
        [one.hero.casefold() for one, _text in STORIES],
        [one.opening for one, _text in STORIES],
        [sentences(text)[0].casefold() for _one, text in STORIES],
        [sentences(text)[-1].casefold() for _one, text in STORIES],
    ):
        assert [one for one, count in Counter(seen).items() if count > 1] == []
    for language in LANGUAGES:
        ours = [text for one, text in STORIES if one.language == language]
        usual = {"en": "Once upon a time", "tr": "Bir varmış"}[language]
        assert sum(text.startswith(usual) for text in ours) <= len(ours) / 3


@each
def test_a_story_is_plain_prose_of_the_right_length(example: Example, text: str) -> None:
    assert example.ages in MOST_IN_A_SENTENCE
    assert is_name(example.name)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", example.name)
    assert 300 <= len(text.split()) <= 900
    assert not re.search(rf"[^{LETTERS[example.language]} \n.,:;!?'\"-]", text), "what a voice reads well, and nothing else"
    assert not re.search(r" \n|\n\n\n|(?<!\n)\n(?!\n)|  ", text), "paragraphs with one blank line between"
    assert all(part.count('"') % 2 == 0 for part in text.split("\n\n")), "who speaks comes to an end"
    assert re.search(r'[.!]"?$', text)
    said = sentences(text)
    assert len(text.split()) / len(said) < MOST_IN_A_SENTENCE[example.ages]


@each
def test_a_story_comes_whole_through_the_gate(example: Example, text: str) -> None:
    """To the youngest child that it is for, as it is told: no sentence is held back or changed, and its title may be wished for."""
    gate = Gate(example.language, example.ages[0])

    async def tokens(*_asked: object) -> AsyncGenerator[str, None]:
        for one in re.findall(r"\s*\S+", text):
            yield one

    async def told() -> str:
        gated = Gated(gate, example.title, tokens, "1", as_written=True)
        return "".join([one.lead + one.text async for one in gated.passages()])

    assert asyncio.run(told()) == text
    assert gate.held == []
    assert gate.wish(example.title) == example.title


HEADER = "---\ntitle: A\nlanguage: en\nage: 5-6\nvalue: love\nhero: B\nplace: C\n---\n\nOnce.\n"


def test_a_header_is_read_and_a_wrong_one_says_so() -> None:
    example, text = read_example("a", HEADER)
    assert (example.ages, example.place, example.opening, text) == ((5, 6), "C", "Once.", "Once.")
    assert [example.years_from(age) for age in (3, 5, 6, 9)] == [2, 0, 0, 3]
    for wrong, said in [
        (HEADER.replace("place: C\n", ""), "place"),
        (HEADER.replace("place", "plaice"), "plaice"),
        (HEADER.replace("5-6", "five"), "age"),
        (HEADER.replace("love", "greed"), "value"),
        (HEADER.replace("language: en", "language: xx"), "language"),
        (HEADER.replace("hero: B", "hero:"), "empty"),
        (HEADER[3:], "header"),
        ("", "header"),
        ("---\n" * 3, "lacks"),
    ]:
        with pytest.raises(ValueError, match=said):
            read_example("a", wrong)


def test_the_folder_of_a_language_has_no_other() -> None:
    for file in FILES.glob("*/*"):
        assert file.suffix == ".md"
        assert read_example(file.stem, file.read_text(encoding="utf-8"))[0].language == file.parent.name
