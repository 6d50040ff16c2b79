"""The life of the box: idle, listening, thinking, telling, and again, for months.

One stream of gestures moves it, one function changes its state, and there is one task for whatever it does. A gesture waits for nothing:
what was going on is cancelled, falls silent at once, and is put away while the next thing begins.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Protocol

from fably.asking import wish_in
from fably.core.errors import FablyError, NothingHeard
from fably.core.protocols import Lights, Trigger
from fably.core.types import Passage, State, Utterance
from fably.library.story import Story, read_story
from fably.saying import Voice
from fably.story.pipeline import Outcome
from fably.story.prompt import cleaned
from fably.storyteller import Storyteller
from fably.triggers.table import Act, Press

log = logging.getLogger(__name__)
ANSWER_SECONDS = 8.0
"""For a press that says yes, when the box asks whether that was the wish."""


class Ear(Protocol):
    """Listens to a child."""

    async def __call__(self, talk: "Talk") -> Utterance:
        """What is said, until the child has finished. Raises `NothingHeard` and `AudioError`."""
        ...


class Talk:
    """One listening, as far as a button has a say in it."""

    def __init__(self) -> None:
        self.done = asyncio.Event()
        """That was all: it is over now."""
        self.held = asyncio.Event()
        """The button is held: a pause is no end."""
        self.heard = asyncio.Event()
        """Somebody has spoken."""


@dataclass
class Place:
    """Where a story was when it was silenced."""

    outcome: Outcome
    passage: int = 0
    """The index of the one that was heard last."""

    def story(self) -> Story | None:
        """The story as it is kept; None where nothing of it was."""
        return read_story(self.outcome.kept) if self.outcome.kept is not None else None


class Appliance:
    """The box. `watch` is told of each new state."""

    def __init__(
        self,
        teller: Storyteller,
        trigger: Trigger,
        ear: Ear,
        voice: Voice,
        lights: Lights,
        watch: Callable[[State], None] = lambda _state: None,
    ) -> None:
        self.teller, self._trigger, self._ear, self._voice, self._lights, self._watch = teller, trigger, ear, voice, lights, watch
        self._state, self._press = State.IDLE, Press()
        self._scene: asyncio.Task[None] | None = None
        self._talk = Talk()
        self._answer: asyncio.Future[bool] | None = None
        self._place: Place | None = None

    @property
    def state(self) -> State:
        return self._state

    def _enter(self, state: State) -> None:
        """The only place where the state changes."""
        if state is not self._state:
            log.debug("%s -> %s", self._state.value, state.value)
            self._state = state
            self._lights.show(state)
            self.teller.checkpoint(state.value)
            self._watch(state)

    async def live(self) -> None:
        """Greet, and then do what the gestures say, until there are no more of them."""
        self._lights.show(self._state)
        self._begin(self._greet())
        try:
            async with aclosing(self._trigger.gestures()) as gestures:
                async for gesture in gestures:
                    self._do(self._press.act(self._state, gesture, self._talk.heard.is_set()))
        finally:
            await self._ended(self._scene)

    def _do(self, what: Act) -> None:
        log.debug("%s", what.name)
        match what:
            case Act.OPEN_EAR | Act.GREET_AND_LISTEN if self._answers(yes=True):
                pass
            case Act.OPEN_EAR | Act.GREET_AND_LISTEN:
                self._listen()
            case Act.TALK_WHILE_HELD if self._state is State.LISTENING:
                self._talk.held.set()
            case Act.TALK_WHILE_HELD:
                self._listen(held=True)
            case Act.FINISH_LISTENING | Act.NEW_WISH:
                self._talk.done.set()
            case Act.SILENCE:
                self._silence(State.PAUSED)
            case Act.GO_ON:
                self._begin(self._again(from_the_start=False))
            case Act.FROM_THE_START:
                self._begin(self._again(from_the_start=True))
            case Act.TELL_LAST_AGAIN:
                self._begin(self._last())
            case Act.CANCEL:
                self._silence(State.IDLE)
            case Act.GOOD_NIGHT:
                self._begin(self._say("good_night"))
            case _:
                pass

    # ---- scenes ----------------------------------------------------------------------------------------------------------

    def _begin(self, scene: Coroutine[Any, Any, None]) -> None:
        """Have `scene` played as soon as the one before it has ended."""
        before = self._scene
        self._scene = asyncio.create_task(self._played(before, scene))

    def _silence(self, state: State) -> None:
        if self._scene is not None:
            self._scene.cancel()
        self._enter(state)

    @staticmethod
    async def _ended(scene: "asyncio.Task[None] | None") -> None:
        if scene is not None:
            scene.cancel()
            await asyncio.wait([scene])

    async def _played(self, before: "asyncio.Task[None] | None", scene: Coroutine[Any, Any, None]) -> None:
        try:
            await self._ended(before)
            await scene
        except asyncio.CancelledError:
            raise
        except FablyError as fault:
            await self._sorry(fault)
        except Exception as fault:  # a fault of ours: the box goes on all the same
            log.exception("something has gone wrong that nobody thought of")
            await self._sorry(fault)
        finally:
            scene.close()
        self._enter(State.IDLE)

    async def _greet(self) -> None:
        await self._voice.say("greeting")

    async def _say(self, line: str) -> None:
        self._enter(State.IDLE)
        await self._voice.say(line)

    async def _sorry(self, fault: Exception) -> None:
        log.debug("sorry: %r", fault)
        self._enter(State.IDLE)
        await self._voice.sorry(fault)

    def _listen(self, *, held: bool = False) -> None:
        talk = self._talk = Talk()
        if held:
            talk.held.set()
        self._begin(self._hear_and_tell(talk))
        self._enter(State.LISTENING)

    async def _hear_and_tell(self, talk: Talk) -> None:
        """Listen, understand, tell. Who says nothing is asked once more, and then gets a story all the same."""
        wish = await self._wish(talk)
        if wish is None:
            await self._voice.say("once_more")
            talk = self._talk = Talk()
            wish = await self._wish(talk)
        if wish is None:
            self._enter(State.THINKING)
            await self._voice.say("nobody")
        self._enter(State.THINKING)
        await self._tell(lambda outcome: self.teller.tell(cleaned(wish or ""), outcome))

    async def _wish(self, talk: Talk) -> str | None:
        """What is wished for; None where nothing was said. The microphone is open before the chime has ended: a child does not wait."""
        self._enter(State.LISTENING)
        chime = asyncio.create_task(self._voice.chime("listening"))
        try:
            said = await self._ear(talk)
            self._enter(State.THINKING)
            return await wish_in(said, self.teller.backends, self._ask_back)
        except NothingHeard as nothing:
            log.debug("nothing was heard: %s", nothing)
            return None
        finally:
            chime.cancel()
            await asyncio.wait([chime])

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

    def _answers(self, *, yes: bool) -> bool:
        """Whether a press was the answer to a question."""
        if self._answer is None or self._answer.done():
            return False
        self._answer.set_result(yes)
        return True

    async def _tell(self, tell: Callable[[Outcome], AsyncGenerator[Passage, None]], first: int = 0) -> None:
        place = self._place = Place(Outcome(), first)
        async with aclosing(tell(place.outcome)) as story:
            async for passage in story:
                self._enter(State.TELLING)
                place.passage = passage.index
        await self.teller.make_opener(place.outcome)

    async def _again(self, *, from_the_start: bool) -> None:
        """Go on with the story that was silenced, at the sentence that was being heard; or tell it from its start."""
        self._enter(State.THINKING)
        kept = await asyncio.to_thread(self._place.story) if self._place else None
        if kept is None:
            await self._last()
            return
        first = 0 if from_the_start or self._place is None else min(self._place.passage, len(kept.passages) - 1)
        await self._tell(lambda outcome: self.teller.again(kept, outcome, first=first), first)

    async def _last(self) -> None:
        """Tell the last story again, or what is missing of it."""
        self._enter(State.THINKING)
        kept = await asyncio.to_thread(self.teller.library.last)
        if kept is None:
            await self._voice.say("no_story")
            return
        first = 0 if kept.complete else len(kept.passages) - 1
        await self._tell(lambda outcome: self.teller.again(kept, outcome, first=first), first)
