"""What children do: they pause in mid-sentence, say nothing, speak over the box, hammer the button, and press when nobody thought of it."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from bedroom import LONG_STORY, Bedroom, bedroom, play
from farm import Farm
from rooms import at_level, noise, scene, silence, speech
from senses import WISH

from fably.core.types import State

IDLE, LISTENING, THINKING, TELLING, PAUSED = State


def with_pause(seconds: float) -> bytes:
    """A wish with a pause in the middle of it, in a quiet room."""
    said = speech("tell me a story about", 2) + silence(seconds) + speech("a dragon and a princess", 2)
    return scene(said, "pink", noise_level=-65, before=0.3, after=0.0).pcm


def seconds_sent(farm: Farm) -> list[float]:
    """How long what was sent to be understood lasts, each time."""
    return [len(body["file"]) / 32_000 for body in farm.asked("/audio/transcriptions")]


def test_who_pauses_in_mid_sentence_is_not_cut_off(pins: Any, farm: Farm, card_file: Path) -> None:
    wish = with_pause(1.2)

    async def scene() -> None:
        async with bedroom(pins, farm.url, card_file) as room:
            await room.short()
            await room.speaks(wish)
            await room.settled(TELLING, IDLE)

    play(scene)
    (sent,) = seconds_sent(farm)
    assert sent > len(wish) / 32_000 - 0.3


def test_who_says_nothing_is_asked_once_more_and_then_gets_a_story(pins: Any, farm: Farm, card_file: Path) -> None:
    farm.story = LONG_STORY

    async def scene() -> None:
        async with bedroom(pins, farm.url, card_file) as room:
            await room.short()
            await room.passes(6.5)
            await room.until(lambda: "once_more" in room.said, "it is asked once more")
            await room.settled(LISTENING)
            await room.passes(6.5)
            await room.settled(TELLING)
            assert room.said[-3:] == ["once_more", "(listening)", "nobody"]
            assert room.child.opened == 2

    play(scene)
    assert not farm.asked("/audio/transcriptions")


def test_who_speaks_over_the_greeting_is_heard_from_the_press_on(pins: Any, farm: Farm, card_file: Path) -> None:
    farm.story = LONG_STORY

    async def scene() -> None:
        async with bedroom(pins, farm.url, card_file) as room:
            await room.heard()  # the greeting
            room.down()
            await room.until(lambda: room.state is LISTENING and room.child.is_open, "it listens")
            room.up()
            await room.speaks()
            await room.settled(TELLING)
            assert room.said[:2] == ["greeting", "(listening)"]

    play(scene)
    (sent,) = seconds_sent(farm)
    assert sent > len(WISH) / 32_000 - 0.3


def test_who_speaks_over_the_opener_changes_the_story(pins: Any, farm: Farm, card_file: Path) -> None:
    """The opener is heard while the cloud hangs: holding the button silences it, and what is said then is worked into the story."""
    farm.story, farm.piece, farm.goes_on = LONG_STORY, 200, True

    async def scene() -> None:
        async with bedroom(pins, farm.url, card_file, FABLY_OPENER="yes") as room:
            await openers_made(room)
            farm.script["chat"] = ["silent"]
            await room.short()
            await room.speaks()
            await room.settled(TELLING)
            opener = room.began[-1]
            assert not farm.story.startswith(opener)
            farm.said = "a fox"
            await room.holds_and_speaks()
            await room.settled(TELLING)
            await room.until(lambda: {one.query for one in room.kept()} >= {"a dragon"}, "the first is kept")

    farm.said = "a dragon"
    play(scene)
    asked = farm.asked("/chat/completions")[-1]["messages"]
    assert asked[1]["content"] == "a dragon"
    assert any("a fox" in one["content"] for one in asked[2:]), "worked into it"


async def openers_made(room: Bedroom) -> None:
    """Have the first lines made, as a box does in idle time."""
    lines = room.box.performance.teller.lines
    openers = lines.openers()
    assert openers is not None
    async with room.box.performance.teller.backends.first_voice() as voice:
        while await openers.make(voice):
            pass


def test_fifty_presses_in_five_seconds(pins: Any, farm: Farm, card_file: Path) -> None:
    farm.story = LONG_STORY

    async def scene() -> None:
        async with bedroom(pins, farm.url, card_file) as room:
            for _ in range(50):
                room.down()
                await room.passes(0.04)
                room.up()
                await room.passes(0.06)
            await room.passes(0.5)
            await room.agreed()
            if room.state is not IDLE:
                await room.holds(3.2)
            await room.settled(IDLE)
            await room.short()  # and it is as good as new
            await room.speaks()
            await room.settled(TELLING)

    play(scene)


def test_presses_that_no_time_is_between(pins: Any, farm: Farm, card_file: Path) -> None:
    """A contact that chatters for longer than it may."""

    async def scene() -> None:
        async with bedroom(pins, farm.url, card_file) as room:
            for _ in range(500):
                room.down()
                room.up()
            await room.passes(1.0)
            await room.agreed()
            await room.holds(3.2)
            await room.settled(IDLE)

    play(scene)


def test_a_press_while_it_is_being_switched_on(pins: Any, farm: Farm, card_file: Path) -> None:
    """Down before the pin is there: it counts from the next press."""
    farm.story = LONG_STORY

    async def scene() -> None:
        pins.pin(17).drive_low()
        async with bedroom(pins, farm.url, card_file) as room:
            room.down()
            await room.passes(9.0)
            room.up()
            await room.passes(1.0)
            await room.agreed()
            assert "off" not in room.said
            if room.state is IDLE:
                await room.short()
            await room.settled(LISTENING)

    play(scene)


@pytest.mark.parametrize("before", [IDLE, LISTENING, TELLING])
def test_a_press_while_it_is_being_switched_off(pins: Any, farm: Farm, card_file: Path, before: State) -> None:
    farm.story = LONG_STORY

    async def scene() -> None:
        async with bedroom(pins, farm.url, card_file) as room:
            if before is not IDLE:
                await room.short()
                await room.settled(LISTENING)
            if before is TELLING:
                await room.speaks()
                await room.settled(TELLING)
            room.down()
            room.life.cancel()
            room.up()
            for _ in range(20):
                room.down()
                room.up()
                await asyncio.sleep(0)
            await asyncio.wait([room.life])
            assert not room.child.is_open
            assert room.card.silent()

    play(scene)


def test_a_noise_that_does_not_end_is_no_wish_that_does_not_end(pins: Any, farm: Farm, card_file: Path) -> None:
    """A fan, as loud as speech: it is listened to for no longer than a child may speak."""

    async def scene() -> None:
        async with bedroom(pins, farm.url, card_file) as room:
            await room.short()
            room.child.says(at_level(noise("fan"), -30))
            await room.passes(22.0)
            await room.until(lambda: room.state is not LISTENING or "once_more" in room.said, "it has given up")

    play(scene)
