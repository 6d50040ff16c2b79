"""Passages get their voice in order, two at once where the voice allows it, and nothing is left when the listener goes."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest
from fakes import FORMAT, SECONDS_A_CHARACTER, FakeVoice

from fably.core.types import Passage
from fably.story.buffered import Buffered
from fably.story.speech import speech

WORDS = ["Once upon a time,", "there was a fox.", "He was hungry.", "He ate soup, all of it, with a spoon of silver.", "Good night."]


async def told() -> AsyncGenerator[Passage, None]:
    for index, one in enumerate(WORDS):
        yield Passage(index, one)


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_every_passage_is_spoken_whole_and_in_order(at_once: int) -> None:
    async def scene() -> dict[str, int]:
        sizes: dict[str, int] = {}
        async with aclosing(speech(told(), FakeVoice(at_once))) as spoken:
            async for passage, pcm in spoken:
                sizes[passage.text] = sizes.get(passage.text, 0) + len(pcm)
                await asyncio.sleep(0)
        return sizes

    sizes = asyncio.run(scene())
    assert list(sizes) == WORDS
    assert list(sizes.values()) == [FORMAT.bytes_in(len(one) * SECONDS_A_CHARACTER) for one in WORDS]


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_no_more_are_spoken_at_once_than_the_voice_allows(at_once: int) -> None:
    async def scene() -> int:
        voice = FakeVoice(at_once)
        async with aclosing(Buffered(speech(told(), voice), room=FORMAT.bytes_in(1), size=lambda item: len(item[1]))) as spoken:
            async for _item in spoken:
                await asyncio.sleep(0)
        return voice.most_speaking

    assert asyncio.run(scene()) == at_once


@pytest.mark.parametrize("heard", [0, 1, 4])
def test_a_listener_who_leaves_leaves_nothing_behind(heard: int) -> None:
    async def scene() -> tuple[int, int]:
        voice = FakeVoice(2)
        async with aclosing(speech(told(), voice)) as spoken:
            for _ in range(heard):
                await anext(spoken)
                await asyncio.sleep(0)
        return voice.speaking, len(asyncio.all_tasks())

    assert asyncio.run(scene()) == (0, 1)
