"""Which gestures the strokes of a key are."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fably.core.types import Gesture
from fably.triggers.keystrokes import Keystrokes

D, S, H, L, V, R, B = (
    Gesture.DOWN, Gesture.SHORT, Gesture.HELD, Gesture.LONG, Gesture.VERY_LONG, Gesture.RELEASED, Gesture.DOUBLE,
)  # fmt: skip
LETTERS = {D: "D", S: "S", H: "H", L: "L", V: "V", R: "R", B: "2"}


def told(*times: float, end: float) -> list[Gesture]:
    keys = Keystrokes()
    return [gesture for at in times for gesture in keys.feed(" ", at)] + keys.until(end)


def held(seconds: float, first: float, next: float) -> list[float]:
    """The strokes of a key that is held: one, and from `first` on one each `next` seconds."""
    return [0.0, *(first + at * next for at in range(int((seconds - first) / next) + 1))]


@pytest.mark.parametrize(("first", "next"), [(0.25, 0.033), (0.5, 0.03), (0.66, 0.04), (0.375, 0.09)])
def test_a_key_that_is_held_is_held_however_fast_it_repeats(first: float, next: float) -> None:
    assert told(*held(1.5, first, next), end=9.0) == [D, H, R]
    assert told(*held(3.5, first, next), end=9.0) == [D, H, L, R]
    assert told(*held(8.5, first, next), end=9.0) == [D, H, L, V, R]


def test_taps() -> None:
    assert told(1.0, end=1.0) == [D]
    assert told(1.0, end=2.0) == [D, S]
    assert told(1.0, 1.2, end=1.2) == [D]
    assert told(1.0, 1.2, end=1.4) == [D, D, B]
    assert told(1.0, 1.3, 1.6, end=3.0) == [D, D, B, D, S]
    assert told(1.0, 2.0, end=3.0) == [D, S, D, S]


@given(st.lists(st.sampled_from([0.0, 0.03, 0.1, 0.2, 0.5, 0.8, 3.0]), max_size=80))
def test_whatever_is_typed_makes_sense(waits: list[float]) -> None:
    keys, now = Keystrokes(), 0.0
    found: list[Gesture] = []
    for wait in waits:
        now += wait
        found += keys.feed(" ", now)
    found += keys.until(now + 1)
    assert keys.due is None
    assert re.fullmatch(r"(DS|DD2|DH(LV?)?R)*", "".join(LETTERS[one] for one in found))
