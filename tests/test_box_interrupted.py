"""Interrupting the box at any moment: while the cloud hangs, while an engine is loading, in its greeting and its opener."""

import os
import signal
from pathlib import Path
from typing import Any

import psutil
import pytest
from bedroom import LONG_STORY, Bedroom, bedroom, play
from farm import Farm
from next_door import VOICE, needs_piper, nothing_is_left
from peers import Peers
from test_box_children import openers_made

from fably.core.types import State

IDLE, LISTENING, THINKING, TELLING, PAUSED = State


async def as_good_as_new(room: Bedroom) -> None:
    """A press, a wish and a story."""
    began = len(room.began)
    await room.short()
    await room.settled(LISTENING)
    await room.speaks()
    await room.until(lambda: len(room.began) > began, "a story")
    await room.settled(TELLING)


@pytest.mark.parametrize("press", ["double", "good night"])
@pytest.mark.parametrize(
    ("kind", "fault", "asks"),
    [
        ("listening", "silent", "/audio/transcriptions"),
        ("chat", "silent", "/chat/completions"),
        ("chat", "silent-later", "/chat/completions"),
        ("speech", "silent", "/audio/speech"),
    ],
)
def test_while_the_cloud_hangs(pins: Any, farm: Farm, card_file: Path, kind: str, fault: str, asks: str, press: str) -> None:
    farm.story, farm.piece, farm.cut_after = LONG_STORY, 200, 0
    setattr(farm, kind, fault)

    async def scene() -> None:
        async with bedroom(pins, farm.url, card_file) as room:
            await room.short()
            await room.speaks()
            await room.until(lambda: farm.asked(asks), "the cloud is asked")
            await room.settled(THINKING)
            await room.passes(3.0)  # a sound has been heard by then that something is coming
            await (room.double() if press == "double" else room.holds(3.2))
            await room.settled(IDLE)
            setattr(farm, kind, "ok")
            await as_good_as_new(room)

    play(scene)


def test_while_the_voice_hangs_in_mid_story(pins: Any, farm: Farm, card_file: Path) -> None:
    farm.story, farm.piece, farm.goes_on = LONG_STORY, 200, True
    farm.script["speech"] = ["ok", "ok", *["silent"] * 20]

    async def scene() -> None:
        async with bedroom(pins, farm.url, card_file) as room:
            await room.short()
            await room.speaks()
            await room.until(lambda: len(room.began) == 2, "two passages")
            await room.until(room.card.silent, "and no more")
            assert room.state is TELLING
            await room.short()
            await room.settled(PAUSED)
            farm.script["speech"].clear()
            await room.short()
            await room.settled(TELLING)
            assert room.began[2] == room.began[1]

    play(scene)


@pytest.mark.parametrize("what", ["greeting", "opener", "no story"])
def test_in_what_the_box_says(pins: Any, farm: Farm, card_file: Path, what: str) -> None:
    farm.story, farm.piece, farm.goes_on = LONG_STORY, 200, True

    async def scene() -> None:
        async with bedroom(pins, farm.url, card_file, FABLY_OPENER="yes") as room:
            if what == "opener":
                await openers_made(room)
                farm.script["chat"] = ["silent"]
                await room.short()
                await room.speaks()
                await room.settled(TELLING)
            elif what == "no story":
                await room.double()
                await room.until(lambda: "no_story" in room.said, "it says something")
            await room.heard()
            room.down()
            await room.passes(0.02)
            assert room.state in (LISTENING, PAUSED)
            await room.until(lambda: not room.box._signals.busy and room.card.silent(), "silence")
            room.up()
            await room.passes(0.5)
            await room.holds(3.2)
            await room.settled(IDLE)
            await as_good_as_new(room)

    play(scene)


@needs_piper
def test_while_an_engine_is_loading(pins: Any, farm: Farm, card_file: Path, peers: Peers) -> None:
    """It is stopped as soon as it is there, and so never becomes ready."""
    farm.story, farm.piece, farm.goes_on = LONG_STORY, 200, True
    folder = Path("state", "voices")
    folder.mkdir(parents=True)
    peers.tiny_voice(folder, VOICE)

    def engines() -> list[psutil.Process]:
        return [one for one in psutil.Process().children() if "fably.engines.piper" in one.cmdline()]

    async def scene() -> None:
        async with bedroom(pins, farm.url, card_file, FABLY_TTS_URL="", FABLY_TTS_PROVIDER="piper") as room:
            await room.short()
            await room.speaks()
            await room.until(engines, "an engine")
            (engine,) = engines()
            os.kill(engine.pid, signal.SIGSTOP)
            await room.settled(THINKING)
            await room.double()
            await room.settled(IDLE)
            await room.until(lambda: not engine.is_running() or engine.status() == psutil.STATUS_ZOMBIE, "the engine leaves")
            await as_good_as_new(room)

    play(scene)
    assert nothing_is_left()
