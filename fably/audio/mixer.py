"""The sound card's own volume, where it has one: better than arithmetic on samples, for what is soft keeps all its bits."""

import asyncio
import contextlib
import logging
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from fably.audio.alsa import Control
from fably.audio.opening import device_of, opened
from fably.audio.portaudio import portaudio
from fably.core.errors import AudioError
from fably.core.threads import in_daemon
from fably.pcm.fading import SECONDS
from fably.pcm.loudness import SILENCE, decibels
from fably.settings import Settings

log = logging.getLogger(__name__)
STEPS = 10
"""A change is made in so many, each a pause of 5 ms."""
PATIENCE = 5.0
"""Seconds in which a card must show its controls; a sound server that hangs does not."""


@dataclass(frozen=True)
class Setting:
    """How the control is set for one percentage, and how many decibels that leaves for the samples."""

    value: int
    rest: float


def settings_for(control: Control) -> list[Setting]:
    """One for each percentage from 0 to 100. Raises `AudioError`.

    A control that goes above what the sound was is left alone there: 100 is as the voice made it, and more would be distorted. What it
    cannot do, for it ends too early or has coarse steps, is left for the samples.
    """
    top = 0.0 if control.softest < 0.0 <= control.loudest else control.loudest
    found = []
    for percent in range(101):
        wanted = top + decibels(percent)
        value, given = control.nearest(wanted)
        found.append(Setting(value, SILENCE if wanted == SILENCE else min(wanted - given, 0.0)))
    return found


class Mixer:
    """A `Means` of a `Volume`: sets the control, in a thread that lives for the 50 ms of a change. `lost` is called when that fails."""

    def __init__(self, control: Control, settings: list[Setting], lost: Callable[[], None]) -> None:
        """Belongs to the event loop, as its volume does."""
        self._control, self._settings, self._lost = control, settings, lost
        self._goal = settings[100].value
        self._turning: asyncio.Future[None] | None = None
        self._at_rest = True
        self._lock = threading.Lock()

    def __call__(self, percent: int) -> float:
        """Be on the way to `percent`; gives the decibels that are left for the samples. Returns at once."""
        setting = self._settings[percent]
        with self._lock:
            self._goal, idle, self._at_rest = setting.value, self._at_rest, False
        if idle:
            try:
                self._turning = in_daemon(self._turn, name="turns the volume")
            except OSError as error:  # no memory for a thread
                self._at_rest = True
                log.warning("the volume of the sound card cannot be turned: %s", error)
                return decibels(percent)
            self._turning.add_done_callback(self._turned)
        return setting.rest

    async def close(self) -> None:
        """Let the card go, at the loudness it has, when it has got there."""
        if self._turning is not None:
            await asyncio.wait([self._turning], timeout=PATIENCE)
        if self._at_rest:  # else the thread is stuck in the card, and has it still
            self._control.close()

    def _turned(self, turning: "asyncio.Future[None]") -> None:
        if not turning.cancelled() and (fault := turning.exception()):
            log.warning("%s; Fably makes the sound softer itself", fault)
            self._lost()

    def _turn(self) -> None:
        try:
            now = self._control.value
            while (goal := self._next(now)) is not None:
                begun = now
                for step in range(1, STEPS + 1):
                    value = begun + round((goal - begun) * step / STEPS)
                    if value != now:
                        self._control.value = now = value
                    time.sleep(SECONDS / STEPS)
                    if self._goal != goal:
                        break
        except BaseException:
            self._at_rest = True
            raise

    def _next(self, now: int) -> int | None:
        with self._lock:
            self._at_rest = now == self._goal
            return None if self._at_rest else self._goal


async def mixer_of(settings: Settings, lost: Callable[[], None]) -> Mixer | None:
    """The mixer that the settings speak of; None where there is none, or none is wanted. Raises `ConfigError` where it is misnamed."""
    if settings.volume_mixer == "none" or settings.output:
        return None
    named = None if settings.volume_mixer == "auto" else settings.volume_mixer

    def find() -> _Found:
        control = Control(card_of(settings.sound_device), named)
        try:
            return _Found(control, settings_for(control))
        except AudioError:
            control.close()
            raise

    try:
        found: _Found = await opened(find, "the volume control", PATIENCE, is_stream=False)
    except AudioError as error:
        log.log(logging.WARNING if named else logging.DEBUG, "%s; Fably makes the sound softer itself", error)
        return None
    log.info("the volume is the sound card's own: %s", found.control.name)
    return Mixer(found.control, found.settings, lost)


@dataclass(frozen=True)
class _Found:
    control: Control
    settings: list[Setting]

    def close(self) -> None:
        self.control.close()


def card_of(device: str | None) -> str:
    """What ALSA calls the controls of a sound device of ours. Blocks for an import."""
    name = ""
    with contextlib.suppress(Exception):  # PortAudio is missing, or knows no such device: whoever opens it will say so
        name = str(portaudio().query_devices(device_of(device), "output")["name"])
    found = re.search(r"\(hw:(\d+)", name)
    return f"hw:{found[1]}" if found else "default"
