"""Any WAV file becomes an utterance: every format, damaged ones too, and what is none is said to be none."""

import math
import os
import struct
import tracemalloc
from array import array
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fably.core.types import AudioFormat, Utterance
from fably.pcm.utterance import HIGHEST, LONGEST, read_utterance

LOUD = 0.5
HERTZ = 440


def sine(rate: int, seconds: float, level: float = LOUD) -> list[float]:
    return [level * math.sin(2 * math.pi * HERTZ * i / rate) for i in range(int(rate * seconds))]


def chunk(name: bytes, data: bytes, length: int | None = None, *, padded: bool = True) -> bytes:
    return name + struct.pack("<I", len(data) if length is None else length) + data + b"\0" * (padded and len(data) % 2)


def fmt(tag: int, width: int, rate: int, channels: int = 1, bits: int | None = None, more: bytes = b"") -> bytes:
    bits = width * 8 if bits is None else bits
    return chunk(b"fmt ", struct.pack("<HHIIHH", tag, channels, rate, rate * width * channels % 2**32, width * channels, bits) + more)


def riff(*chunks: bytes, name: bytes = b"RIFF") -> bytes:
    return name + struct.pack("<I", 4 + sum(map(len, chunks))) + b"WAVE" + b"".join(chunks)


def whole(bits: int, *, signed: bool = True) -> Callable[[float], bytes]:
    """What writes a sample from -1 to 1 as a whole number."""
    return lambda one: (round(one * (2 ** (bits - 1) - 1)) + (0 if signed else 128)).to_bytes(bits // 8, "little", signed=signed)


def a_law(one: float) -> bytes:
    """ITU-T G.711, by its definition: the nearest of the logarithmic steps."""
    size = abs(one)
    step = (87.6 * size if size < 1 / 87.6 else 1 + math.log(87.6 * size)) / (1 + math.log(87.6))
    return bytes([(min(127, int(step * 128)) | (0x80 if one >= 0 else 0)) ^ 0x55])


def mu_law(one: float) -> bytes:
    step = math.log(1 + 255 * abs(one)) / math.log(256)
    return bytes([~(min(127, int(step * 128)) | (0 if one >= 0 else 0x80)) & 0xFF])


def float32(one: float) -> bytes:
    return struct.pack("<f", one)


def float64(one: float) -> bytes:
    return struct.pack("<d", one)


# tag, bytes of a sample, how one is written, how far its level may be off
FORMATS: dict[str, tuple[int, int, Callable[[float], bytes], float]] = {
    "8 bit": (1, 1, whole(8, signed=False), 0.02),
    "16 bit": (1, 2, whole(16), 0.001),
    "24 bit": (1, 3, whole(24), 0.001),
    "32 bit": (1, 4, whole(32), 0.001),
    "float 32": (3, 4, float32, 0.001),
    "float 64": (3, 8, float64, 0.001),
    "A-law": (6, 1, a_law, 0.08),
    "mu-law": (7, 1, mu_law, 0.08),
}


def samples(of: Sequence[Sequence[float]], write: Callable[[float], bytes]) -> bytes:
    """The samples of several channels, side by side."""
    return b"".join(write(one) for frame in zip(*of, strict=True) for one in frame)


def utterance(path: Path, content: bytes) -> Utterance:
    path.write_bytes(content)
    return read_utterance(path)


def check_sine(got: Utterance, rate: int, seconds: float, level: float = LOUD, off: float = 0.02) -> None:
    """It is the tone that was written: its frequency, its level by root mean square, its length."""
    assert got.format == AudioFormat(rate)
    assert got.seconds == pytest.approx(seconds, abs=0.002)
    sound = array("h", got.pcm)
    assert (sum(one * one for one in sound) / len(sound)) ** 0.5 / 32_767 * math.sqrt(2) == pytest.approx(level, rel=off + 0.01)
    assert sum(1 for a, b in pairwise(sound) if a < 0 <= b) == pytest.approx(HERTZ * seconds, abs=1)
    assert abs(sum(sound) / len(sound)) < 260, "it is centred"


@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize("rate", [8_000, 22_050, 48_000])
@pytest.mark.parametrize("name", FORMATS)
def test_a_tone_is_the_same_tone_in_every_format(tmp_path: Path, name: str, rate: int, channels: int) -> None:
    tag, width, write, off = FORMATS[name]
    data = samples([sine(rate, 0.2)] * channels, write)
    got = utterance(tmp_path / "a.wav", riff(fmt(tag, width, rate, channels), chunk(b"data", data)))
    check_sine(got, rate, 0.2, off=off)


@pytest.mark.parametrize("rate", [48_001, 88_200, 96_000, 192_000])
def test_a_rate_that_no_recogniser_takes_is_brought_down(tmp_path: Path, rate: int) -> None:
    data = samples([sine(rate, 0.2)], whole(24))
    check_sine(utterance(tmp_path / "a.wav", riff(fmt(1, 3, rate), chunk(b"data", data))), HIGHEST, 0.2)


@pytest.mark.parametrize("name", FORMATS)
def test_the_extensible_header_names_the_same_formats(tmp_path: Path, name: str) -> None:
    tag, width, write, off = FORMATS[name]
    more = struct.pack("<HHIH14s", 22, width * 8, 4, tag, bytes.fromhex("000000001000800000aa00389b71"))
    got = utterance(tmp_path / "a.wav", riff(fmt(0xFFFE, width, 16_000, more=more), chunk(b"data", samples([sine(16_000, 0.2)], write))))
    check_sine(got, 16_000, 0.2, off=off)


@pytest.mark.parametrize(("bits", "width"), [(12, 2), (20, 3), (24, 4)])
def test_few_bits_in_a_wider_place_are_the_upper_ones(tmp_path: Path, bits: int, width: int) -> None:
    data = samples([sine(16_000, 0.2)], whole(width * 8))
    check_sine(utterance(tmp_path / "a.wav", riff(fmt(1, width, 16_000, bits=bits), chunk(b"data", data))), 16_000, 0.2)


SILENCE = [0.0] * 3_200
TONE = sine(16_000, 0.2)
UPSIDE_DOWN = [-one for one in TONE]
HISS = [0.002 * (-1) ** i for i in range(3_200)]


@pytest.mark.parametrize(
    "of",
    [
        (TONE, SILENCE),
        (SILENCE, TONE),
        (HISS, TONE),
        (TONE, UPSIDE_DOWN),
        (TONE, TONE, SILENCE, SILENCE),
        (*[SILENCE] * 7, TONE),
        (TONE,) * 64,
    ],
    ids=["left", "right", "hiss", "upside down", "two of four", "last of eight", "all of 64"],
)
def test_whichever_channel_has_the_voice_it_is_heard_as_loud_as_it_was(tmp_path: Path, of: tuple[list[float], ...]) -> None:
    data = samples(of, whole(16))
    check_sine(utterance(tmp_path / "a.wav", riff(fmt(1, 2, 16_000, len(of)), chunk(b"data", data))), 16_000, 0.2)


def test_silence_in_two_channels_is_silence(tmp_path: Path) -> None:
    got = utterance(tmp_path / "a.wav", riff(fmt(1, 2, 8_000, 2), chunk(b"data", bytes(400))))
    assert got == Utterance(bytes(200), AudioFormat(8_000))


def test_floats_that_are_too_loud_are_cut_and_those_that_are_no_numbers_are_silent(tmp_path: Path) -> None:
    data = b"".join(map(float32, (0.5, 2.0, -7.0, math.inf, -math.inf, math.nan, 1.0, -1.0)))
    got = utterance(tmp_path / "a.wav", riff(fmt(3, 4, 8_000), chunk(b"data", data)))
    assert array("h", got.pcm).tolist() == [16_383, 32_767, -32_767, 0, 0, 0, 32_767, -32_767]


FORMAT, DATA = fmt(1, 2, 16_000), samples([TONE], whole(16))


@pytest.mark.parametrize(
    "content",
    [
        riff(chunk(b"JUNK", bytes(28)), FORMAT, chunk(b"LIST", b"INFOISFT\5\0\0\0Fably\0"), chunk(b"fact", bytes(4)), chunk(b"data", DATA)),
        riff(FORMAT, chunk(b"odd ", b"abc"), chunk(b"data", DATA)),
        riff(FORMAT, chunk(b"odd ", b"abc", padded=False), chunk(b"data", DATA)),
        riff(FORMAT, chunk(b"data", DATA), chunk(b"LIST", b"INFO" + bytes(500))),
        riff(FORMAT, chunk(b"data", DATA, 0)),
        riff(FORMAT, chunk(b"data", DATA, 0xFFFFFFFF)),
        riff(FORMAT, chunk(b"data", DATA, 0x7FFFF000)),
        riff(FORMAT, chunk(b"data", DATA + b"\1")),
        riff(chunk(b"fmt ", FORMAT[8:] + bytes(40)), chunk(b"data", DATA)),
        riff(chunk(b"ds64", struct.pack("<QQQI", 0, len(DATA), 0, 0)), FORMAT, chunk(b"data", DATA + b"more", 0xFFFFFFFF), name=b"RF64"),
        riff(chunk(b"ds64", struct.pack("<QQQI", 0, 0, 0, 0)), FORMAT, chunk(b"data", DATA, 0xFFFFFFFF), name=b"BW64"),
    ],
    ids=["JUNK LIST fact", "odd", "odd without padding", "LIST behind", "0", "-1", "too long", "odd end", "long fmt", "RF64", "RF64 open"],
)
def test_what_stands_around_the_samples_does_not_matter(tmp_path: Path, content: bytes) -> None:
    got = utterance(tmp_path / "a.wav", content)
    assert got == Utterance(DATA, AudioFormat(16_000))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"ID3\4" + bytes(100), r"is an MP3; make a WAV of it: ffmpeg -i a\.wav a-2\.wav$"),
        (b"\xff\xfb\x90\x64" + bytes(100), "is an MP3; "),
        (b"\0\0\0\x20ftypM4A " + bytes(100), "is an M4A; "),
        (b"OggS\0\2" + bytes(100), "is an Ogg; "),
        (b"fLaC" + bytes(100), "is a FLAC; "),
        (b"FORM\0\0\0\0AIFF" + bytes(100), "is an AIFF; "),
        (b"caff\0\1" + bytes(100), "is a CAF; "),
        (b"#!AMR\n" + bytes(100), "is an AMR; "),
        (b"\x1a\x45\xdf\xa3" + bytes(100), "is a WebM; "),
        (b"hello, Fably, how are you?", "is no WAV file, nor any other sound that is known$"),
        (b"RIFF\0\0\0\0AVI ", "is no WAV file"),
        (b"RIFX" + riff(FORMAT)[4:], "is no WAV file"),
        (riff(), "has no samples"),
        (riff(FORMAT), "has no samples"),
        (riff(FORMAT, chunk(b"data", b"")), "has no samples"),
        (riff(FORMAT, chunk(b"data", b"\1")), "has no samples"),
        (riff(FORMAT, *[chunk(b"JUNK", b"")] * 5_000, chunk(b"data", DATA)), "has no samples"),
        (riff(chunk(b"data", DATA)), "does not say how its samples are to be read"),
        (riff(chunk(b"fmt ", FORMAT[8:18]), chunk(b"data", DATA)), "is damaged"),
        (riff(fmt(1, 2, 0), chunk(b"data", DATA)), "is damaged: it claims 0 samples a second"),
        (riff(fmt(1, 2, 4_000_000_000), chunk(b"data", DATA)), "is damaged: it claims 4000000000"),
        (riff(fmt(1, 2, 16_000, 0), chunk(b"data", DATA)), "is damaged"),
        (riff(fmt(1, 2, 16_000, 65_535 // 2), chunk(b"data", DATA)), "is damaged"),
        (riff(fmt(85, 2, 16_000), chunk(b"data", DATA)), r"is in a format \(85\) that is not known; convert it with: ffmpeg -i IN OUT.wav"),
        (riff(fmt(1, 8, 16_000), chunk(b"data", DATA)), r"is in a format \(1, 64 bit\) that is not known"),
        (riff(fmt(3, 2, 16_000), chunk(b"data", DATA)), r"is in a format \(3, 16 bit\) that is not known"),
        (riff(fmt(0xFFFE, 2, 16_000), chunk(b"data", DATA)), r"is in a format \(65534\) that is not known"),
    ],
)
def test_what_cannot_be_used_is_said_to_be_so(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(ValueError, match=says) as raised:
        utterance(tmp_path / "a.wav", content)
    assert type(raised.value) is ValueError
    assert str(tmp_path) not in str(raised.value), "the command line says which file"


def test_only_a_file_is_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(ValueError, match="is no regular file"):  # and at once: nobody ever writes to it
        read_utterance(tmp_path / "fifo")
    with pytest.raises(ValueError, match="is no regular file"):
        read_utterance(Path("/dev/zero"))
    with pytest.raises(IsADirectoryError):
        read_utterance(tmp_path)
    with pytest.raises(FileNotFoundError):
        read_utterance(tmp_path / "nothing.wav")


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (48_000, 2), (192_000, 1)])
def test_of_a_file_of_gigabytes_the_first_minute_is_read_and_not_more_is_held(tmp_path: Path, rate: int, channels: int) -> None:
    path = tmp_path / "long.wav"
    with path.open("wb") as file:
        file.write(riff(fmt(1, 2, rate, channels), chunk(b"data", b"", 2_000_000_000)))
        file.truncate(2_000_000_000)  # a hole: it takes no room
    tracemalloc.start()
    got = read_utterance(path)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert got.seconds == pytest.approx(LONGEST, abs=0.01)
    assert most < 3 * len(got.pcm) + 2_000_000


