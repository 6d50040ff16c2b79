"""Sound of any kind becomes 16-bit mono, wherever it is cut."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fably.core.types import AudioFormat
from fably.pcm.converting import Converter

kinds = st.builds(AudioFormat, st.sampled_from([8_000, 16_000, 22_050, 24_000, 44_100, 48_000]), st.integers(1, 4), st.integers(1, 2))


@given(kinds, st.binary(max_size=4000), st.lists(st.integers(0, 4000), max_size=9))
def test_where_the_chunks_are_cut_cannot_be_heard(kind: AudioFormat, pcm: bytes, cuts: list[int]) -> None:
    places = sorted({min(one, len(pcm)) for one in [0, *cuts, len(pcm)]})
    whole, pieces = Converter(22_050), Converter(22_050)
    assert b"".join(pieces.convert(pcm[a:b], kind) for a, b in pairwise(places)) == whole.convert(pcm, kind)


@given(kinds, st.integers(1, 3000))
def test_it_sounds_as_long_as_before(kind: AudioFormat, frames: int) -> None:
    made = Converter(22_050).convert(bytes(frames * kind.frame), kind)
    assert len(made) % 2 == 0
    assert len(made) / 2 / 22_050 == pytest.approx(frames / kind.rate, abs=2 / min(kind.rate, 22_050))


def test_sound_that_changes_its_kind_begins_anew() -> None:
    one = Converter(22_050)
    assert one.convert(b"\1\2\3", AudioFormat(22_050)) == b"\1\2"
    assert one.convert(b"\x80\xff", AudioFormat(22_050, 1)) == b"\0\0\0\x7f", "half a sample of the old kind is no sample of the new"


def test_silence_of_eight_bits_is_silent() -> None:
    assert set(Converter(22_050).convert(b"\x80" * 2205, AudioFormat(8_000, 1))) == {0}
