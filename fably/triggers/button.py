"""A push button at a GPIO pin."""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Literal

from fably.core.types import Gesture
from fably.pins import claim
from fably.triggers.inbox import Inbox, Recogniser, recognised
from fably.triggers.presses import USUAL, Presses, Timing

log = logging.getLogger(__name__)

Pull = Literal["up", "down", "none"]
"""The resistor that the Pi connects: up for a button to ground, down for one to 3.3 V; none where the board has one, for one to ground."""

_WIRED: dict[Pull, dict[str, bool | None]] = {
    "up": {"pull_up": True},
    "down": {"pull_up": False},
    "none": {"pull_up": None, "active_state": False},
}


class Button:
    """A trigger: the button at the GPIO `pin`, by its number in gpiozero (17 is GPIO17, not the seventeenth of the header)."""

    def __init__(self, pin: int = 17, pull: Pull = "up", timing: Timing = USUAL) -> None:
        self._pin, self._pull, self._timing = pin, pull, timing

    async def gestures(self) -> AsyncGenerator[Gesture, None]:
        """What is done to the button. Takes the pin, and gives it back at the end. Raises `ConfigError` and `MissingDependency`.

        A button that is down at the start counts from its next press: one that is wired the other way round would otherwise turn the box
        off at each start.
        """
        pressing = pressed(self._pin, self._pull, Presses(self._timing), "the button", "FABLY_BUTTON_GPIO_PIN")
        async with aclosing(pressing) as gestures:
            async for gesture in gestures:
                yield gesture


async def pressed(pin: int, pull: Pull, recogniser: Recogniser[bool], name: str, setting: str) -> AsyncGenerator[Gesture, None]:
    """What `recogniser` makes of the edges at a pin, for a button that is called `name` and set by `setting`; see `Button.gestures`."""
    inbox: Inbox[bool] = Inbox()
    # not gpiozero.Button, which has a thread that looks ten times a second whether it is held; and without bounce_time: some pin
    # factories have none, and others tell of an edge only when it is over
    button: Any = claim(
        f"{name} at GPIO {pin}", setting, lambda gpiozero: gpiozero.DigitalInputDevice(pin, bounce_time=None, **_WIRED[pull])
    )
    try:
        button.when_activated = lambda: inbox.put(True)
        button.when_deactivated = lambda: inbox.put(False)
        if button.is_active:
            log.warning("%s at GPIO %d is down at the start; is FABLY_BUTTON_PULL=%s as it is wired?", name, pin, pull)
        async with aclosing(recognised(inbox, recogniser)) as gestures:
            async for gesture in gestures:
                yield gesture
    finally:
        button.close()
        if inbox.dropped:
            log.info("%d edges of %s at GPIO %d came too fast for anybody", inbox.dropped, name, pin)
