"""Shows what the box is doing. A light is imported when it is wanted: a box without one loads no gpiozero."""

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

from fably.core.errors import ConfigError, FablyError
from fably.core.protocols import Lights
from fably.core.types import State
from fably.lights.none import NoLights
from fably.settings import Settings

if TYPE_CHECKING:
    from fably.lights.states import Look

log = logging.getLogger(__name__)

_PINS = {"led": (22,), "pwm": (22,), "rgb": (22, 23, 24), "apa102": ()}
"""Where lights are when nobody says where; free on the usual sound cards."""
_HIGHEST = 27


def lights_of(settings: Settings, wanted: "Mapping[State, Look] | None" = None) -> Lights:
    """The lights that the settings ask for, pins taken; `wanted` is how they look in each state, else as set. Blocks for an import.

    Raises `ConfigError` where FABLY_LIGHT_PINS cannot be read; a light that cannot be had is told of, and there is none then.
    """
    if settings.light == "none":
        return NoLights()
    from fably.lights.gpio import GpioLights
    from fably.lights.states import looks

    pins = pins_of(settings)
    try:
        chosen = wanted or looks(settings.night_light, settings.light_while_telling)
        return GpioLights(settings.light, pins, chosen, high=not settings.light_active_low, count=settings.light_count)
    except FablyError as error:
        log.warning("%s", error)
        return NoLights()


def pins_of(settings: Settings) -> tuple[int, ...]:
    """The GPIO numbers of the light that is set; none for a row at the SPI. Raises `ConfigError`."""
    wanted = _PINS[settings.light]
    if settings.light_pins is None or not wanted:
        return wanted
    given = [one.strip() for one in settings.light_pins.split(",")]
    what = f"FABLY_LIGHT_PINS: {settings.light_pins[:60]!r}"
    if not all(one.isascii() and one.isdigit() and int(one) <= _HIGHEST for one in given):
        raise ConfigError(f"{what} are not pins; give GPIO numbers from 0 to {_HIGHEST} with commas between, such as 22,23,24")
    pins = tuple(int(one) for one in given)
    if len(set(pins)) != len(wanted) or len(pins) != len(wanted):
        count = "one pin" if len(wanted) == 1 else "three different pins, red, green and blue"
        raise ConfigError(f"{what} does not fit FABLY_LIGHT={settings.light}, which has {count}")
    if settings.button and settings.button_gpio_pin in pins:
        raise ConfigError(f"{what}: at GPIO {settings.button_gpio_pin} there is the button; move one of them")
    return pins
