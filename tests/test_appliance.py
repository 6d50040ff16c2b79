"""The life of the box, with a button that a test presses, an ear that hears what it is told, a cloud on loopback and a real sound card."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import pytest
from farm import Farm

from fably.appliance import Appliance, Around
from fably.assembly import storyteller
from fably.audio.turns import Turns
from fably.audio.volume import Volume
from fably.core.errors import AudioError, FablyError, NothingHeard
from fably.core.types import AudioFormat, Gesture, State, Utterance
from fably.hearing import Talk
from fably.library.catalogue import Catalogue
from fably.lights.none import NoLights
from fably.loudspeaker import loudspeaker
from fably.performing import Performance
from fably.remote import Began, Changed, News
from fably.saying import Voice
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


def test_a_press_a_wish_and_a_story(farm: Farm) -> None:
    async def scene(one: Room) -> AsyncGenerator[None, None]:
        one.button.press(*SHORT)
        await one.until(State.TELLING)
        await one.until(State.IDLE)
        yield

    one = play(farm, scene, SPEECH)
    assert one.states == [State.LISTENING, State.THINKING, State.TELLING, State.IDLE]
    assert one.said[0].startswith("Hello.")
    (entry,), _count = Catalogue(one.box.performance.teller.library.root).page()
    assert (entry.state, entry.query) == ("complete", farm.said)


def test_the_volume_is_turned_while_a_story_is_told_and_the_story_goes_on(farm: Farm) -> None:
    farm.pause, farm.goes_on = 0.02, True

    async def scene(one: Room) -> AsyncGenerator[None, None]:
        turned: list[int] = []
        one.volume.watch(turned.append)
        one.button.press(*SHORT)
        await one.until(State.TELLING)
        one.button.press(Gesture.LOUDER, Gesture.LOUDER, Gesture.SOFTER)
        await one.until(State.IDLE)
        one.button.press(*[Gesture.SOFTER] * 20)  # which ticks, and begins nothing
        while one.volume.now != one.volume.least:  # noqa: ASYNC110
            await asyncio.sleep(0.002)
        assert turned == [55, 60, 55, *range(50, 0, -5)]
        yield

    assert play(farm, scene, SPEECH).states == [State.LISTENING, State.THINKING, State.TELLING, State.IDLE]


def test_a_press_silences_and_the_next_goes_on_with_the_sentence(farm: Farm) -> None:
    farm.pause, farm.goes_on = 0.02, True

    async def scene(one: Room) -> AsyncGenerator[None, None]:
        one.button.press(*SHORT)
        await one.until(State.TELLING)
        one.button.press(*SHORT)
        await one.until(State.PAUSED)
        await asyncio.sleep(0.1)
        one.button.press(*SHORT)
        await one.until(State.TELLING)
        await one.until(State.IDLE)
        yield

    one = play(farm, scene, SPEECH)
    assert one.states[:4] == [State.LISTENING, State.THINKING, State.TELLING, State.PAUSED]
    assert one.states[-2:] == [State.TELLING, State.IDLE]
    (entry,), _count = Catalogue(one.box.performance.teller.library.root).page()
    assert entry.state == "complete"
    assert " ".join(one.box.performance.teller.library.story(entry.name).text.split()) == " ".join(farm.story.split())


@pytest.mark.parametrize(
    ("hears", "says", "told"),
    [
        ((NothingHeard("nobody"), SPEECH), "I did not hear you", True),
        ((NothingHeard("nobody"), NothingHeard("nobody")), "Then I will choose", True),
        ((AudioError("no microphone"),), "I cannot hear you", False),
    ],
    ids=["once", "twice", "microphone"],
)
def test_who_says_nothing_is_asked_once_more_and_gets_a_story_all_the_same(
    farm: Farm, hears: tuple[Utterance | FablyError, ...], says: str, told: bool
) -> None:
    async def scene(one: Room) -> AsyncGenerator[None, None]:
        one.button.press(*SHORT)
        await one.until(State.LISTENING)
        await one.until(State.TELLING if told else State.IDLE)
        await one.until(State.IDLE)
        await one.settled()
        yield

    one = play(farm, scene, *hears)
    assert any(sentence.startswith(says) for sentence in one.said)
    assert (State.TELLING in one.states) is told


def test_a_grown_up_is_told_what_a_child_hears_an_excuse_for(farm: Farm) -> None:
    async def scene(one: Room) -> AsyncGenerator[None, None]:
        one.button.press(*SHORT)
        await one.until(State.LISTENING)
        await one.until(State.IDLE)
        await one.settled()
        yield

    assert [str(fault) for fault in play(farm, scene, AudioError("no microphone")).complaints] == ["no microphone"]


def test_a_double_press_forgets_what_was_said(farm: Farm) -> None:
    async def scene(one: Room) -> AsyncGenerator[None, None]:
        one.button.press(*SHORT)
        await one.until(State.LISTENING)
        one.button.press(Gesture.DOWN, Gesture.DOWN, Gesture.DOUBLE)
        await one.until(State.IDLE)
        await one.settled()
        yield

    one = play(farm, scene)
    assert not farm.asked("/chat/completions")
    assert one.states == [State.LISTENING, State.IDLE]


def test_held_and_speaking_is_a_wish(farm: Farm) -> None:
    async def scene(one: Room) -> AsyncGenerator[None, None]:
        one.button.press(Gesture.DOWN, Gesture.HELD)
        await one.until(State.LISTENING)
        one.box._hearing.talk.heard.set()
        one.button.press(Gesture.RELEASED)
        await one.until(State.TELLING)
        await one.until(State.IDLE)
        yield

    assert play(farm, scene).states == [State.LISTENING, State.THINKING, State.TELLING, State.IDLE]


def test_held_and_speaking_in_the_middle_changes_the_story(farm: Farm) -> None:
    farm.pause, farm.said = 0.02, "a fox"

    async def scene(one: Room) -> AsyncGenerator[None, None]:
        one.button.press(*SHORT)
        await one.until(State.TELLING)
        farm.said, farm.pause, farm.story = "and a purple dragon comes", 0, "Then a purple dragon came by, and they all slept."
        one.button.press(Gesture.DOWN)
        await one.until(State.PAUSED)
        one.button.press(Gesture.HELD)
        await one.until(State.TELLING)
        await one.until(State.IDLE)
        yield

    one = play(farm, scene, SPEECH, SPEECH)
    (entry,), _count = Catalogue(one.box.performance.teller.library.root).page()
    assert (entry.state, entry.query) == ("complete", "a fox")
    story = one.box.performance.teller.library.story(entry.name)
    assert [change["wish"] for change in story.info["changes"]] == ["and a purple dragon comes"]
    assert "Then a purple dragon came by" in story.text


def test_a_story_that_is_told_again_and_silenced_goes_on_there_on_another_evening(farm: Farm) -> None:
    farm.pause, farm.goes_on = 0.01, True
    double = (Gesture.DOWN, Gesture.DOWN, Gesture.DOUBLE)

    async def silenced(one: Room) -> AsyncGenerator[None, None]:
        one.button.press(*SHORT)
        await one.until(State.TELLING)
        await one.until(State.IDLE)
        one.button.press(*double)
        await one.until(State.TELLING)
        while one.box.performance.place is None or one.box.performance.place.passage < 2:  # noqa: ASYNC110 - a place is looked at
            await asyncio.sleep(0.002)
        one.button.press(Gesture.DOWN, Gesture.HELD, Gesture.LONG, Gesture.RELEASED)
        await one.until(State.IDLE)
        await one.settled()
        yield

    async def next_evening(one: Room) -> AsyncGenerator[None, None]:
        began: list[int] = []
        one.box.watch(lambda news: began.append(news.passage.index) if isinstance(news, Began) else None)
        one.button.press(*double)
        await one.until(State.TELLING)
        await one.until(State.IDLE)
        assert began[0] == at
        one.button.press(*double)  # it has been told to its end: now it begins at its beginning
        await one.until(State.TELLING)
        assert began[-1] == 0
        yield

    place = play(farm, silenced, SPEECH).box.performance.place
    assert place is not None
    at = place.passage
    assert at >= 2
    play(farm, next_evening)


def test_hammered_it_lives_on(farm: Farm) -> None:
    async def scene(one: Room) -> AsyncGenerator[None, None]:
        for _ in range(25):
            one.button.press(*SHORT)
            await asyncio.sleep(0.01)
        one.button.press(Gesture.DOWN, Gesture.HELD, Gesture.LONG, Gesture.RELEASED)
        await one.until(State.IDLE)
        await one.settled()
        assert one.said[-1].startswith("Good night")
        one.button.press(*SHORT)
        await one.until(State.TELLING)
        yield

    play(farm, scene, *[SPEECH] * 40)


def test_it_greets_by_what_it_listens_for(farm: Farm) -> None:
    async def scene(one: Room) -> AsyncGenerator[None, None]:
        await one.settled()
        yield

    assert play(farm, scene, call="hey jarvis").said[0].startswith("Hello. Say hey jarvis")
    assert play(farm, scene).said[0].startswith("Hello. Press the button")
