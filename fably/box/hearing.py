"""Gets a wish out of a child: listens, understands, and asks back where it is not sure."""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from fably.backends import Backends
from fably.box.saying import Voice
from fably.core.errors import FablyError, NothingHeard
from fably.core.types import State, Utterance
from fably.providers.fallback import FallbackTranscriber
from fably.telling.asking import understood

log = logging.getLogger(__name__)
ANSWER_SECONDS = 8.0
"""For a press that says yes, when the box asks whether that was the wish."""


class Talk:
    """One listening, as far as a button has a say in it."""

    def __init__(self) -> None:
        self.done = asyncio.Event()
        """That was all: it is over now."""
        self.held = asyncio.Event()
        """The button is held: a pause is no end."""
        self.wanted = asyncio.Event()
        """It has been held: somebody wants to be listened to, even if it has been let go since."""
        self.heard = asyncio.Event()
        """Somebody has spoken."""


class Ear(Protocol):
    """Listens to a child."""

    async def __call__(self, talk: Talk) -> Utterance:
        """What is said, until the child has finished. Raises `NothingHeard` and `AudioError`."""
        ...


class Hearing:
    """One wish after the other. `enter` is told of the state that each step is."""

    def __init__(self, ear: Ear, voice: Voice, enter: Callable[[State], None]) -> None:
        self._ear, self._voice, self._enter = ear, voice, enter
        self._answer: asyncio.Future[bool] | None = None
        self.talk = Talk()
        """The listening that is going on, or was the last."""

    def begin(self, *, held: bool = False) -> Talk:
        """A new listening; the last one has no more say."""
        self.talk = Talk()
        if held:
            self.hold()
        return self.talk

    def hold(self) -> None:
        """The button is held."""
        self.talk.held.set()
        self.talk.wanted.set()

    def answers(self) -> bool:
        """Whether a press was the answer to a question: yes."""
        if self._answer is None or self._answer.done():
            return False
        self._answer.set_result(True)
        return True

    async def wish(self, talk: Talk, backends: Backends, wanted: asyncio.Event | None = None) -> str | None:
        """What is wished for; None where nothing was said. Raises `FablyError`.

        Whoever is to understand it gets ready meanwhile, and then whoever is to tell it. `wanted` is set once it is known that somebody
        wants to be listened to; until then nothing comes of it, not even a fault.
        """
        understands = backends.listening()
        ready = asyncio.create_task(_ready(backends, understands, wanted))
        try:
            try:
                said = await self._ear(talk)
            except FablyError:
                await _until(wanted)
                raise
            await _until(wanted)
            self._enter(State.THINKING)
            return await understood(said, understands, backends, self._ask_back)
        except NothingHeard:
            log.info("nothing was heard, or nothing that was sure")  # not what: this line is kept, and that may be what a child said
            return None
        finally:
            ready.cancel()
            await asyncio.wait([ready])
            if understands is not None:
                await understands.aclose()

    async def _ask_back(self, wish: str) -> str | None:
        """Ask whether that was the wish: a press says yes."""
        answer = self._answer = asyncio.get_running_loop().create_future()
        self._enter(State.IDLE)  # a press is what is waited for
        try:
            await self._voice.say("was_it", wish=wish)
            async with asyncio.timeout(ANSWER_SECONDS):
                return wish if await answer else None
        except TimeoutError:
            return None
        finally:
            self._answer = None


async def _ready(backends: Backends, understands: FallbackTranscriber | None, wanted: asyncio.Event | None) -> None:
    await _until(wanted)
    await backends.ready(understands)


async def _until(wanted: asyncio.Event | None) -> None:
    if wanted is not None:
        await wanted.wait()