@given(
    st.sampled_from(sorted(FORMATS)),
    st.sampled_from([8_000, 11_025, 16_000, 44_100, 96_000]),
    st.integers(1, 5),
    st.lists(st.floats(-1, 1), max_size=60),
    st.integers(0, 400),
    st.binary(max_size=30),
)
def test_a_file_that_is_cut_anywhere_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, name: str, rate: int, channels: int, values: list[float], cut: int, junk: bytes
) -> None:
    tag, width, write, _off = FORMATS[name]
    data = chunk(b"data", samples([values] * channels, write))
    content = riff(chunk(b"JUNK", junk), fmt(tag, width, rate, channels), data)[: -cut or None]
    try:
        got = utterance(tmp_path_factory.getbasetemp() / "cut.wav", content)
    except ValueError as error:
        assert type(error) is ValueError  # noqa: PT017 - either is right
        return
    assert got.format == AudioFormat(min(rate, HIGHEST))
    assert 0 < len(got.pcm) <= 2 * len(values)


@given(
    st.one_of(
        st.binary(max_size=200),
        st.builds(lambda head, rest: riff(head) + rest, st.binary(max_size=60), st.binary(max_size=60)),
        st.builds(lambda head, data: riff(chunk(b"fmt ", head), chunk(b"data", data)), st.binary(max_size=44), st.binary(max_size=300)),
        st.builds(
            lambda tag, width, rate, channels, bits, data: riff(fmt(tag, width, rate, channels, bits), chunk(b"data", data)),
            st.sampled_from([1, 3, 6, 7, 0xFFFE]),
            st.integers(0, 9),
            st.integers(0, 200_000),
            st.integers(0, 70),
            st.integers(0, 72),
            st.binary(max_size=300),
        ),
    )
)
def test_garbage_is_read_or_refused_and_nothing_else(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    try:
        got = utterance(tmp_path_factory.getbasetemp() / "garbage.wav", content)
    except ValueError as error:
        assert type(error) is ValueError  # noqa: PT017 - either is right
        return
    assert got.pcm
    assert len(got.pcm) % 2 == 0
