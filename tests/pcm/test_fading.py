"""Loudness: what a percentage is to the ear, and changes of it that make no click."""

import math
from array import array
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fably.core.types import AudioFormat
from fably.pcm.fading import SECONDS, Fader
from fably.pcm.loudness import SILENCE, decibels, gain

RATE = 16_000
STEP = 320  # frames, as the loudspeaker writes them


def test_a_hundred_is_as_the_voice_made_it_and_zero_is_silence() -> None:
    assert gain(decibels(100)) == 1
    assert decibels(0) == SILENCE
    assert gain(SILENCE) == 0


def test_each_step_is_the_same_to_the_ear_and_the_softest_is_still_heard() -> None:
    steps = [decibels(percent + 5) - decibels(percent) for percent in range(5, 100, 5)]
    assert steps == pytest.approx([2.0] * 19)
    assert decibels(5) == pytest.approx(-38)


def played(fader: Fader, gains: list[float], level: int = 20_000) -> list[int]:
    """A steady level, so that each step between two samples is one of the loudness."""
    piece = array("h", [level] * STEP).tobytes()
    return [sample for one in gains for sample in array("h", fader.faded(piece, one))]


@given(st.lists(st.sampled_from([0.0, 0.0126, 0.1, 0.5, 1.0]), min_size=1, max_size=30))
def test_whatever_is_turned_there_is_never_a_click_and_the_last_word_counts(gains: list[float]) -> None:
    samples = played(Fader(AudioFormat(RATE)), gains + gains[-1:] * 3)
    assert max(abs(a - b) for a, b in pairwise(samples)) <= 20_000 / (SECONDS * RATE) + 1
    assert samples[-1] == pytest.approx(20_000 * gains[-1], abs=1)


def test_a_change_takes_fifty_milliseconds() -> None:
    samples = played(Fader(AudioFormat(RATE)), [1.0, 0.1, 0.1, 0.1])
    assert samples[STEP] < 20_000 < samples[STEP] + 30
    assert samples.index(2000) == pytest.approx(STEP + SECONDS * RATE, abs=2)


def test_speech_is_faded_and_not_bent() -> None:
    """A tone while it is turned: it is everywhere the old one times something between the two gains."""
    tone = [round(20_000 * math.sin(2 * math.pi * 440 * at / RATE)) for at in range(4 * STEP)]
    fader = Fader(AudioFormat(RATE))
    faded: list[int] = []
    for at, one in zip(range(0, len(tone), STEP), [1.0, 0.5, 0.5, 0.5], strict=True):
        faded += array("h", fader.faded(array("h", tone[at : at + STEP]).tobytes(), one))
    ratios = [new / old for old, new in zip(tone, faded, strict=True) if abs(old) > 2000]
    assert all(0.499 <= ratio <= 1 for ratio in ratios)
    assert all(later <= earlier + 0.001 for earlier, later in pairwise(ratios))


def test_both_sides_of_a_card_that_has_two_fade_together() -> None:
    piece = array("h", [10_000, -10_000] * STEP).tobytes()
    fader = Fader(AudioFormat(RATE, channels=2))
    fader.faded(piece, 1.0)
    samples = array("h", fader.faded(piece, 0.2))
    assert list(samples[::2]) == [-one for one in samples[1::2]]
    assert samples[-2] < 7000


def test_a_change_in_silence_counts_from_the_next_sound_on() -> None:
    fader = Fader(AudioFormat(RATE))
    silence = bytes(2 * STEP)
    assert played(fader, [1.0])[-1] == 20_000
    assert fader.faded(silence, 1.0) is silence
    assert set(played(fader, [0.1])) == {2000}
