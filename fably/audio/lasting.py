"""A volume that outlasts a restart. It is kept in the state directory, and seldom written: a memory card dies of writes."""

import asyncio
import json
import logging
import os
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fably.audio.mixer import mixer_of
from fably.audio.volume import Volume
from fably.core.parts import sync, written
from fably.settings import Settings

log = logging.getLogger(__name__)
FILE = "volume.json"
REST = 30.0
"""Seconds from a change until it is written, with all that have followed: two writes a minute, however a child plays with the buttons."""


@asynccontextmanager
async def lasting_volume(settings: Settings, rest: float = REST) -> AsyncIterator[Volume]:
    """The volume of the box: as loud as it was last, or as is set, if that has been set anew since; by the card's mixer, where it has one.

    Raises `ConfigError` where the mixer is misnamed.
    """
    kept = Kept(settings.state / FILE, settings.volume)
    volume = Volume(await asyncio.to_thread(kept.read), settings.volume_min, settings.volume_max)
    mixer = await mixer_of(settings, lambda: volume.use(None))
    changed = asyncio.Event()
    leave = volume.watch(lambda _now: changed.set())
    if kept.stale:
        changed.set()
    keeping = asyncio.create_task(_keep(kept, volume, changed, rest))
    try:
        volume.use(mixer)
        yield volume
    finally:
        leave()
        keeping.cancel()
        await asyncio.wait([keeping])
        kept.write(volume)
        if mixer is not None:
            await mixer.close()


async def _keep(kept: "Kept", volume: Volume, changed: asyncio.Event, rest: float) -> None:
    while True:
        await changed.wait()
        await asyncio.sleep(rest)
        changed.clear()
        await asyncio.to_thread(kept.write, volume)


class Kept:
    """The file. What cannot be read or written is no matter: then the volume is as it is set."""

    def __init__(self, file: Path, setting: int) -> None:
        self._file, self._setting = file, setting
        self._said: int | None = setting  # the volume that will be read when this is read again; None for one that is out of date
        self._lock = threading.Lock()  # a write that was cancelled may still be going on

    @property
    def stale(self) -> bool:
        """Whether the file should say something else."""
        return self._said is None

    def read(self) -> int:
        """The last volume, unless the setting has another value than it had then: who sets something wants it to count."""
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return self._setting
        except (OSError, ValueError, RecursionError) as error:
            log.warning("the last volume cannot be read: %s", error)
            found = None
        fits = isinstance(found, dict) and found.get("set") == self._setting and isinstance(found.get("now"), int)
        self._said = found["now"] if fits else None
        return self._setting if self._said is None else self._said

    def write(self, volume: Volume) -> None:
        """Have the file say how loud it is, if it does not yet. Whole or not at all."""
        with self._lock:
            now = volume.now
            if now == self._said:
                return
            try:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                with written(self._file) as part:
                    with part.open("w", encoding="utf-8") as file:
                        json.dump({"now": now, "set": self._setting}, file)
                        file.flush()
                        os.fsync(file.fileno())
                sync(self._file.parent)
            except OSError as error:
                log.warning("the volume cannot be kept: %s", error)
            self._said = now  # even so: a card that is full is not tried every minute
