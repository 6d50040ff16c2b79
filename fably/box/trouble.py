"""`python -m fably.box.trouble`: stands in for a box that cannot begin, until that is worth another try (systemd/fably-trouble.service).

It says so by voice, light and journal, and ends when somebody presses the button, a parent has set something else, or a quarter of an hour
has gone by; systemd starts the box anew then. It uses as little as it can of what may be broken: no library, no provider that asks anybody.
"""

import asyncio
import logging
import os
import re
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, closing, suppress
from functools import partial
from pathlib import Path

from fably import logs
from fably.box.saying import Voice
from fably.core.errors import ConfigError, FablyError
from fably.core.protocols import Lights
from fably.core.types import AudioFormat, State
from fably.lights import lights_of
from fably.lights.none import NoLights
from fably.lights.states import TROUBLE
from fably.loudspeaker import loudspeaker
from fably.running import run, stop_on_signals
from fably.settings import Settings, load
from fably.settings.reading import state_directory
from fably.triggers import triggers_of

log = logging.getLogger("fably.box.trouble")  # it is run as __main__
WAIT = 900.0
"""Seconds until the box is tried again by itself."""
LOOK = 5.0
"""Seconds between two looks at the settings' file."""


def settings_for_help(environ: Mapping[str, str], state: Path) -> Settings:
    """The settings, and where they are what is wrong, the usual ones in the language that they were meant to have."""
    try:
        return load({}, environ)
    except ConfigError as error:
        log.warning("%s", error)
    with suppress(OSError):
        written = (state / "settings.env").read_text(encoding="utf-8", errors="replace")
        if re.search(r"^\s*FABLY_LANGUAGE\s*=\s*['\"]?tr\b", written, re.MULTILINE):
            return Settings(language="tr")
    return Settings()


async def ask_for_help(settings: Settings, file: Path, wait: float = WAIT, look: float = LOOK) -> str:
    """Say that help is needed, and return why the box is to be tried again: "pressed", "set" or "waited". `file` is the settings'."""
    before = _stamp(file)
    with closing(_lights(settings)) as lights:
        lights.show(State.IDLE)
        return await _until_worth_a_try(settings, file, before, wait, look)


def _lights(settings: Settings) -> Lights:
    try:
        return lights_of(settings, dict.fromkeys(State, TROUBLE))
    except FablyError as error:
        log.warning("%s", error)
        return NoLights()


async def _until_worth_a_try(settings: Settings, file: Path, before: object, wait: float, look: float) -> str:
    saying = asyncio.create_task(Voice(settings.language, partial(loudspeaker, settings), partial(_espeak, settings)).say("trouble"))
    waiting = {
        asyncio.create_task(_pressed(settings), name="pressed"),
        asyncio.create_task(_set(file, before, look), name="set"),
        asyncio.create_task(asyncio.sleep(wait), name="waited"),
    }
    try:
        done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        return min(one.get_name() for one in done)
    finally:
        for task in (saying, *waiting):
            task.cancel()
        await asyncio.wait([saying, *waiting])


async def _pressed(settings: Settings) -> None:
    """Until somebody presses; for ever where the button is what is broken."""
    with suppress(FablyError):
        trigger = triggers_of(settings)
        if trigger is not None:
            async with aclosing(trigger.gestures()) as gestures:
                async for _ in gestures:
                    return
    await asyncio.Event().wait()


async def _set(file: Path, before: object, look: float) -> None:
    while _stamp(file) == before:  # noqa: ASYNC110 - inotify would be a package more
        await asyncio.sleep(look)


def _stamp(file: Path) -> object:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size


async def _espeak(settings: Settings, sentence: str) -> AsyncGenerator[tuple[AudioFormat, bytes], None]:
    from fably.tts.espeak import EspeakVoice  # may not be installed: then only the light says it

    voice = EspeakVoice(language=settings.language, voice=None)
    async with aclosing(voice.synthesize(sentence)) as chunks:
        async for pcm in chunks:
            yield voice.format, pcm


async def main() -> None:
    """Until the box is worth another try, or systemd ends this."""
    stop_on_signals()
    state = state_directory(os.environ)
    with logs.kept(state):
        settings = settings_for_help(os.environ, state)
        log.error("Fably cannot begin: `journalctl -u fably` says why, and `sudo fably doctor` what to mend")
        why = await ask_for_help(settings, state / "settings.env")
        log.warning("trying again: %s", {"pressed": "somebody pressed the button", "set": "something was set"}.get(why, "it is time to"))


if __name__ == "__main__":
    logging.basicConfig(format="%(message)s")
    try:
        run(main())
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.exit(0)
