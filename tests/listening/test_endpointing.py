"""When somebody has finished: scenes in frames of 20 ms, and anything that hypothesis can think of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fably.listening.endpointing import BURST, SENTENCE, WORD, Endpointer, Rules

FRAME = 0.02
RULES = Rules(pause=1.5, start=6, longest=15)


def scene(*parts: tuple[bool, float], rules: Rules = RULES) -> tuple[Endpointer, float | None]:
    """The endpointer after `parts`, each speech or not and its seconds, and when it said that it is over."""
    endpointer = Endpointer(rules)
    for is_speech, seconds in parts:
        for _ in range(round(seconds / FRAME)):
            if endpointer.feed(FRAME, is_speech):
                return endpointer, round(endpointer.now, 2)
    return endpointer, None


def test_the_end_is_a_pause_and_not_earlier() -> None:
    endpointer, over = scene((False, 1), (True, 2), (False, 9))
    assert over == 4.5
    assert endpointer.heard
    assert (round(endpointer.began or 0, 2), round(endpointer.ended, 2)) == (1, 3)


@pytest.mark.parametrize("pause", [0.3, 1.2, 1.48])
def test_a_child_who_thinks_in_the_middle_is_not_cut_off(pause: float) -> None:
    endpointer, over = scene((True, 1), (False, pause), (True, 1), (False, 9))
    assert over == round(2 + pause + 1.5, 2)
    assert endpointer.ended == pytest.approx(2 + pause)


def test_nobody_speaks() -> None:
    endpointer, over = scene((False, 20))
    assert over == 6
    assert not endpointer.heard


def test_a_click_is_nobody() -> None:
    endpointer, over = scene((False, 0.3), (True, 0.1), (False, 20))
    assert over == 6
    assert not endpointer.heard
    assert endpointer.began is None


def test_clicks_far_apart_do_not_add_up() -> None:
    clicks = ((True, 0.16), (False, 1.1)) * 4
    assert not scene(*clicks)[0].heard


def test_a_single_word_is_waited_for_twice_as_long() -> None:
    assert scene((True, 0.3), (False, 9))[1] == 3.3


def test_a_frame_that_was_mistaken_makes_nobody_wait() -> None:
    mistaken = ((False, 0.18), (True, 0.02)) * 50
    assert scene((True, 1), *mistaken)[1] == pytest.approx(2.5, abs=0.02)
    assert not scene(*mistaken)[0].heard


def test_who_begins_in_the_last_moment_is_heard_out() -> None:
    endpointer, over = scene((False, 5.9), (True, 2), (False, 9))
    assert over == 9.4
    assert endpointer.heard


def test_who_does_not_stop_is_stopped() -> None:
    assert scene((False, 2), (True, 60))[1] == 17


def test_what_is_neither_one_thing_nor_the_other_ends_too() -> None:
    flicker = ((True, 0.04), (False, 0.02)) * 1000
    assert scene(*flicker)[1] is not None


Parts = st.lists(st.tuples(st.booleans(), st.integers(1, 100).map(lambda frames: frames * FRAME)), max_size=12)


@given(Parts)
def test_it_always_ends_in_time(parts: list[tuple[bool, float]]) -> None:
    over = scene(*parts, (False, 30))[1]
    assert over is not None
    assert over <= RULES.start + RULES.longest + FRAME


@given(Parts)
def test_whatever_was_said_no_shorter_pause_is_the_end(parts: list[tuple[bool, float]]) -> None:
    endpointer, over = scene(*parts, (False, 30))
    if endpointer.heard and over is not None and over < (endpointer.began or 0) + RULES.longest:
        assert over - endpointer.ended >= RULES.pause - FRAME / 2


@given(st.integers(1, 74).map(lambda frames: frames * FRAME), st.integers(4, 100).map(lambda frames: frames * FRAME))
def test_speech_that_goes_on_within_the_pause_is_waited_for(pause: float, more: float) -> None:
    endpointer, _over = scene((True, 1), (False, pause), (True, more), (False, 9))
    assert endpointer.ended == pytest.approx(1 + pause + more)


def test_the_bounds_make_sense_together() -> None:
    assert BURST < WORD < SENTENCE < RULES.pause
