"""Several triggers at once, and which there are."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import pytest

from fably.core.errors import AudioError, ConfigError, FablyError
from fably.core.types import Gesture
from fably.settings import Settings
from fably.triggers import triggers_of
from fably.triggers.button import Button
from fably.triggers.keyboard import Keyboard
from fably.triggers.several import Several


class Played:
    """A trigger that a test plays on: it gives what is put into it, and ends at None or at an error."""

    def __init__(self) -> None:
        self.notes: asyncio.Queue[Gesture | FablyError | None] = asyncio.Queue(9)
        self.open = 0

    async def gestures(self) -> AsyncGenerator[Gesture, None]:
        self.open += 1
        try:
            while (note := await self.notes.get()) is not None:
                if isinstance(note, FablyError):
                    raise note
                yield note
        finally:
            self.open -= 1


def test_what_is_done_to_any_of_them_is_told_as_it_is_done() -> None:
    async def main() -> None:
        one, other = Played(), Played()
        async with aclosing(Several([one, other]).gestures()) as gestures:
            for played, gesture in ((one, Gesture.DOWN), (other, Gesture.WAKE_WORD), (one, Gesture.SHORT)):
                played.notes.put_nowait(gesture)
                assert await anext(gestures) == gesture
            assert (one.open, other.open) == (1, 1)
        assert (one.open, other.open) == (0, 0)
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())


def test_two_at_once_are_both_told() -> None:
    async def main() -> None:
        one, other = Played(), Played()
        one.notes.put_nowait(Gesture.DOWN)
        one.notes.put_nowait(Gesture.SHORT)
        other.notes.put_nowait(Gesture.WAKE_WORD)
        async with aclosing(Several([one, other]).gestures()) as gestures:
            told = [await anext(gestures) for _ in range(3)]
        assert sorted(told, key=lambda one: one.value) == [Gesture.DOWN, Gesture.SHORT, Gesture.WAKE_WORD]
        assert told.index(Gesture.DOWN) < told.index(Gesture.SHORT)

    asyncio.run(main())


def test_one_that_fails_is_told_of_and_the_others_go_on(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        one, other = Played(), Played()
        one.notes.put_nowait(AudioError("the microphone is gone"))
        async with aclosing(Several([one, other]).gestures()) as gestures:
            other.notes.put_nowait(Gesture.DOWN)
            assert await anext(gestures) == Gesture.DOWN
            other.notes.put_nowait(ConfigError("the last one"))
            with pytest.raises(ConfigError, match="the last one"):
                await anext(gestures)

    asyncio.run(main())
    assert "the microphone is gone" in caplog.text


def test_with_a_button_for_the_volume_alone_nothing_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        button, louder, softer = Played(), Played(), Played()
        softer.notes.put_nowait(ConfigError("no such pin"))
        async with aclosing(Several([button], [louder, softer]).gestures()) as gestures:
            louder.notes.put_nowait(Gesture.LOUDER)
            assert await anext(gestures) == Gesture.LOUDER
            button.notes.put_nowait(ConfigError("the pin is taken"))
            with pytest.raises(ConfigError, match="the pin is taken"):
                await anext(gestures)
        assert (button.open, louder.open, softer.open) == (0, 0, 0)

    asyncio.run(main())
    assert "no such pin" in caplog.text


def test_one_that_ends_ends_them_all() -> None:
    async def main() -> None:
        one, other = Played(), Played()
        one.notes.put_nowait(None)
        assert [gesture async for gesture in Several([one, other]).gestures()] == []
        assert other.open == 0

    asyncio.run(main())


def test_the_settings_say_which_there_are() -> None:
    assert isinstance(triggers_of(Settings()), Button)
    assert isinstance(triggers_of(Settings(button=False, keyboard=True)), Keyboard)
    assert isinstance(triggers_of(Settings(keyboard=True)), Several)
    assert triggers_of(Settings(button=False)) is None
    assert triggers_of(Settings(button=False, volume_up_gpio_pin=5)) is None, "with that alone nothing can be begun"
    assert isinstance(triggers_of(Settings(volume_down_gpio_pin=5)), Several)


def test_pin_wiring_and_times_are_the_settings_own(pins: Any) -> None:
    settings = Settings(
        button_gpio_pin=5, button_pull="down", button_bounce_seconds=0, held_seconds=0.01, long_seconds=0.02, very_long_seconds=0.03
    )

    async def main() -> None:
        trigger = triggers_of(settings)
        assert trigger is not None
        async with aclosing(trigger.gestures()) as gestures:
            first = asyncio.ensure_future(anext(gestures))
            await asyncio.sleep(0)
            pins.pin(5).drive_high()
            told = [await first, *[await anext(gestures) for _ in range(3)]]
            assert told == [Gesture.DOWN, Gesture.HELD, Gesture.LONG, Gesture.VERY_LONG]

    asyncio.run(main())


def test_a_keyboard_needs_no_gpiozero(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "gpiozero", raising=False)
    triggers_of(Settings(button=False, keyboard=True))
    assert "gpiozero" not in sys.modules


def test_buttons_for_the_volume(pins: Any) -> None:
    async def main() -> None:
        trigger = triggers_of(Settings(button_gpio_pin=4, volume_up_gpio_pin=5, volume_down_gpio_pin=6, button_bounce_seconds=0))
        assert trigger is not None
        async with aclosing(trigger.gestures()) as gestures:
            first = asyncio.ensure_future(anext(gestures))
            while any(pins.pin(one).when_changed is None for one in (4, 5, 6)):  # noqa: ASYNC110 - gpiozero has no event for it
                await asyncio.sleep(0)
            told = []
            for pin in (5, 6, 4):
                pins.pin(pin).drive_low()
                told.append(await first)
                pins.pin(pin).drive_high()
                first = asyncio.ensure_future(anext(gestures))
            assert told == [Gesture.LOUDER, Gesture.SOFTER, Gesture.DOWN]
            assert await first == Gesture.SHORT, "nothing more came of those for the volume"

    asyncio.run(main())
