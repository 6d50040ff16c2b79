"""A box that lives in a test, with a button that is pressed, an ear that hears what it is told, and whoever looks on."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

from farm import Farm

from fably.assembly import storyteller
from fably.audio.turns import Turns
from fably.audio.volume import Volume
from fably.box.appliance import Appliance, Around
from fably.box.hearing import Talk
from fably.box.performing import Performance
from fably.box.remote import Changed, News
from fably.box.saying import Voice
from fably.core.errors import FablyError
from fably.core.types import AudioFormat, Gesture, State, Utterance
from fably.lights.none import NoLights
from fably.loudspeaker import loudspeaker
from fably.settings import load

SPEECH = Utterance(b"\1\0" * 16_000, AudioFormat(16_000))
SHORT = (Gesture.DOWN, Gesture.SHORT)


class Button:
    """A trigger that a test presses."""

    def __init__(self) -> None:
        self._presses: asyncio.Queue[Gesture | None] = asyncio.Queue(100)

    def press(self, *gestures: Gesture | None) -> None:
        for one in gestures:
            self._presses.put_nowait(one)

    async def gestures(self) -> AsyncGenerator[Gesture, None]:
        while (gesture := await self._presses.get()) is not None:
            yield gesture


class Room:
    """The box, and everything around it."""

    def __init__(self, box: Appliance, button: Button, volume: Volume, states: list[State], said: list[str]) -> None:
        self.box, self.button, self.volume, self.states, self.said = box, button, volume, states, said
        self.complaints: list[FablyError] = []

    async def until(self, state: State) -> None:
        while self.box.state is not state:  # noqa: ASYNC110 - a state is looked at
            await asyncio.sleep(0.002)

    async def settled(self) -> None:
        """Wait until nothing is going on."""
        while self.box._stage.busy or self.box._signals.busy:  # noqa: ASYNC110
            await asyncio.sleep(0.002)


@asynccontextmanager
async def room(farm: Farm, *hears: Utterance | FablyError, call: str | None = None) -> AsyncIterator[Room]:
    """`hears` is what comes of each listening, in order; afterwards nobody says anything until the button says that it was all."""
    settings = load({}, {"FABLY_STATE_PATH": "state", **{f"FABLY_{one}_URL": farm.url for one in ("LLM", "TTS", "STT")}})
    button, states, said, left = Button(), list[State](), list[str](), list(hears)

    async def ear(talk: Talk) -> Utterance:
        if not left:
            await talk.done.wait()
            return SPEECH
        heard = left.pop(0)
        if isinstance(heard, FablyError):
            raise heard
        return heard

    async def spoken(sentence: str) -> AsyncGenerator[tuple[AudioFormat, bytes], None]:
        said.append(sentence)
        yield AudioFormat(24_000), bytes(480)

    async def rest(_performance: Performance) -> None:
        pass

    def shown(news: News) -> None:
        if isinstance(news, Changed):
            states.append(box.state)

    def complain(fault: FablyError) -> None:
        one.complaints.append(fault)

    volume = Volume(50, least=5)
    turns = Turns(partial(loudspeaker, settings, volume))
    async with storyteller(settings, lambda _sentence: None, speaker=turns.speaker) as teller:
        around = Around(button, ear, Voice("en", turns.speaker, spoken), NoLights(), volume, rest, settings, call, complain)
        box = Appliance(teller, around)
        box.watch(shown)
        one = Room(box, button, volume, states, said)
        life = asyncio.create_task(box.live())
        try:
            yield one
        finally:
            button.press(None)
            await life
    assert len(asyncio.all_tasks()) == 1


def play(farm: Farm, scene: Callable[[Room], AsyncGenerator[None, None]], *hears: Utterance | FablyError, call: str | None = None) -> Room:
    async def work() -> Room:
        async with room(farm, *hears, call=call) as one:
            async for _ in scene(one):
                pass
            return one

    return asyncio.run(work())
