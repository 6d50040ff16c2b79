"""A story that broke off is gone on with as it was begun, whatever is set by then."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fably.assembly import storyteller
from fably.core.types import Passage
from fably.library.story import Clip, Story
from fably.lore.telling import story
from fably.settings import Settings, load
from fably.story.evening import Course, Evening
from fably.story.pipeline import Outcome, tell
from fably.story.prompt import usual_words
from fably.story.slowing import SLOWEST
from fably.telling.evening import PACE, evening_of
from fably.telling.told_by import told_by

FLAGS = {"output": "story.wav", "llm_provider": "offline", "tts_provider": "espeak", "examples": "no"}

WISH = "tilki"


def settings(**more: str) -> Settings:
    return load({**FLAGS, **more})


async def heard(passages: AsyncGenerator[Passage, None], count: int) -> list[str]:
    """The first `count` passages of a story that somebody silences then."""
    told: list[str] = []
    async with aclosing(passages) as source:
        async for passage in source:
            told.append(passage.text)
            if len(told) == count:
                break
    return told


def begun_and_gone_on(begun: Settings, now: Settings) -> tuple[Story, list[str]]:
    """A story of which three passages were heard, and what was heard when it went on."""

    async def scene() -> tuple[Story, list[str]]:
        async with storyteller(begun, lambda _sentence: None) as teller:
            await heard(teller.tell(WISH, Outcome()), 3)
        async with storyteller(now, lambda _sentence: None) as teller:
            await teller.library.sweep()
            kept = teller.library.last()
            assert kept
            assert not kept.complete
            return kept, await heard(teller.again(kept, Outcome(), first=len(kept.passages)), 2)

    return asyncio.run(scene())


def test_its_rest_is_in_its_own_language() -> None:
    kept, rest = begun_and_gone_on(settings(language="tr", opener="no"), settings(language="en"))
    whole = " ".join(" ".join(story(WISH, "tr", str(kept.info["seed"]))).split())
    assert len(rest) == 2
    assert " ".join(" ".join([*(one.text for one in kept.passages), *rest]).split()) in whole


def test_its_rest_is_as_long_as_it_was_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Evening] = []

    def seen(*args: Any, **kwargs: Any) -> AsyncGenerator[Passage, None]:
        given.append(kwargs["evening"])
        return tell(*args, **kwargs)

    monkeypatch.setattr("fably.telling.storyteller.tell", seen)
    begun_and_gone_on(settings(length="long", bedtime="yes"), settings(bedtime="yes"))
    wholes = [one.progress.whole for one in given if isinstance(one.progress, Course)]
    assert wholes == [usual_words("en", 5, "long")] * 2


def kept(clips: Sequence[Clip]) -> Story:
    """Half a story, which was told at bedtime."""
    told = tuple(Passage(index, "The fox went on.") for index in range(4))
    info = {"language": "en", "state": "partial", PACE: 0.9}
    return Story(Path("a-fox"), info, told, places=(), end=(0, 0), numbers=(), clips=tuple(clips), format=None)


def test_behind_the_sound_that_is_kept_the_voice_is_as_slow_as_it_had_become() -> None:
    at_bedtime = settings(bedtime="yes")
    with_sound = kept([Clip(Path("1.wav"))] * 4)

    def begins(one: Story | None = None, first: int = 0, *, anew: bool = False) -> float:
        pace = evening_of(at_bedtime, one, first, anew=anew).pace
        assert pace
        return pace.now

    assert begins(with_sound, 0) == begins(with_sound, 3) == begins(kept([]), 3) == 0.9 > SLOWEST
    assert begins(with_sound, 0, anew=True) == begins(kept([]), 0) == begins() == 1


@pytest.mark.parametrize("words", ["offline", "openai"])
def test_another_length_is_another_story(words: str) -> None:
    usual, long = settings(), replace(settings(), length="long")
    assert told_by(usual, words, "espeak") != told_by(long, words, "espeak")
    assert told_by(usual, words, "espeak") == told_by(long, words, "espeak", "usual"), "as a story that is kept was told"


def test_our_own_goes_on_at_the_length_at_which_it_was_begun() -> None:
    kept, rest = begun_and_gone_on(settings(length="long", opener="no"), settings(opener="no"))
    whole = " ".join(" ".join(story(WISH, "en", str(kept.info["seed"]), length="long")).split())
    assert " ".join(" ".join([*(one.text for one in kept.passages), *rest]).split()) in whole
