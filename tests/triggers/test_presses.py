"""Which gestures the edges of a button are."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fably.core.types import Gesture
from fably.triggers.presses import Presses, Timing

DOWN, SHORT, HELD, LONG, VERY_LONG, RELEASED, DOUBLE = (
    Gesture.DOWN, Gesture.SHORT, Gesture.HELD, Gesture.LONG, Gesture.VERY_LONG, Gesture.RELEASED, Gesture.DOUBLE,
)  # fmt: skip
LETTERS = {DOWN: "D", SHORT: "S", HELD: "H", LONG: "L", VERY_LONG: "V", RELEASED: "R", DOUBLE: "2"}
WELL_FORMED = re.compile(r"(DS|DD2|DH(LV?)?R)*")


def told(*edges: tuple[bool, float], end: float, timing: Timing | None = None) -> list[Gesture]:
    presses = Presses(timing or Timing())
    found = [gesture for down, at in edges for gesture in presses.feed(down, at)]
    return found + presses.until(end)


def pressed(*times: float) -> list[tuple[bool, float]]:
    """Down at the first, up at the second, and so on."""
    return [(at % 2 == 0, time) for at, time in enumerate(times)]


@pytest.mark.parametrize(
    ("times", "end", "gestures"),
    [
        ((1.0,), 1.0, [DOWN]),  # at once
        ((1.0, 1.2), 1.5, [DOWN]),  # not yet known
        ((1.0, 1.2), 1.56, [DOWN, SHORT]),
        ((1.0, 1.39), 9.0, [DOWN, SHORT]),
        ((1.0,), 1.41, [DOWN, HELD]),
        ((1.0, 1.5), 1.5, [DOWN, HELD, RELEASED]),
        ((1.0, 4.5), 4.5, [DOWN, HELD, LONG, RELEASED]),
        ((1.0,), 99.0, [DOWN, HELD, LONG, VERY_LONG]),
        ((1.0, 99.0), 99.0, [DOWN, HELD, LONG, VERY_LONG, RELEASED]),
        ((1.0, 1.2, 1.4), 1.4, [DOWN, DOWN, DOUBLE]),
        ((1.0, 1.2, 1.4, 1.5), 9.0, [DOWN, DOWN, DOUBLE]),
        ((1.0, 1.2, 1.4, 12.0), 12.0, [DOWN, DOWN, DOUBLE]),  # the second of a double means nothing else
        ((1.0, 1.2, 1.6, 1.7), 9.0, [DOWN, SHORT, DOWN, SHORT]),
        ((1.0, 1.1, 1.2, 1.3, 1.4, 1.5), 9.0, [DOWN, DOWN, DOUBLE, DOWN, SHORT]),
        ((1.0, 1.5, 1.6, 1.7), 9.0, [DOWN, HELD, RELEASED, DOWN, SHORT]),  # only a short one can be doubled
    ],
)
def test_gestures(times: tuple[float, ...], end: float, gestures: list[Gesture]) -> None:
    assert told(*pressed(*times), end=end) == gestures


def test_a_contact_that_chatters_is_one_press_from_its_first_touch() -> None:
    chatter = pressed(1.0, 1.001, 1.002, 1.004, 1.005)
    assert told(*chatter, end=1.005) == [DOWN]
    assert told(*chatter, (False, 1.2), (True, 1.201), (False, 1.203), end=9.0) == [DOWN, SHORT]


def test_a_touch_shorter_than_the_chatter_is_a_press_all_the_same() -> None:
    assert told(*pressed(1.0, 1.005), end=9.0) == [DOWN, SHORT]


def test_without_doubles_a_short_press_is_known_at_once() -> None:
    assert told(*pressed(1.0, 1.2), end=1.2, timing=Timing(double=0)) == [DOWN, SHORT]


def test_edges_that_are_none() -> None:
    assert told((False, 1.0), (False, 2.0), end=3.0) == []
    assert told((True, 1.0), (True, 1.1), (False, 1.2), (False, 1.25), end=3.0) == [DOWN, SHORT]


def test_it_says_when_it_wants_to_be_asked() -> None:
    presses = Presses()
    assert presses.due is None
    presses.feed(True, 1.0)
    assert presses.due == pytest.approx(1.4)
    assert presses.until(1.4) == [HELD]
    assert presses.due == pytest.approx(4.0)
    presses.feed(False, 2.0)
    assert presses.due is None
    presses.feed(True, 3.0)
    presses.feed(False, 3.1)
    assert presses.due == pytest.approx(3.45)


EDGES = st.lists(st.tuples(st.booleans(), st.sampled_from([0.0, 0.001, 0.015, 0.05, 0.2, 0.34, 0.36, 0.5, 2.7, 6.0, -0.1])), max_size=60)


@given(EDGES, st.sampled_from([0.0, 0.35]), st.sampled_from([0.0, 0.02]), st.booleans())
def test_whatever_is_done_to_it_makes_sense(edges: list[tuple[bool, float]], double: float, bounce: float, asked: bool) -> None:
    presses, now = Presses(Timing(double=double, bounce=bounce)), 100.0
    found: list[Gesture] = []
    presses_seen, contact = 0, False
    for down, wait in [*edges, (False, 1.0)]:
        now += wait
        if asked:  # it makes no difference whether somebody asks in between
            found += presses.until(now)
        found += presses.feed(down, now)
        presses_seen += down and not contact
        contact = down
    found += presses.until(now + 1.0)
    assert presses.due is None  # at rest, and nothing more to say
    assert presses.until(now + 1e6) == []
    assert WELL_FORMED.fullmatch("".join(LETTERS[one] for one in found)), found
    if bounce:
        assert found.count(DOWN) <= presses_seen
    else:
        assert found.count(DOWN) == presses_seen  # none is lost, and none is made up


@given(EDGES)
def test_asking_often_tells_the_same_as_asking_late(edges: list[tuple[bool, float]]) -> None:
    often, late, now = Presses(), Presses(), 0.0
    first: list[Gesture] = []
    second: list[Gesture] = []
    for down, wait in edges:
        for _ in range(7):
            now += max(wait, 0) / 7
            first += often.until(now)
        first += often.feed(down, now)
        second += late.feed(down, now)
    assert first + often.until(now + 9) == second + late.until(now + 9)
