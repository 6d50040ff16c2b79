"""The six digits that the box says."""

from pathlib import Path

import pytest
from clock import Clock

from fably.web.pairing import DAY, LIFE, MOST, TRIES, Pairing, TooManyCodes

FILE = Path("codes.json")


def wrong(digits: str) -> str:
    return f"{(int(digits) + 1) % 1_000_000:06}"


def test_who_has_heard_the_digits_comes_in_once() -> None:
    pairing = Pairing(FILE, Clock())
    asker, digits = pairing.begin()
    assert len(digits) == 6
    assert digits.isdigit()
    assert pairing.fits(asker, f"{digits[:3]} {digits[3:]}")
    assert not pairing.fits(asker, digits)


def test_there_are_three_tries() -> None:
    pairing = Pairing(FILE, Clock())
    asker, digits = pairing.begin()
    for _ in range(TRIES):
        assert pairing.waits_for(asker)
        assert not pairing.fits(asker, wrong(digits))
    assert not pairing.waits_for(asker)
    assert not pairing.fits(asker, digits)


def test_the_tries_of_somebody_else_do_not_count_and_their_guesses_do_not_help() -> None:
    pairing = Pairing(FILE, Clock())
    asker, digits = pairing.begin()
    for other in ("", "x", "ş", asker[:-1]):
        for _ in range(TRIES):
            assert not pairing.fits(other, digits)
    assert pairing.fits(asker, digits)


def test_digits_are_good_for_some_minutes() -> None:
    clock = Clock()
    pairing = Pairing(FILE, clock)
    asker, digits = pairing.begin()
    clock.now += LIFE + 1
    assert not pairing.fits(asker, digits)


def test_a_new_code_takes_the_place_of_the_old_one() -> None:
    pairing = Pairing(FILE, Clock())
    first, digits = pairing.begin()
    second, _ = pairing.begin()
    assert not pairing.fits(first, digits)
    assert pairing.waits_for(second)


def test_the_box_does_not_say_codes_all_day_not_even_when_the_page_begins_anew() -> None:
    clock = Clock()
    for _ in range(MOST):
        Pairing(FILE, clock).begin()
    with pytest.raises(TooManyCodes):
        Pairing(FILE, clock).begin()
    clock.now += DAY
    Pairing(FILE, clock).begin()


@pytest.mark.parametrize("content", ["", "{}", "[null]", "\0"])
def test_a_spoilt_file_of_codes_is_none(content: str) -> None:
    FILE.write_text(content, encoding="utf-8")
    assert Pairing(FILE, Clock()).begin()
