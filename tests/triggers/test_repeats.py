"""A button that does one thing, and does it again while it is held. No clock but the test's own."""

from hypothesis import given
from hypothesis import strategies as st

from fably.core.types import Gesture
from fably.triggers.repeats import FIRST, MOST, NEXT, Repeats

L = Gesture.LOUDER


def test_a_press_counts_at_once_and_only_once() -> None:
    repeats = Repeats(L)
    assert repeats.feed(True, 1.0) == [L]
    assert repeats.feed(False, 1.2) == []
    assert repeats.until(9.0) == []
    assert repeats.due is None


def test_held_it_counts_again_and_again_but_not_for_ever() -> None:
    repeats, times = Repeats(L), []
    now = 0.0
    assert repeats.feed(True, now) == [L]
    while (due := repeats.due) is not None:
        now = due
        times += [now] * len(repeats.until(now))
    assert times[:2] == [FIRST, FIRST + NEXT]
    assert len(times) == MOST - 1
    assert repeats.feed(False, now + 60) == []
    assert repeats.feed(True, now + 61) == [L], "the next press is as the first"


def test_what_was_missed_is_not_made_up_for() -> None:
    repeats = Repeats(L)
    assert repeats.feed(True, 0.0) == [L]
    assert repeats.until(4.0) == [L], "the loop was stuck for four seconds"
    assert repeats.due == 4.0 + NEXT


def test_a_contact_that_chatters_is_one_press() -> None:
    repeats = Repeats(L, bounce=0.02)
    edges = [(True, 0.0), (False, 0.001), (True, 0.002), (False, 0.1), (True, 0.101), (False, 0.102)]
    assert [one for down, at in edges for one in repeats.feed(down, at)] == [L]
    assert repeats.until(9.0) == []


def test_a_release_that_is_hidden_in_the_chatter_is_one_all_the_same() -> None:
    repeats = Repeats(L, bounce=0.02)
    assert repeats.feed(True, 0.0) == [L]
    assert repeats.feed(False, 0.01) == []
    assert repeats.until(9.0) == []
    assert repeats.due is None


@given(st.lists(st.tuples(st.booleans(), st.sampled_from([0.0, 0.005, 0.03, 0.3, 0.6, 20.0])), max_size=60))
def test_whatever_is_done_to_it_a_button_that_is_let_go_is_quiet(edges: list[tuple[bool, float]]) -> None:
    repeats, now, told, downs = Repeats(L), 0.0, 0, 0
    for down, wait in edges:
        now += wait
        told += len(repeats.feed(down, now))
        downs += down
    told += len(repeats.feed(False, now + 1))
    assert repeats.until(now + 100) == []
    assert repeats.due is None
    assert told <= downs * MOST
