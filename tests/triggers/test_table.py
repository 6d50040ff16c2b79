"""What the box does at which gesture."""

from itertools import product

import pytest

from fably.core.types import Gesture, State
from fably.triggers.table import NO_PRESS, TABLE, Act, Press, act

IDLE, LISTENING, THINKING, TELLING, PAUSED = State
REFINED = [one for one in Gesture if one not in (Gesture.DOWN, *NO_PRESS)]
AFTER = {IDLE: LISTENING, LISTENING: LISTENING, THINKING: PAUSED, TELLING: PAUSED, PAUSED: PAUSED}
"""The state that the DOWN of a press leads to."""


def test_every_pair_has_its_act() -> None:
    assert TABLE.keys() == set(product(State, Gesture))


def test_each_act_is_somebodys() -> None:
    assert set(TABLE.values()) == set(Act)


@pytest.mark.parametrize(
    ("gesture", "heard", "acts"),
    [
        (Gesture.SHORT, False, [Act.GO_ON_LISTENING, Act.FINISH_LISTENING, Act.GO_ON, Act.STAY_PAUSED, Act.GO_ON]),
        (Gesture.SHORT, True, [Act.GO_ON_LISTENING, Act.FINISH_LISTENING, Act.GO_ON, Act.STAY_PAUSED, Act.GO_ON]),
        (Gesture.HELD, False, [Act.TALK_WHILE_HELD] * 5),
        (Gesture.RELEASED, False, [Act.GO_ON_LISTENING, Act.FINISH_LISTENING, Act.GO_ON, Act.STAY_PAUSED, Act.GO_ON]),
        (Gesture.RELEASED, True, [Act.FINISH_LISTENING, Act.FINISH_LISTENING, Act.NEW_WISH, Act.NEW_WISH, Act.NEW_WISH]),
        (Gesture.DOUBLE, False, [Act.TELL_LAST_AGAIN, Act.CANCEL, Act.CANCEL, Act.FROM_THE_START, Act.NEXT_VOICE]),
        (Gesture.LONG, False, [Act.GOOD_NIGHT] * 5),
        (Gesture.LONG, True, [Act.NOTHING] * 5),
        (Gesture.VERY_LONG, False, [Act.SHUT_DOWN] * 5),
        (Gesture.VERY_LONG, True, [Act.NOTHING] * 5),
    ],
)
def test_what_a_press_comes_to(gesture: Gesture, heard: bool, acts: list[Act]) -> None:
    assert [act(AFTER[began], gesture, began, heard) for began in State] == acts


def test_the_edge_acts_by_the_state_alone() -> None:
    for began in State:
        wanted = [Act.OPEN_EAR, Act.GO_ON_LISTENING, Act.REASSURE, Act.SILENCE, Act.SILENCE]
        assert [act(state, Gesture.DOWN, began) for state in State] == wanted


def test_a_wake_word_is_a_wish_whatever_goes_on_but_a_listening() -> None:
    """While a story is told nobody listens for it unless that is set: tests/triggers/test_wake_word.py."""
    wanted = {state: Act.NOTHING if state is State.LISTENING else Act.GREET_AND_LISTEN for state in State}
    assert {state: Press().act(state, Gesture.WAKE_WORD) for state in State} == wanted


@pytest.mark.parametrize(("state", "gesture", "began", "heard"), list(product(State, REFINED, State, (False, True))))
def test_what_the_box_has_ended_meanwhile_is_not_begun_again(state: State, gesture: Gesture, began: State, heard: bool) -> None:
    found = act(state, gesture, began, heard)
    if state is IDLE:
        assert found in {Act.NOTHING, Act.GOOD_NIGHT, Act.SHUT_DOWN, TABLE[began, Gesture.DOUBLE]}
    if found in (Act.GO_ON_LISTENING, Act.FINISH_LISTENING):
        assert state is LISTENING


def test_a_double_press_is_about_what_was_when_the_first_of_them_began() -> None:
    press = Press()
    assert press.act(TELLING, Gesture.DOWN) is Act.SILENCE
    assert press.act(PAUSED, Gesture.DOWN) is Act.SILENCE
    assert press.act(PAUSED, Gesture.DOUBLE) is Act.FROM_THE_START
    assert press.act(TELLING, Gesture.DOWN) is Act.SILENCE  # a third one is a press of its own
    assert press.act(PAUSED, Gesture.SHORT) is Act.STAY_PAUSED


def test_good_night_and_then_nothing_but_shutting_down() -> None:
    press = Press()
    assert press.act(TELLING, Gesture.DOWN) is Act.SILENCE
    assert press.act(PAUSED, Gesture.HELD) is Act.TALK_WHILE_HELD
    assert press.act(LISTENING, Gesture.LONG) is Act.GOOD_NIGHT
    assert press.act(IDLE, Gesture.VERY_LONG) is Act.SHUT_DOWN
    assert press.act(IDLE, Gesture.RELEASED) is Act.NOTHING
    assert press.act(IDLE, Gesture.DOWN) is Act.OPEN_EAR


def test_two_triggers_at_once_are_one_press() -> None:
    press = Press()
    found = [press.act(IDLE, Gesture.DOWN), press.act(LISTENING, Gesture.DOWN)]
    found += [press.act(LISTENING, Gesture.SHORT), press.act(LISTENING, Gesture.SHORT)]
    assert found == [Act.OPEN_EAR, Act.GO_ON_LISTENING, Act.GO_ON_LISTENING, Act.NOTHING]


@pytest.mark.parametrize("state", State)
def test_the_volume_is_turned_in_any_state_and_in_the_middle_of_a_press(state: State) -> None:
    press = Press()
    press.act(state, Gesture.DOWN)
    assert press.act(AFTER[state], Gesture.LOUDER) is Act.LOUDER
    assert press.act(AFTER[state], Gesture.SOFTER) is Act.SOFTER
    assert press.act(AFTER[state], Gesture.LONG) is Act.GOOD_NIGHT
