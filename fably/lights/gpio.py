"""Lights at GPIO pins."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from fably.core.types import State
from fably.lights.apa102 import Apa102
from fably.lights.states import Look, plain
from fably.pins import claim

log = logging.getLogger(__name__)

Kind = Literal["led", "pwm", "rgb", "apa102"]
"""A light that is on or off, one that can be dimmed, one of three colours that can be, and a row of such at the SPI."""


class GpioLights:
    """The light at `pins`: one, for `rgb` three, for `apa102` none, but `count` lights. `high`: whether it shines when its pins are high.

    Taking the pins raises `ConfigError` and `MissingDependency`; nothing after that raises. What moves is moved by a thread of gpiozero's,
    and what does not move has none.
    """

    def __init__(self, kind: Kind, pins: Sequence[int], looks: Mapping[State, Look], high: bool = True, count: int = 0) -> None:
        self._kind, self._looks = kind, looks
        self._complained = False
        make: dict[Kind, Callable[[Any], Any]] = {
            "led": lambda gpiozero: gpiozero.LED(*pins, active_high=high),
            "pwm": lambda gpiozero: gpiozero.PWMLED(*pins, active_high=high),
            "rgb": lambda gpiozero: gpiozero.RGBLED(*pins, active_high=high),
            "apa102": lambda gpiozero: Apa102(gpiozero, count),
        }
        place = f"GPIO {', '.join(map(str, pins))}" if pins else "the SPI"
        self._light: Any = claim(f"the light at {place}", "FABLY_LIGHT_PINS" if pins else "FABLY_LIGHT", make[kind])

    def show(self, state: State) -> None:
        """Show `state` until told otherwise."""
        self._safely(lambda: self._show(self._looks[state]))

    def close(self) -> None:
        """Go dark, and give the pins back."""
        self._safely(self._light.off)
        self._safely(self._light.close)

    def _show(self, look: Look) -> None:
        half = look.seconds / 2
        coloured = self._kind in ("rgb", "apa102")
        match look.motion if self._kind != "led" else plain(look).motion:
            case "off":
                self._light.off()
            case "steady" if self._kind == "led":
                self._light.on()
            case "steady":
                self._light.value = look.colour if coloured else look.brightness
            case "blink" if coloured:
                self._light.blink(half, half, on_color=look.colour)
            case "blink":
                self._light.blink(half, half)
            case "pulse" if coloured:
                self._light.pulse(half, half, on_color=look.colour)
            case "pulse":
                self._light.pulse(half, half)

    def _safely(self, what: Callable[[], None]) -> None:
        try:
            what()
        except Exception as error:  # whatever a driver raises: a light that fails never matters
            if not self._complained:
                self._complained = True
                log.warning("the light does not work: %s", error)
