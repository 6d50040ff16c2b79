"""Every gesture in every state, at real pins: what must be true afterwards of state, light, sound, what the box says, and the library."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from bedroom import LONG_STORY, Bedroom, bedroom, play
from farm import Farm

from fably.box.appliance import Ending
from fably.core.types import Gesture, State
from fably.library.catalogue import Catalogue
from fably.triggers.table import TABLE

Does = Callable[[Bedroom], Awaitable[None]]
Told = Literal["nothing", "the wish", "another wish", "on", "from its start"]


@dataclass(frozen=True)
class Then:
    """What is true afterwards."""

    state: State
    says: tuple[str, ...] = ()
    """The lines and, in brackets, the chimes of the box, the one at the edge of the press included."""
    tells: Told = "nothing"
    """What is told from then on."""


async def wake_word(room: Bedroom) -> None:
    room.box.gesture(Gesture.WAKE_WORD)
    await room.passes(0.5)


DOES: dict[str, tuple[Gesture, Does]] = {
    "short": (Gesture.SHORT, Bedroom.short),
    "double": (Gesture.DOUBLE, Bedroom.double),
    "held": (Gesture.HELD, lambda room: room.holds(1.0)),
    "held and speaking": (Gesture.RELEASED, Bedroom.holds_and_speaks),
    "good night": (Gesture.LONG, lambda room: room.holds(3.2)),
    "shut down": (Gesture.VERY_LONG, lambda room: room.holds(8.2)),
    "wake word": (Gesture.WAKE_WORD, wake_word),
}
IDLE, L, TH, T, P = State.IDLE, State.LISTENING, State.THINKING, State.TELLING, State.PAUSED
LISTENS, THINKS, NEVER_MIND = "(listening)", "(thinking)", "(over)"
THEN: dict[tuple[State, str], Then] = {
    (IDLE, "short"): Then(L, (LISTENS,)),
    (IDLE, "double"): Then(IDLE, (LISTENS, "no_story")),
    (IDLE, "held"): Then(L, (LISTENS,)),
    (IDLE, "held and speaking"): Then(T, (LISTENS,), "the wish"),
    (IDLE, "good night"): Then(IDLE, (LISTENS, "good_night")),
    (IDLE, "shut down"): Then(IDLE, (LISTENS, "good_night", "off")),
    (IDLE, "wake word"): Then(L, (LISTENS,)),
    # who has said nothing is asked once more
    (L, "short"): Then(L, ("once_more", LISTENS)),
    (L, "double"): Then(IDLE, (NEVER_MIND,)),
    (L, "held"): Then(L, ("once_more", LISTENS)),
    (L, "held and speaking"): Then(T, (), "the wish"),
    (L, "good night"): Then(IDLE, ("good_night",)),
    (L, "shut down"): Then(IDLE, ("good_night", "off")),
    (L, "wake word"): Then(L),
    (TH, "short"): Then(TH, (THINKS,)),
    (TH, "double"): Then(IDLE, (THINKS, NEVER_MIND)),
    (TH, "held"): Then(T, (THINKS, LISTENS), "the wish"),
    (TH, "held and speaking"): Then(T, (THINKS, LISTENS), "another wish"),
    (TH, "good night"): Then(IDLE, (THINKS, LISTENS, "good_night")),
    (TH, "shut down"): Then(IDLE, (THINKS, LISTENS, "good_night", "off")),
    (TH, "wake word"): Then(L, (LISTENS,)),
    (T, "short"): Then(P),
    (T, "double"): Then(T, (), "from its start"),
    (T, "held"): Then(P, (LISTENS,)),
    (T, "held and speaking"): Then(T, (LISTENS,), "on"),  # with the wish worked in
    (T, "good night"): Then(IDLE, (LISTENS, "good_night")),
    (T, "shut down"): Then(IDLE, (LISTENS, "good_night", "off")),
    (T, "wake word"): Then(L, (LISTENS,)),
    (P, "short"): Then(T, (), "on"),
    (P, "double"): Then(T, (), "on"),
    (P, "held"): Then(T, (LISTENS,), "on"),
    (P, "held and speaking"): Then(T, (LISTENS,), "on"),
    (P, "good night"): Then(IDLE, (LISTENS, "good_night")),
    (P, "shut down"): Then(IDLE, (LISTENS, "good_night", "off")),
    (P, "wake word"): Then(L, (LISTENS,)),
}
FIRST, SECOND = "a dragon", "a fox and an owl"
"""What is understood before the gesture, and from it on."""
BEGINNING = LONG_STORY.partition("\n")[0]


def test_no_gesture_in_no_state_is_left_out() -> None:
    others = (Gesture.DOWN, Gesture.RELEASED, Gesture.LOUDER, Gesture.SOFTER)  # which belong to those, or have a button of their own
    known = {gesture for gesture, _does in DOES.values()}
    assert {(state, gesture) for state, gesture in TABLE if gesture not in others} <= {(state, one) for state in State for one in known}
    assert set(THEN) == {(state, does) for state in State for does in DOES}


async def reach(room: Bedroom, farm: Farm, state: State) -> None:
    """Bring a box that has just been switched on into `state`."""
    if state is not IDLE:
        await room.short()
        await room.settled(L)
    if state in (TH, T, P):
        await room.speaks()
        await room.settled(TH if state is TH else T)
        await room.until(lambda: farm.asked("/chat/completions"), "the wish is understood")
    if state is P:
        await room.short()
    await room.settled(state)


@pytest.mark.parametrize(("state", "does"), THEN, ids=lambda one: one.value if isinstance(one, State) else one.replace(" ", "-"))
def test_a_gesture(pins: Any, farm: Farm, card_file: Path, state: State, does: str) -> None:
    then = THEN[state, does]
    farm.story, farm.piece, farm.goes_on = LONG_STORY, 200, True
    if state is TH:  # the cloud hangs, and will not when it is asked again
        farm.script["chat"] = ["silent"]

    async def scene() -> None:
        async with bedroom(pins, farm.url, card_file, FABLY_POWER_OFF="yes") as room:
            farm.said = FIRST
            await reach(room, farm, state)
            told, said = list(room.began), len(room.said)
            farm.said = SECOND
            await DOES[does][1](room)
            await room.settled(then.state)
            assert tuple(room.said[said:]) == then.says
            match then.tells:
                case "on":
                    await room.until(lambda: room.began[room.begun_before :], "a passage")
                    assert room.began[room.begun_before] == room.began[room.begun_before - 1]
                case "nothing":
                    assert state is T or room.began == told
                case _:
                    await room.until(lambda: room.began.count(BEGINNING) == 1 + (state in (T, P)), "the beginning")
            if does == "shut down":
                await room.until(room.life.done, "it has ended")
                assert room.life.result() is Ending.OFF
            else:
                assert not room.life.done()

    play(scene)
    assert {(one.query, one.state) for one in Catalogue(Path("state", "stories")).page()[0]} == {
        (one, "partial") for one in shelf(state, then)
    }


def shelf(state: State, then: Then) -> set[str]:
    """What has been told in all."""
    before = {FIRST} if state in (T, P) else set[str]()
    return before | {"the wish": {FIRST if state is TH else SECOND}, "another wish": {SECOND}}.get(then.tells, set())
