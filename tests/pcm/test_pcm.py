"""WAV files that grow, and the arithmetic of samples."""

import asyncio
import io
import math
import wave
from array import array
from collections.abc import AsyncGenerator
from itertools import pairwise
from pathlib import Path

import pytest

from fably.core.types import AudioFormat
from fably.pcm.samples import fade_out, resampled, scaled
from fably.pcm.wav import HEADER, WavWriter, read_wav

FORMAT = AudioFormat(22_050)


def test_a_finished_file_is_what_every_program_reads(tmp_path: Path) -> None:
    path = tmp_path / "one.wav"
    with path.open("wb") as file:
        writer = WavWriter(file, FORMAT)
        writer.write(b"\1\2" * 1000)
        writer.finish()
    with wave.open(str(path)) as read:
        assert (read.getframerate(), read.getsampwidth(), read.getnchannels(), read.getnframes()) == (22_050, 2, 1, 1000)


def test_an_unfinished_file_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "torn.wav"
    with path.open("wb") as file:
        WavWriter(file, FORMAT).write(b"\1\2" * 5000 + b"\3")
    format, pieces = read_wav(path, 0.1)
    assert (format, b"".join(pieces)) == (FORMAT, b"\1\2" * 5000)


def test_what_cannot_seek_gets_a_length_that_means_to_the_end() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    pipe = Pipe()
    writer = WavWriter(pipe, FORMAT)
    writer.write(b"\1\2")
    writer.finish()
    assert pipe.getvalue()[40:44] == b"\xff\xff\xff\xff"
    assert pipe.getvalue()[HEADER:] == b"\1\2"


@pytest.mark.parametrize("content", [b"", b"RIFF", b"x" * 100, b"RIFF\0\0\0\0WAVEfmt " + bytes(20) + b"data" + bytes(8)])
def test_what_is_no_sound_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "no.wav").write_bytes(content)
    with pytest.raises(ValueError, match="no"):
        read_wav(tmp_path / "no.wav")


def test_scaling_keeps_and_halves() -> None:
    sound = array("h", [0, 1000, -1000, 32767]).tobytes()
    assert scaled(sound, 1.0) is sound
    assert array("h", scaled(sound, 0.5)).tolist() == [0, 500, -500, 16383]
    assert not any(scaled(sound, 0.0))


def test_a_fade_ends_in_silence_without_a_step() -> None:
    faded = array("h", fade_out(array("h", [10_000] * 480).tobytes()))
    assert faded[-1] == 0
    assert max(abs(a - b) for a, b in pairwise(faded)) <= 10_000 // 480 + 1


@pytest.mark.parametrize(("old", "new"), [(16_000, 24_000), (22_050, 24_000), (24_000, 22_050), (24_000, 24_000)])
def test_another_rate_is_the_same_sound(old: int, new: int) -> None:
    """A tone of 440 Hz stays one, and as long and as loud as it was, however it is cut into chunks."""

    async def source() -> AsyncGenerator[bytes, None]:
        for start in range(0, old, 777):
            end = min(start + 777, old)
            yield array("h", [int(8000 * math.sin(2 * math.pi * 440 * i / old)) for i in range(start, end)]).tobytes()

    async def scene() -> bytes:
        return b"".join([pcm async for pcm in resampled(source(), AudioFormat(old), AudioFormat(new))])

    samples = array("h", asyncio.run(scene()))
    crossings = sum(1 for a, b in pairwise(samples) if a < 0 <= b)
    assert abs(len(samples) - new) < new * 0.002
    assert abs(crossings - 440) <= 1
    assert 7600 < max(samples) <= 8000
