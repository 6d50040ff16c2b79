"""A button at gpiozero's mock pins. No time is waited for but what the test itself sets: what must not come is an hour away."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from fably.core.errors import ConfigError
from fably.core.types import Gesture
from fably.triggers.button import Button
from fably.triggers.inbox import ROOM, Inbox, recognised
from fably.triggers.presses import Presses, Timing

HOUR = 3600.0
SHORT_ONLY = Timing(held=HOUR, double=0, long=2 * HOUR, very_long=3 * HOUR, bounce=0)
DOUBLES = Timing(held=HOUR, double=HOUR, long=2 * HOUR, very_long=3 * HOUR, bounce=0)
HELD_SOON = Timing(held=0.01, double=0, long=0.02, very_long=0.03, bounce=0)


async def following(gestures: AsyncGenerator[Gesture, None], count: int) -> list[Gesture]:
    return [await anext(gestures) for _ in range(count)]


async def begun(pins: Any, gestures: AsyncGenerator[Gesture, None]) -> asyncio.Task[Gesture]:
    """Somebody who waits for the first gesture; the button at GPIO 4 is there when this returns."""

    async def wait() -> Gesture:
        return await anext(gestures)

    first = asyncio.create_task(wait())
    while pins.pin(4).when_changed is None and not first.done():  # noqa: ASYNC110 - gpiozero has no event for it
        await asyncio.sleep(0)
    return first


def in_thread(*does: Callable[[], None]) -> None:
    """As a driver of pins does: from a thread of its own."""

    def all_of_them() -> None:
        for do in does:
            do()

    thread = threading.Thread(target=all_of_them)
    thread.start()
    thread.join()


@pytest.mark.parametrize(("pull", "down", "up"), [("up", "drive_low", "drive_high"), ("down", "drive_high", "drive_low")])
def test_a_short_press(pins: Any, pull: Any, down: str, up: str) -> None:
    async def main() -> None:
        async with aclosing(Button(4, pull, SHORT_ONLY).gestures()) as gestures:
            first = await begun(pins, gestures)
            in_thread(getattr(pins.pin(4), down), getattr(pins.pin(4), up))
            assert [await first, *await following(gestures, 1)] == [Gesture.DOWN, Gesture.SHORT]

    asyncio.run(main())


def test_a_double_press(pins: Any) -> None:
    async def main() -> None:
        async with aclosing(Button(4, "up", DOUBLES).gestures()) as gestures:
            first = await begun(pins, gestures)
            pin = pins.pin(4)
            in_thread(pin.drive_low, pin.drive_high, pin.drive_low, pin.drive_high)
            assert [await first, *await following(gestures, 2)] == [Gesture.DOWN, Gesture.DOWN, Gesture.DOUBLE]

    asyncio.run(main())


def test_a_press_that_is_held_is_told_of_while_it_lasts(pins: Any) -> None:
    async def main() -> None:
        async with aclosing(Button(4, "up", HELD_SOON).gestures()) as gestures:
            first = await begun(pins, gestures)
            in_thread(pins.pin(4).drive_low)
            assert [await first, *await following(gestures, 3)] == [Gesture.DOWN, Gesture.HELD, Gesture.LONG, Gesture.VERY_LONG]
            in_thread(pins.pin(4).drive_high)
            assert await anext(gestures) == Gesture.RELEASED

    asyncio.run(main())


def test_a_button_that_is_down_at_the_start_counts_from_its_next_press(pins: Any, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        pin = pins.pin(4)  # nothing pulls it, so the mock has it low
        async with aclosing(Button(4, "none", SHORT_ONLY).gestures()) as gestures:
            first = await begun(pins, gestures)
            in_thread(pin.drive_high, pin.drive_low)
            assert await first == Gesture.DOWN

    asyncio.run(main())
    assert "is down at the start" in caplog.text


def test_closing_gives_the_pin_back_and_it_can_be_taken_again(pins: Any) -> None:
    async def main() -> None:
        for _ in range(3):
            gestures = Button(4, "up", SHORT_ONLY).gestures()
            first = await begun(pins, gestures)
            in_thread(pins.pin(4).drive_low)
            assert await first == Gesture.DOWN
            await gestures.aclose()
            assert pins.pin(4).when_changed is None
            in_thread(pins.pin(4).drive_high)

    asyncio.run(main())


def test_a_button_that_nobody_presses_has_no_thread_and_so_costs_nothing(pins: Any) -> None:
    async def main() -> None:
        before = threading.active_count()
        async with aclosing(Button(4, "up", SHORT_ONLY).gestures()) as gestures:
            first = await begun(pins, gestures)
            assert threading.active_count() == before
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)

    asyncio.run(main())


def test_a_pin_that_is_taken(pins: Any) -> None:
    async def main() -> None:
        async with aclosing(Button(4, "up", SHORT_ONLY).gestures()) as gestures:
            first = await begun(pins, gestures)
            with pytest.raises(ConfigError, match=r"FABLY_BUTTON_GPIO_PIN: .* taken .*choose another"):
                await anext(Button(4).gestures())
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)

    asyncio.run(main())


def test_a_pin_that_is_none(pins: Any) -> None:
    async def main() -> None:
        await anext(Button(99).gestures())

    with pytest.raises(ConfigError, match=r"FABLY_BUTTON_GPIO_PIN: .*99 is not a valid pin.*another pin"):
        asyncio.run(main())


def test_hammering_while_the_loop_is_stuck_is_bounded_and_makes_sense() -> None:
    async def main() -> None:
        inbox: Inbox[bool] = Inbox()
        for _ in range(1000):
            inbox.put(True)
            inbox.put(False)
        assert inbox.dropped == 2000 - ROOM
        found = []
        async with aclosing(recognised(inbox, Presses(SHORT_ONLY))) as gestures:
            found = await following(gestures, ROOM)
        assert found == [Gesture.DOWN, Gesture.SHORT] * (ROOM // 2)

    asyncio.run(main())


def test_many_threads_at_once_lose_nothing() -> None:
    async def main() -> None:
        inbox: Inbox[int] = Inbox(room=4000)

        def fill(one: int) -> None:
            for _ in range(500):
                inbox.put(one)

        threads = [threading.Thread(target=fill, args=(one,)) for one in range(4)]
        for thread in threads:
            thread.start()
        found: list[int] = []
        while len(found) < 2000:
            found += [what for what, _at in await inbox.taken(None)]
        for thread in threads:
            thread.join()
        assert sorted(found) == sorted(one for one in range(4) for _ in range(500))
        assert inbox.dropped == 0

    asyncio.run(main())


def test_an_edge_after_the_end_of_the_loop_disturbs_nobody() -> None:
    async def main() -> Inbox[bool]:
        return Inbox()

    asyncio.run(main()).put(True)


SCRIPT = """
import asyncio, os, sys
{before}
from fably.core.errors import FablyError
from fably.triggers.button import Button

