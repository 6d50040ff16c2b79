"""Passages are cut by the text alone, wherever the tokens are cut, and nothing of the story is lost."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fably.core.types import Passage
from fably.story.passages import LONGEST, LOOKAHEAD, SHORT, joined, passages

TALE = (
    "Once upon a time, in a land of blue glass, there lived Dr. Fox. He was three.\n\n"
    '"Oh!" said the hen. "Who is there?"\n'
    "Nobody answered… So she slept; and J. R. slept too. 3. sınıfta da öyle. "
)


def cut(pieces: Sequence[str]) -> list[Passage]:
    async def source() -> AsyncGenerator[str, None]:
        for piece in pieces:
            yield piece

    async def scene() -> list[Passage]:
        return [passage async for passage in passages(source())]

    return asyncio.run(scene())


def words(found: Sequence[Passage]) -> list[str]:
    return " ".join(f"{one.lead}{one.text}" for one in found).split()


def test_the_first_passage_is_a_clause_and_the_others_are_sentences() -> None:
    assert [one.text for one in cut([TALE])] == [
        "Once upon a time,",
        "in a land of blue glass, there lived Dr. Fox.",
        "He was three.",
        '"Oh!" said the hen.',
        '"Who is there?"',
        "Nobody answered…",
        "So she slept; and J. R. slept too.",
        "3. sınıfta da öyle.",
    ]


def test_the_lead_tells_where_paragraphs_and_lines_begin() -> None:
    assert [one.lead for one in cut([TALE])] == ["", " ", " ", "\n\n", " ", "\n", " ", " "]


@pytest.mark.parametrize("end", ["", ".", ",", "…", " and then"])
def test_the_last_words_are_told_however_they_end(end: str) -> None:
    assert words(cut([f"One. Two{end}"])) == f"One. Two{end}".split()


def test_the_first_clause_is_out_before_the_sentence_has_ended() -> None:
    async def scene() -> tuple[str, int]:
        taken = 0

        async def source() -> AsyncGenerator[str, None]:
            nonlocal taken
            for token in [
                "Once",
                "upon",
                "a",
                "time,",
                "there",
                "was",
                "a",
                "fox",
                "who",
                "never",
                "came",
                "to",
                "the",
                "end",
                "of",
                "anything",
                "that",
                "he",
                "began",
            ]:
                taken += 1
                yield token + " "

        found = passages(source())
        first = await anext(found)
        await found.aclose()
        return first.text, taken

    assert asyncio.run(scene()) == ("Once upon a time,", 5)


text = st.text(st.sampled_from('aİş .,!?…"”\n\t()-–;3DrJ') | st.characters(exclude_categories=["Cs"]), max_size=700)


@given(text, st.lists(st.integers(1, 30), min_size=1, max_size=20))
def test_tokens_do_not_matter_and_nothing_is_lost(story: str, sizes: list[int]) -> None:
    pieces, at = [], 0
    for number in range(len(story)):
        if at >= len(story):
            break
        size = sizes[number % len(sizes)]
        pieces.append(story[at : at + size])
        at += size
    whole = cut([story])
    assert cut(pieces) == whole
    assert "".join("".join(one.lead + one.text for one in whole).split()) == "".join(story.split())


@given(text)
def test_no_passage_is_empty_or_too_long(story: str) -> None:
    for one in cut([story * 3]):
        assert one.text.strip() == one.text != ""
        assert len(one.text) <= LONGEST + LOOKAHEAD


def test_a_sentence_without_end_is_cut_at_a_clause_else_at_a_space_else_anywhere() -> None:
    tail = "b" * 200
    assert cut([f"It went on. Then {'word ' * 40}here, {'more ' * 30}"])[1].text.endswith("here,")
    assert cut([f"It went on. Then {'word ' * 100}"])[1].text.endswith("word")
    assert cut([f"It went on. B{tail * 5}"])[1].text == ("B" + tail * 5)[:LONGEST]


def test_a_megabyte_at_once_is_cut_in_no_time() -> None:
    assert len(cut(["no end to it " * 80_000])) > 4_000


def test_short_ones_become_one_and_keep_their_paragraphs() -> None:
    one = joined(Passage(3, "Come in!", "\n\n"), Passage(4, "Thank you.", "\n\n"))
    assert one == Passage(3, "Come in!\n\nThank you.", "\n\n")
    assert joined(Passage(0, "a" * SHORT), Passage(1, "b", " ")) is None
