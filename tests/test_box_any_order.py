"""Gestures in any order: the box does what a small model of it says, and whatever is done to it, it comes to rest as what it shows."""

import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from bedroom import LONG_STORY, Bedroom, bedroom, play
from farm import Farm
from hypothesis import HealthCheck, Phase, example, given, settings

from fably.core.types import Gesture, State

DOES: dict[str, Callable[[Bedroom], Awaitable[None]]] = {
    "short": Bedroom.short,
    "double": Bedroom.double,
    "held": lambda room: room.holds(1.0),
    "held and speaking": Bedroom.holds_and_speaks,
    "good night": lambda room: room.holds(3.2),
    "speaks": Bedroom.speaks,
    "waits": lambda room: room.passes(0.2),
}
IDLE, LISTENING, TELLING, PAUSED = State.IDLE, State.LISTENING, State.TELLING, State.PAUSED
# no shrinking: an example takes a second, and its name says what it is
SMALL = settings(max_examples=8, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))


class Model:
    """What the box is to do, in a few lines: no story of this room ends, and nobody waits for long."""

    def __init__(self) -> None:
        self.state, self.asked, self.told = IDLE, False, False

    def does(self, what: str) -> State:
        before = self.state
        self.state = self._after(what)
        self.asked = before is self.state is LISTENING and (self.asked or what in ("short", "held"))
        self.told = self.told or self.state is TELLING
        return self.state

    def _after(self, what: str) -> State:
        match what, self.state:
            case ("good night", _) | ("double", State.LISTENING):
                return IDLE
            case ("waits", _) | ("speaks", State.IDLE | State.PAUSED):
                return self.state
            case ("speaks" | "held and speaking", _) | ("double", State.TELLING | State.PAUSED):
                return TELLING
            case "double", _:
                return TELLING if self.told else IDLE
            case _, State.LISTENING:  # who says nothing is asked once more, and then gets a story all the same
                return TELLING if self.asked else LISTENING
            case _, state:
                return {IDLE: LISTENING, TELLING: PAUSED, PAUSED: TELLING}[state]


def play_in(pins: Any, card: Path, does: Callable[[Bedroom, Farm], Awaitable[None]]) -> None:
    """Play a scene in a room, and a folder, of its own."""
    with pytest.MonkeyPatch.context() as patched, tempfile.TemporaryDirectory() as folder, Farm(story=LONG_STORY, goes_on=True) as farm:
        farm.piece = 200
        patched.chdir(folder)

        async def scene() -> None:
            async with bedroom(pins, farm.url, card) as room:
                await does(room, farm)

        play(scene)


@SMALL
@given(st.lists(st.sampled_from(sorted(DOES)), min_size=3, max_size=10))
def test_the_box_does_what_a_small_model_of_it_says(pins: Any, card_file: Path, does: list[str]) -> None:
    async def scene(room: Bedroom, farm: Farm) -> None:
        model = Model()
        for number, what in enumerate(does):
            farm.said = f"a fox and {number} owls"
            await DOES[what](room)
            await room.settled(model.does(what))

    play_in(pins, card_file, scene)


@SMALL
@given(
    st.lists(st.tuples(st.sampled_from(["down", "up", "says", "wakes"]), st.sampled_from([0.02, 0.1, 0.4, 2.0])), min_size=5, max_size=30)
)
@example([("says", 0.4), ("wakes", 0.1), ("wakes", 2.0), ("says", 0.4), ("says", 0.1), ("up", 2.0), *[("says", 0.4)] * 3])
def test_whatever_is_done_to_it_it_comes_to_rest_as_what_it_shows(pins: Any, card_file: Path, does: list[tuple[str, float]]) -> None:
    """Edges that come while it is about something, in every moment of it."""

    async def scene(room: Bedroom, _farm: Farm) -> None:
        acts: dict[str, Callable[[], object]] = {
            "down": room.down,
            "up": room.up,
            "says": room.child.says,
            "wakes": lambda: room.box.gesture(Gesture.WAKE_WORD),
        }
        for what, seconds in does:
            acts[what]()
            await room.passes(seconds)
        room.up()
        await room.passes(0.5)
        await room.agreed()
        room.child.falls_silent()
        await room.passes(20.0)  # who has spoken and then holds the button means a wish: that listening must be over
        await room.holds(3.2)  # and then it listens to a good night
        await room.settled(IDLE)

    play_in(pins, card_file, scene)
