"""The tempo of a story at bedtime: what each voice makes of it, counted in samples."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from itertools import pairwise

import pytest
from fakes import FakeVoice

from fably.core.protocols import TextToSpeech
from fably.core.types import Passage
from fably.story.evening import Course
from fably.story.slowing import SLOWEST, STEP, Slowing
from fably.story.speech import speech
from fably.tts.espeak import EspeakVoice

SENTENCE = "The small fox went up the hill to look for the moon, and found a hedgehog who had lost it too."
MANY = 30


async def passages(count: int) -> AsyncGenerator[Passage, None]:
    for index in range(count):
        yield Passage(index, SENTENCE)


def samples(voice: TextToSpeech, slowing: Slowing, count: int = MANY) -> list[int]:
    """How many each of `count` passages has, all of them the same sentence."""
    made = [0] * count

    async def scene() -> None:
        async with aclosing(speech(passages(count), voice, slowing)) as spoken:
            async for passage, pcm in spoken:
                made[passage.index] += len(pcm) // voice.format.frame

    asyncio.run(scene())
    return made


def course(count: int = MANY) -> Course:
    return Course(0, count * len(SENTENCE.split()))


def test_espeak_speaks_the_same_sentence_ever_more_slowly() -> None:
    made = samples(EspeakVoice(language="en", voice=None), Slowing(course()))
    assert made[-1] == pytest.approx(made[0] / SLOWEST, rel=0.03)
    steps = [after / before for before, after in pairwise(made)]
    assert max(steps) <= 1 + STEP + 0.01, "nobody hears where: espeak counts in whole words a minute"
    assert min(steps) >= 0.995, "and it is never the faster for it"


def test_a_voice_without_a_tempo_speaks_as_ever() -> None:
    voice = FakeVoice(at_once=2)
    assert len(set(samples(voice, Slowing(course())))) == 1
    assert voice.asked == [SENTENCE] * MANY


def test_by_the_word_it_falls_to_its_floor_and_no_further() -> None:
    slowing = Slowing(course(10))
    paces = [slowing(Passage(index, SENTENCE)) for index in range(20)]
    assert paces == sorted(paces, reverse=True)
    assert paces[0] == 1
    assert paces[-1] == pytest.approx(SLOWEST)
    assert max(before - after for before, after in pairwise(paces)) <= STEP + 1e-9


def test_a_story_that_is_gone_on_with_falls_from_where_it_was() -> None:
    late = Course(900, 1_000)
    assert Slowing(late)(Passage(40, SENTENCE)) == pytest.approx(1 - STEP), "what is kept of it was told by day"
    assert Slowing(late, 0.88)(Passage(41, SENTENCE)) == pytest.approx(1 - (1 - SLOWEST) * late(Passage(41, SENTENCE)))
    assert Slowing(late, 0.5)(Passage(42, SENTENCE)) == SLOWEST


def test_how_far_a_story_is_may_be_asked_twice() -> None:
    """When a passage is spoken, and when it is heard."""
    one = course(4)
    first = [one(Passage(index, SENTENCE)) for index in range(4)]
    assert [one(Passage(index, SENTENCE)) for index in range(4)] == first == [0, 0.25, 0.5, 0.75]
