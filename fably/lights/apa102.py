"""A row of APA102 lights at the SPI, such as the three of the ReSpeaker and other sound cards with two microphones."""

import logging
import threading
from collections.abc import Iterable, Sequence
from itertools import cycle
from typing import Any

log = logging.getLogger(__name__)

Colour = tuple[float, float, float]

PORT, DEVICE = 0, 1
"""Where the sound cards have them."""
_DARK: Colour = (0.0, 0.0, 0.0)
_STRENGTH = 0xE0 | 8  # of 31: they are made for daylight
_STEPS = 25  # a second, of a pulse


def frame(colour: Colour, count: int) -> list[int]:
    """The bytes that make all `count` lights shine in `colour`: a start, four for each, and clocks enough for the last to hear of it."""
    red, green, blue = (round(max(0.0, min(1.0, one)) * 255) for one in colour)
    return [0] * 4 + [_STRENGTH, blue, green, red] * count + [0] * (4 + count // 16 + 1)


class Apa102:
    """`count` lights that all shine alike. It has the verbs of `gpiozero.RGBLED`. Taking the SPI raises what the pin factory raises."""

    def __init__(self, gpiozero: Any, count: int) -> None:
        gpiozero.Device.ensure_pin_factory()
        self._wire: Any = gpiozero.Device.pin_factory.spi(port=PORT, device=DEVICE)
        self._thread_of: Any = gpiozero.threads.GPIOThread
        self._count = count
        self._moving: Any = None
        self._send(_DARK)

    def off(self) -> None:
        self.value = _DARK

    @property
    def value(self) -> Colour:
        """The colour; setting it ends what moves."""
        return self._shown

    @value.setter
    def value(self, colour: Colour) -> None:
        self._still()
        self._send(colour)

    def blink(self, on_time: float, off_time: float, on_color: Colour) -> None:
        """On and off, seconds each, until told otherwise."""
        self._move([(on_color, on_time), (_DARK, off_time)])

    def pulse(self, fade_in_time: float, fade_out_time: float, on_color: Colour) -> None:
        """Up and down, seconds each, until told otherwise."""
        rising, falling = (max(1, round(seconds * _STEPS)) for seconds in (fade_in_time, fade_out_time))
        strengths = [step / rising for step in range(rising)] + [1 - step / falling for step in range(falling)]
        red, green, blue = on_color
        self._move([((red * one, green * one, blue * one), 1 / _STEPS) for one in strengths])

    def close(self) -> None:
        """Give the SPI back. May be called twice."""
        self._still()
        self._wire.close()

    def _send(self, colour: Colour) -> None:
        self._wire.transfer(frame(colour, self._count))
        self._shown = colour

    def _move(self, steps: Sequence[tuple[Colour, float]]) -> None:
        self._still()
        self._moving = self._thread_of(self._play, (cycle(steps),))
        self._moving.start()

    def _still(self) -> None:
        moving, self._moving = self._moving, None
        if moving is not None:
            moving.stop()

    def _play(self, steps: Iterable[tuple[Colour, float]]) -> None:
        thread: Any = threading.current_thread()
        try:
            for colour, seconds in steps:
                self._send(colour)
                if thread.stopping.wait(seconds):
                    return
        except Exception as error:  # a thread has nobody to raise to, and a light that fails never matters
            log.warning("the light does not work: %s", error)
