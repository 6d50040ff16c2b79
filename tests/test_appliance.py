"""The life of the box, with a button that a test presses, an ear that hears what it is told, a cloud on loopback and a real sound card."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from farm import Farm
from lived import SHORT, SPEECH, Room, play

from fably import logs
from fably.box.remote import Began
from fably.core.errors import AudioError, FablyError, NothingHeard
from fably.core.types import Gesture, State, Utterance
from fably.kept_lines import NAME
from fably.library.catalogue import Catalogue


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


def test_what_was_perhaps_said_is_not_among_the_lines_that_are_kept(farm: Farm, tmp_path: Path) -> None:
    async def scene(one: Room) -> AsyncGenerator[None, None]:
        one.button.press(*SHORT)
        await one.until(State.TELLING)
        await one.until(State.IDLE)
        yield

    with logs.kept(tmp_path):
        play(farm, scene, NothingHeard("this was perhaps wished for: a canary"), SPEECH)
    kept = (tmp_path / NAME).read_text(encoding="utf-8")
    assert "nothing was heard" in kept
    assert "canary" not in kept


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
