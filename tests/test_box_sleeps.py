"""The box and the sleep timer: silent by itself, and then on where the fade began, however somebody asks for it."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from bedroom import LONG_STORY, Bedroom, bedroom, play
from farm import Farm

from fably.box.remote import EndsIn, Manner, News
from fably.core.types import State
from fably.library.catalogue import Catalogue


async def resumed(room: Bedroom) -> None:
    """As the control socket does it."""
    room.box.resume()


async def pressed_twice(room: Bedroom) -> None:
    await room.double()


async def wished_for_more(room: Bedroom) -> None:
    story = await asyncio.to_thread(room.box.performance.teller.library.last)
    assert story is not None
    room.box.begin(lambda: room.box.performance.sequel(story, Manner()), State.THINKING)


OFFLINE = {"FABLY_LLM_PROVIDER": "offline", "FABLY_LLM_URL": ""}


@pytest.mark.parametrize(("go_on", "words"), [(resumed, {}), (pressed_twice, {}), (wished_for_more, {}), (pressed_twice, OFFLINE)])
def test_a_story_that_fell_asleep_goes_on_where_it_did(
    pins: Any, farm: Farm, card_file: Path, go_on: Callable[[Bedroom], Awaitable[None]], words: dict[str, str]
) -> None:
    farm.story = LONG_STORY

    async def scene() -> None:
        async with bedroom(pins, farm.url, card_file, FABLY_SLEEP_TIMER="12s", **words) as room:
            await room.short()
            await room.speaks()
            await room.until(lambda: room.began, "a story")
            await room.settled(State.IDLE)
            place = room.box.performance.place
            assert place is not None
            left_at = place.outcome.left_at
            assert left_at is not None
            assert 0 < left_at < len(room.began)
            (entry,) = room.kept()
            assert entry.state == "partial"
            first, count = room.began[left_at], len(room.began)
            await go_on(room)
            await room.until(lambda: len(room.began) > count, "it goes on")
            assert room.began[count] == first
            assert "no_story" not in room.said
            room.box.stop()
            await room.settled(State.IDLE)

    play(scene)


def test_a_minute_before_it_ends_this_is_said_once(pins: Any, farm: Farm, card_file: Path) -> None:
    farm.story = LONG_STORY
    news: list[News] = []

    async def scene() -> None:
        async with bedroom(pins, farm.url, card_file, FABLY_SLEEP_TIMER="64s") as room:
            room.box.watch(news.append)
            await room.short()
            await room.speaks()
            await room.until(lambda: EndsIn(60) in news, "it is said")
            count = len(room.began)
            await room.until(lambda: len(room.began) > count + 3, "it goes on")
            assert [one for one in news if isinstance(one, EndsIn)] == [EndsIn(60)]
            room.box.stop()
            await room.settled(State.IDLE)

    play(scene)


def test_a_story_that_is_made_and_not_played_is_made_whole(pins: Any, farm: Farm, card_file: Path) -> None:
    farm.story = LONG_STORY
    news: list[News] = []

    async def scene() -> None:
        async with bedroom(pins, farm.url, card_file, FABLY_SLEEP_TIMER="12s") as room:
            room.box.watch(news.append)
            show = room.box.performance
            room.box.begin(lambda: show.tell("a dragon", Manner(aloud=False)), State.THINKING)
            await room.until(lambda: show.told is not None, "it is made")
            await room.settled(State.IDLE)
            (entry,), _count = Catalogue(show.teller.library.root).page()
            assert entry.state == "complete"
            assert not [one for one in news if isinstance(one, EndsIn)]

    play(scene)
