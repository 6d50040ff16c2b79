"""The life of the box: idle, listening, thinking, telling, and again, for months.

One stream of gestures moves it, one function changes its state, and there is one task for whatever it does. A gesture waits for nothing:
what was going on is cancelled, falls silent at once, and is put away while the next thing begins.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any

from fably.audio.volume import Volume
from fably.box.hearing import Ear, Hearing, Talk
from fably.box.performing import Performance
from fably.box.remote import Changed, Listener, News
from fably.box.saying import Voice
from fably.box.stage import Scene, Stage
from fably.core.errors import FablyError
from fably.core.protocols import Lights, Trigger
from fably.core.types import Gesture, State
from fably.settings import Settings
from fably.story.prompt import cleaned
from fably.telling.storyteller import Storyteller
from fably.triggers.table import Act, Press

log = logging.getLogger(__name__)
CHIME_AFTER, WORD_AFTER = 1.5, 4.0
"""Seconds of thinking after which a sound, and then a word, tells a child that something is coming."""
REPEATED_AFTER = 8.0
"""And after which the sound comes again, and again."""
TURNS = 5
"""Of the event loop, within which several triggers have been asked for their first gesture, and have their pins, or have failed."""
PAUSE_ENDS = 600.0
"""Seconds after which a pause is an end: whoever presses the next evening wants to be listened to."""


class Ending(Enum):
    """Why the life of a box ended."""

    ASKED = "a person has left"
    RESTART = "it is to begin anew, with what is set by then"
    OFF = "the computer is to be switched off"
    RENEWED = "another box has taken its place"


@dataclass(frozen=True)
class Around:
    """What a box needs beside a storyteller."""

    trigger: Trigger | None
    """None where it is only reached from afar."""
    ear: Ear
    voice: Voice
    lights: Lights
    volume: Volume
    rest: Callable[[Performance], Awaitable[None]]
    """What can be done while nobody needs the box; it is cancelled when somebody does."""
    settings: Settings
    call: str | None = None
    """The wake word, where one is listened for."""
    complain: Callable[[FablyError], None] = lambda _fault: None
    """Tells a grown-up why the child was told that something did not work."""


class Appliance:
    """The box."""

    def __init__(self, teller: Storyteller, around: Around) -> None:
        self._around, self._voice = around, around.voice
        self._state, self._press = State.IDLE, Press()
        self._stage, self._signals, self._hopes = Stage(), Stage(), Stage()
        self._hearing = Hearing(around.ear, around.voice, self.enter)
        self.performance = Performance(teller, around.voice, self.enter, self.news, self._stage.empty)
        self._listeners: list[Listener] = []
        self._over: asyncio.Future[Ending] | None = None

    @property
    def state(self) -> State:
        return self._state

    def enter(self, state: State) -> None:
        """The only place where the state changes."""
        if state is self._state:
            return
        log.debug("%s -> %s", self._state.value, state.value)
        self._state = state
        self._around.lights.show(state)
        self.performance.teller.checkpoint(state.value)
        if state is State.THINKING:
            self._hopes.begin(self._give_hope)
        elif state is not State.TELLING:  # which lets it finish its word
            self._hopes.clear()
        self.news(Changed())

    def watch(self, listener: Listener) -> Callable[[], None]:
        """Have `listener` told of everything from now on; what is given back ends that."""
        self._listeners.append(listener)
        return partial(self._listeners.remove, listener)

    def news(self, news: News) -> None:
        """Tell everybody who watches."""
        for listener in list(self._listeners):
            listener(news)

    async def live(self, ready: Callable[[], None] = lambda: None, *, greets: bool = True) -> Ending:
        """Greet, and then do what the gestures say, until there are no more of them or it is to end. `ready` is called as soon as the
        button works. Raises what the trigger does."""
        self._around.lights.show(self._state)
        self._over = asyncio.get_running_loop().create_future()
        if greets:
            self.begin(self._greet)
        pressed = asyncio.create_task(self._pressed())
        try:
            for _ in range(TURNS):
                await asyncio.sleep(0)
            if not pressed.done():
                ready()
            await asyncio.wait(_futures(pressed, self._over), return_when=asyncio.FIRST_COMPLETED)
            if self._over.done():
                return self._over.result()
            await pressed
            return Ending.ASKED
        finally:
            pressed.cancel()
            await asyncio.wait([pressed])
            for stage in (self._stage, self._signals, self._hopes):
                await stage.close()

    async def _greet(self) -> None:
        call = self._around.call
        await (self._voice.say("greeting") if call is None else self._voice.say("greeting_word", word=call))

    def end(self, why: Ending) -> None:
        """Have `live` return that."""
        if self._over is not None and not self._over.done():
            self._over.set_result(why)

    async def _pressed(self) -> None:
        if self._around.trigger is None:  # then it lives until it is ended
            await asyncio.get_running_loop().create_future()
            return
        async with aclosing(self._around.trigger.gestures()) as gestures:
            async for gesture in gestures:
                self.gesture(gesture)

    def gesture(self, gesture: Gesture) -> None:
        """Somebody has done this to it."""
        log.info("gesture: %s", gesture.value)
        self._do(self._press.act(self._state, gesture, self._hearing.talk.heard.is_set()))
        if gesture is Gesture.RELEASED:
            self._hearing.talk.held.clear()

    def _do(self, what: Act) -> None:
        log.debug("%s", what.name)
        match what:
            case Act.OPEN_EAR | Act.GREET_AND_LISTEN if not self._hearing.answers():
                self._listen()
            case Act.TALK_WHILE_HELD if self._state in (State.LISTENING, State.PAUSED):  # it has been listening since the edge
                self._hearing.hold()
                if self._state is State.PAUSED:
                    self.chime("listening")
                    self.enter(State.LISTENING)
            case Act.TALK_WHILE_HELD:
                self._listen(held=True)
            case Act.FINISH_LISTENING | Act.NEW_WISH:
                self._hearing.talk.done.set()
            case Act.SILENCE:
                self.pause()
            case Act.REASSURE:
                self.chime("thinking")
            case Act.STAY_PAUSED:
                self.stay_paused()
            case Act.GO_ON if self._state not in (State.THINKING, State.TELLING):
                self.resume()
            case Act.FROM_THE_START:
                self.begin(partial(self.performance.go_on, first=0), State.THINKING)
            case Act.TELL_LAST_AGAIN:
                self.begin(self.performance.last, State.THINKING)
            case Act.NEXT_VOICE:
                self.begin(self.performance.next_voice, State.THINKING)
            case Act.CANCEL:
                self.stop()
                self.chime("over")
            case Act.GOOD_NIGHT:
                self.begin(partial(self._voice.say, "good_night"), State.IDLE)
            case Act.LOUDER:
                self._turn(self._around.settings.volume_step)
            case Act.SOFTER:
                self._turn(-self._around.settings.volume_step)
            case Act.SHUT_DOWN if self._around.settings.power_off:
                self.begin(self._switch_off, State.IDLE)
            case _:
                pass

    def _turn(self, percent: int) -> None:
        """Be louder, or softer; where nothing else is heard a tick tells how loud that is."""
        self._around.volume.by(percent)
        if self._state not in (State.TELLING, State.LISTENING):  # an open microphone would take the tick for a child
            self.chime("tick")

    async def _switch_off(self) -> None:
        await self._voice.say("off")
        self.end(Ending.OFF)

    # ---- what is going on ------------------------------------------------------------------------------------------------

    def begin(self, scene: Scene, state: State | None = None) -> None:
        """Play `scene`, whatever was going on, in `state` at first."""
        self._stage.begin(partial(self._played, scene))
        if state is not None:
            self.enter(state)

    async def _played(self, scene: Scene) -> None:
        try:
            await scene()
        except Exception as fault:
            # a fault that is not one of ours is a mistake of ours: the box goes on all the same
            log.log(logging.DEBUG if isinstance(fault, FablyError) else logging.ERROR, "sorry", exc_info=True)
            self.enter(State.IDLE)
            if isinstance(fault, FablyError):
                self._around.complain(fault)
            await self._voice.sorry(fault)
        self.enter(State.IDLE)
        await self._around.rest(self.performance)

    def chime(self, name: str) -> None:
        """Play a chime over whatever is going on, as soon as that leaves the loudspeaker."""
        self._signals.begin(partial(self._voice.chime, name))

    async def _give_hope(self) -> None:
        """While the box thinks: a child who hears nothing presses again, or goes away."""
        await asyncio.sleep(CHIME_AFTER)
        await self._voice.chime("thinking")
        await asyncio.sleep(WORD_AFTER - CHIME_AFTER)
        if self._state is State.THINKING:
            await self._voice.say("thinking")
        while self._state is State.THINKING:
            await asyncio.sleep(REPEATED_AFTER)
            if self._state is State.THINKING:
                await self._voice.chime("thinking")

    def _listen(self, *, held: bool = False) -> None:
        if not held:  # who holds it may yet let it go without a word: then that goes on which was going on
            self.performance.place = None
        talk = self._hearing.begin(held=held)
        self.chime("listening")
        self.begin(partial(self._hear_and_tell, talk), State.LISTENING)

    async def _hear_and_tell(self, talk: Talk) -> None:
        """Listen, understand, tell. Who says nothing is asked once more, and then gets a story all the same."""
        await self._answer(await self._hearing.wish(talk, self.performance.teller.backends))

    async def _overhear(self, talk: Talk) -> None:
        """Listen from the edge of a press on, for it may be one that is held: what is said before that is known would be lost."""
        await self._answer(await self._hearing.wish(talk, self.performance.teller.backends, wanted=talk.wanted))

    async def _answer(self, wish: str | None) -> None:
        if wish is None:
            self.enter(State.IDLE)
            await self._voice.say("once_more")
            again = self._hearing.begin()
            self.chime("listening")
            self.enter(State.LISTENING)
            wish = await self._hearing.wish(again, self.performance.teller.backends)
        if wish is None and self.performance.place is None:  # else that goes on which was going on
            self.enter(State.THINKING)
            await self._voice.say("nobody")
        await self.performance.change(cleaned(wish or ""))

    def pause(self) -> None:
        """Silent, and ready to go on, or to listen."""
        self.begin(partial(self._overhear, self._hearing.begin()), State.PAUSED)

    def stay_paused(self) -> None:
        """Silent, and ready to go on; after some time that is an end."""
        self.begin(partial(asyncio.sleep, PAUSE_ENDS), State.PAUSED)

    def resume(self) -> None:
        """Go on with what was silenced, from the start of the same sentence; without that, listen."""
        if self.performance.place is None:
            self._listen()
        else:
            self.begin(self.performance.go_on, State.THINKING)

    def stop(self) -> None:
        """Never mind: silent, idle. The place is kept."""
        self.begin(_nothing, State.IDLE)


def _futures(*ones: asyncio.Future[Any]) -> list[asyncio.Future[Any]]:
    return list(ones)


async def _nothing() -> None:
    """Nothing at all."""
