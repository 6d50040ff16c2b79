"""A push button for the volume, at a GPIO pin."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from fably.core.types import Gesture
from fably.triggers.button import Pull, pressed
from fably.triggers.repeats import Repeats

NAMES: dict[Gesture, tuple[str, str]] = {
    Gesture.LOUDER: ("the button for louder", "FABLY_VOLUME_UP_GPIO_PIN"),
    Gesture.SOFTER: ("the button for softer", "FABLY_VOLUME_DOWN_GPIO_PIN"),
}


class VolumeButton:
    """A trigger: the button at the GPIO `pin`, each press of which is `gesture` (louder or softer), again and again while it is held."""

    def __init__(self, gesture: Gesture, pin: int, pull: Pull = "up", bounce: float = 0.02) -> None:
        self._gesture, self._pin, self._pull, self._bounce = gesture, pin, pull, bounce

    async def gestures(self) -> AsyncGenerator[Gesture, None]:
        """What is done to the button; as `Button.gestures` in all else."""
        name, setting = NAMES[self._gesture]
        async with aclosing(pressed(self._pin, self._pull, Repeats(self._gesture, self._bounce), name, setting)) as gestures:
            async for gesture in gestures:
                yield gesture
