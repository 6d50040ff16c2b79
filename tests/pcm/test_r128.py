"""The measure of loudness, at signals whose loudness is known (EBU Tech 3341, for one channel and for two)."""

import math
from array import array

import pytest

from fably.core.types import AudioFormat
from fably.pcm.r128 import Meter, loudness

RATES = [8_000, 16_000, 22_050, 24_000, 48_000]


def sine(decibels: float, seconds: float, rate: int, channels: int = 1, hertz: float = 997) -> bytes:
    top = 32767 * 10 ** (decibels / 20)
    wave = (round(top * math.sin(2 * math.pi * hertz * at / rate)) for at in range(int(seconds * rate)))
    return array("h", (one for sample in wave for one in [sample] * channels)).tobytes()


@pytest.mark.parametrize("rate", RATES)
def test_a_sine_of_997_hertz_is_as_loud_as_it_is_by_definition(rate: int) -> None:
    meter = Meter(AudioFormat(rate))
    meter.feed(sine(-23, 4, rate))
    # in two channels it is -23 LUFS, the definition; in one it has half the power
    for measured in (meter.momentary(), meter.short_term(), meter.integrated()):
        assert measured == pytest.approx(-26.01, abs=0.1)


def test_two_channels_add_up() -> None:
    assert loudness(sine(-23, 2, 48_000, channels=2), AudioFormat(48_000, channels=2)) == pytest.approx(-23, abs=0.1)


def test_the_gates_leave_out_what_is_soft() -> None:
    """Tech 3341, cases 3 and 4 in small: what lies around the programme, or is silence, does not make it softer."""
    rate = 8_000
    soft, loud, nothing = sine(-36, 4, rate), sine(-23, 20, rate), sine(-75, 4, rate)
    around = nothing + soft + loud + soft + nothing
    assert loudness(around, AudioFormat(rate)) == pytest.approx(-26.01, abs=0.1)


def test_the_ear_hears_little_of_what_is_low_and_more_of_what_is_high() -> None:
    heard = {hertz: loudness(sine(-20, 2, 48_000, hertz=hertz), AudioFormat(48_000)) or 0 for hertz in (25, 100, 997, 4_000)}
    # the table of BS.1770's curve
    assert heard[100] - heard[997] == pytest.approx(-1.8, abs=0.2)
    assert heard[4_000] - heard[997] == pytest.approx(3.2, abs=0.3)
    assert heard[25] < heard[997] - 8


def test_pieces_of_any_size_make_no_difference() -> None:
    rate = 16_000
    pcm = sine(-20, 1.55, rate) + bytes(rate) + sine(-30, 2, rate)
    meter = Meter(AudioFormat(rate))
    at, size = 0, 2
    while at < len(pcm):
        meter.feed(pcm[at : at + size])
        at, size = at + size, size * 3 % 5_002
    assert meter.integrated() == pytest.approx(loudness(pcm, AudioFormat(rate)))


def test_silence_has_no_loudness_nor_has_what_is_too_short() -> None:
    assert loudness(bytes(32_000), AudioFormat(16_000)) is None
    assert loudness(sine(-20, 0.35, 16_000), AudioFormat(16_000)) is None
    meter = Meter(AudioFormat(16_000))
    meter.feed(sine(-20, 1, 16_000))
    assert meter.short_term() is None
    assert meter.momentary() is not None
