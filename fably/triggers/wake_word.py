"""A word that is said, in the place of a button: an engine next door listens for it, and the wish may follow without a pause."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Protocol

from wyoming.event import Event

from fably.core.errors import AudioError, ConfigError, EngineDied, EngineTooBig, FablyError, ProviderError
from fably.core.types import AudioFormat, Gesture, State
from fably.engines.child import Child
from fably.engines.pool import Pool
from fably.engines.table import Wanted

log = logging.getLogger(__name__)

AT_ONCE = 0.08
"""Seconds of sound that the engine is sent at once: what openWakeWord takes."""
AGAIN = 5.0
"""Seconds after which a microphone that has failed, or an engine that does not answer, is tried again."""
NO_ROOM = 120.0
"""The same for an engine that does not fit into memory."""
SPELL = 3600.0
"""Seconds of sound after which the pool may look whether the engine has grown."""
SLOW = 0.05
"""Of the sound of a spell: an engine that is too slow for more of it is told of."""
WELL = 60.0
"""Seconds of sound that were listened to after which trouble is news again."""

ALONE = frozenset({State.IDLE, State.PAUSED})
"""When nobody else listens, and nothing is told."""
ALWAYS = ALONE | {State.THINKING, State.TELLING}


class Ears(Protocol):
    """A microphone that others listen to as well: `fably.listening.shared`. Places are counted in frames."""

    @property
    def format(self) -> AudioFormat: ...

    def pieces(self, seconds: float) -> AsyncGenerator[tuple[int, bytes], None]:
        """What is heard from now on, at least so many seconds at a time, each with its place. Raises `AudioError`."""
        ...

    def a_word_ended(self, place: int) -> None:
        """A wake word was recognised at `place`: whoever listens next is to hear what followed it."""
        ...


class WakeWord:
    """A trigger. While the box tells it is deaf, with the microphone closed and the engine idle, for it would hear the box itself; `watch`
    is to be called with each new state of the box.

    Trouble (a microphone that was pulled out, an engine that has died or does not fit) is told of once, by a call of `notify`, and it goes
    on when that is over.
    """

    def __init__(
        self, ears: Ears, pool: Pool, wanted: Wanted, notify: Callable[[FablyError], None], *, while_telling: bool = False
    ) -> None:
        self._ears, self._pool, self._wanted, self._notify = ears, pool, wanted, notify
        self._listening_states = ALWAYS if while_telling else ALONE
        self._listens = asyncio.Event()
        self._listens.set()
        self._told = False

    @property
    def spoken(self) -> str:
        """The word, as a person would write it."""
        return self._wanted.model.partition("_v")[0].replace("_", " ")

    def watch(self, state: State) -> None:
        """The box has come to `state`."""
        (self._listens.set if state in self._listening_states else self._listens.clear)()

    async def gestures(self) -> AsyncGenerator[Gesture, None]:
        """`WAKE_WORD` whenever it is said. Raises `ConfigError` for a word that the engine cannot work with."""
        self._pool.hold(self._wanted)
        try:
            while True:
                await self._listens.wait()
                try:
                    await self._pool.load(self._wanted)  # after a rest, where it has died before
                    async with aclosing(self._spell()) as gestures:
                        async for gesture in gestures:
                            yield gesture
                except FablyError as fault:
                    await asyncio.sleep(self._pause_after(fault))
        finally:
            await self._pool.release(self._wanted)

    def _pause_after(self, fault: FablyError) -> float:
        """Tell of a fault, once, and say how long to wait. Raises `ConfigError` for one that will not pass."""
        if isinstance(fault, ProviderError) and not isinstance(fault, EngineDied | EngineTooBig) and not fault.retryable:
            raise ConfigError(f"{fault}; choose another wake word with --wakeword-model, or start without --wakeword") from fault
        log.debug("nobody listens for the wake word: %s", fault)
        if not self._told:
            self._told = True
            self._notify(fault)
        return 0.0 if isinstance(fault, EngineDied) else NO_ROOM if isinstance(fault, EngineTooBig) else AGAIN

    async def _spell(self) -> AsyncGenerator[Gesture, None]:
        """Listen, for an hour or until the box does something else. Raises `AudioError` and `ProviderError`."""
        async with self._pool.use(self._wanted) as child:
            feeding = asyncio.create_task(self._feed(child))
            try:
                while (event := await child.receive()).type != "info":
                    if event.type == "detection" and self._listens.is_set():
                        milliseconds = event.data.get("timestamp")
                        if type(milliseconds) is int:
                            self._ears.a_word_ended(milliseconds * self._ears.format.rate // 1000)
                        yield Gesture.WAKE_WORD
                fault = await feeding
            finally:
                feeding.cancel()
                await asyncio.wait([feeding])
        if fault is not None:
            raise fault

    async def _feed(self, child: Child) -> AudioError | None:
        """Let the engine hear what is heard, until nobody wants it, and have it end what it does; give what the microphone has failed of,
        which is not the engine's fault. Raises `ProviderError`."""
        failed = None
        try:
            await self._send_all(child)
        except AudioError as fault:
            failed = fault
        await child.send(Event("audio-stop"), Event("describe"))  # the answer to the second shows that all is answered
        return failed

    async def _send_all(self, child: Child) -> None:
        sound = self._ears.format
        shape = {"rate": sound.rate, "width": sound.width, "channels": sound.channels}
        begin = following = -1
        missed = 0
        async with aclosing(self._ears.pieces(AT_ONCE)) as pieces:
            async for place, pcm in pieces:
                if place != following:  # it begins; or some was lost, and time goes on all the same
                    missed += place - following if begin >= 0 else 0
                    begin = place if begin < 0 else begin
                    await child.send(Event("audio-start", {**shape, "timestamp": place * 1000 // sound.rate}))
                await child.send(Event("audio-chunk", shape, pcm))
                following = place + len(pcm) // sound.frame
                self._told = self._told and following - begin < WELL * sound.rate
                if not self._listens.is_set() or following - begin > SPELL * sound.rate:
                    break
        if missed > SLOW * (following - begin):
            log.warning(
                "the wake word engine was too slow for %d of %d frames of sound; microwakeword is the quickest", missed, following - begin
            )
