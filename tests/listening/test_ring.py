"""Sound within bounds."""

import tracemalloc
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fably.core.types import AudioFormat
from fably.listening.ring import Ring

FORMAT = AudioFormat(100)  # a frame is a hundredth of a second


def numbers(first: int, last: int) -> bytes:
    return array("h", range(first, last)).tobytes()


def test_what_was_added_is_there_by_its_place() -> None:
    ring = Ring(FORMAT, 10)
    ring.add(numbers(0, 300))
    ring.add(numbers(300, 500))
    assert ring.between(1, 4) == numbers(100, 400)
    assert ring.between(-1, 0.5) == numbers(0, 50)
    assert ring.between(4, 99) == numbers(400, 500)


def test_the_oldest_makes_room_and_is_counted() -> None:
    ring = Ring(FORMAT, 2)
    for first in range(0, 500, 7):
        ring.add(numbers(first, first + 7))
    assert len(ring) == FORMAT.bytes_in(2)
    assert ring.dropped == 504 - 200
    assert ring.between(0, 99) == numbers(304, 504)


def test_what_nobody_wants_is_forgotten_and_not_counted() -> None:
    ring = Ring(FORMAT, 2)
    ring.add(numbers(0, 150))
    ring.forget_before(1)
    ring.forget_before(0.5)  # it has gone already
    assert (len(ring), ring.dropped) == (100, 0)
    ring.add(numbers(150, 200))
    assert ring.between(0, 2) == numbers(100, 200)
    ring.forget_before(99)
    assert len(ring) == 0


@given(st.lists(st.tuples(st.integers(1, 300), st.floats(-1, 40)), max_size=30))
def test_it_never_holds_more_than_it_may_nor_other_than_it_should(steps: list[tuple[int, float]]) -> None:
    ring, whole = Ring(FORMAT, 5), b""
    for count, place in steps:
        pcm = numbers(len(whole) // 2, len(whole) // 2 + count)
        whole += pcm
        ring.add(pcm)
        ring.forget_before(place)
        held = ring.between(0, 999)
        assert len(ring) == len(held) <= FORMAT.bytes_in(5)
        assert whole.endswith(held)


def test_six_minutes_take_no_more_memory_than_its_bound() -> None:
    format = AudioFormat(16_000)
    ring, piece = Ring(format, 15), bytes(format.bytes_in(0.02))
    tracemalloc.start()
    try:
        for _ in range(360 * 50):
            ring.add(piece)
        assert tracemalloc.get_traced_memory()[1] < 3 * format.bytes_in(15)
    finally:
        tracemalloc.stop()
    assert ring.dropped == pytest.approx(format.rate * (360 - 15))
