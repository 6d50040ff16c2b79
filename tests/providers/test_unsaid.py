"""A model that begins again instead of going on: what it says once more is not told."""

import asyncio
import re
from collections.abc import AsyncGenerator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fably.core.errors import StoryCutShort
from fably.providers.unsaid import unsaid

SAID = "Once upon a time, a small dragon lived on a hill. She wanted "
REST = "to fly, but her wings were short.\n\nShe slept."


def told(text: str, said: str = SAID, size: int = 3) -> str:
    async def pieces() -> AsyncGenerator[str, None]:
        words = re.findall(r"\S+\s*", text)
        for start in range(0, len(words), size):
            yield "".join(words[start : start + size])

    async def all_of_it() -> str:
        return "".join([one async for one in unsaid(pieces(), said)])

    return asyncio.run(all_of_it())


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_what_goes_on_is_told_as_it_is(size: int) -> None:
    assert told(REST, size=size) == REST
    assert told(REST, "", size) == REST


@given(st.integers(1, 30))
def test_a_beginning_that_is_said_again_is_not_told_again(size: int) -> None:
    assert told(SAID + REST, size=size) == REST
    assert told(SAID.replace(" ", "\n"), size=size) == ""


def test_the_same_few_words_are_chance() -> None:
    other = "Once upon a time, a small dragon came to a river."
    assert told(other.replace("a small dragon", "an owl")) == other.replace("a small dragon", "an owl")


@pytest.mark.parametrize("size", [1, 1000])
def test_who_begins_again_and_goes_another_way_is_followed_by_somebody_else(size: int) -> None:
    with pytest.raises(StoryCutShort, match="began once more"):
        told("Once upon a time, a small dragon lived on a farm, and so on.", size=size)