async def main():
    here = os.getcwd()
    try:
        await anext(Button().gestures())
    except FablyError as error:
        print(type(error).__name__, error)
    assert os.getcwd() == here and not os.listdir(here), os.listdir(here)

asyncio.run(main())
"""


def complaint(before: str = "", **environment: str) -> str:
    """What a program says that wants a button, on a machine as `before` makes it. Nothing may be left where it stands."""
    Path("stands").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(before=before)],
        env={**os.environ, **environment}, cwd="stands", capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert not done.stderr
    return done.stdout


def test_without_gpiozero_the_line_to_type_is_told() -> None:
    said = complaint("sys.modules['gpiozero'] = None")
    assert said.startswith("MissingDependency the button at GPIO 17 needs the package gpiozero")
    assert "pip install 'fably[gpio]'" in said


@pytest.mark.usefixtures("pins")
def test_without_pins_other_ways_are_told() -> None:
    said = complaint(GPIOZERO_PIN_FACTORY="none-such")
    assert said.startswith("ConfigError the button at GPIO 17 needs the GPIO pins of a Raspberry Pi")
    assert "none-such" in said
    assert "--keyboard" in said


@pytest.mark.skipif(Path("/dev/gpiochip0").exists(), reason="this machine has pins")
@pytest.mark.usefixtures("pins")
def test_on_a_machine_that_is_no_pi_it_is_told_why_the_pins_are_not_to_be_had() -> None:
    said = complaint()
    assert "there are none to be had here (" in said
    assert "--keyboard" in said
