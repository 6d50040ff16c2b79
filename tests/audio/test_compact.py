"""Packed sound: what comes back, and what goes wrong. With the real PyAV, in the real child."""

import asyncio
import audioop
import math
import os
import random
import resource
from fractions import Fraction
from pathlib import Path

import pytest
from packing import assert_same, children, left, shift, speech, there_and_back, unpacked, wav

from fably.audio.compact import Compactor
from fably.core.errors import AudioError, MissingDependency
from fably.core.types import AudioFormat
from fably.pcm.wav import header
from fably.tts.espeak import EspeakVoice

RATES = [16_000, 22_050, 24_000, 48_000]
NOISE = random.Random(1).randbytes(100_000)  # noqa: S311


# ---- the sound -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", RATES)
def test_what_comes_back_is_the_same_sound_at_the_same_places(tmp_path: Path, rate: int) -> None:
    old = speech(rate)
    source = wav(tmp_path / "story.wav", old, AudioFormat(rate))
    new = asyncio.run(there_and_back(source, rate))
    assert_same(old, new, rate)
    for pause in range(2, 12, 2):
        assert audioop.max(new[int((pause - 0.4) * rate) * 2 : int((pause - 0.1) * rate) * 2], 2) < 50, "silence stays silent"
    assert source.with_suffix(".opus").stat().st_size < 12.5 * 4_000
    assert left(tmp_path) == {"story.wav", "story.opus"}


def test_a_voice_comes_back_as_it_was(tmp_path: Path) -> None:
    async def scene() -> None:
        voice = EspeakVoice(language="en", voice=None)
        said = [pcm async for pcm in voice.synthesize("Once upon a time, a small fox counted the stars, one by one, and could not sleep.")]
        old = b"".join(said)
        assert_same(old, await there_and_back(wav(tmp_path / "story.wav", old, voice.format), voice.format.rate), voice.format.rate)

    asyncio.run(scene())


@pytest.mark.parametrize("count", [129, 4_410, 22_049, 22_057])
def test_no_sample_more_or_less(tmp_path: Path, count: int) -> None:
    pcm = speech(22_050)[: count * 2]
    assert len(asyncio.run(there_and_back(wav(tmp_path / "story.wav", pcm, AudioFormat(22_050)), 22_050))) == count * 2


def test_a_file_of_a_killed_teller_is_packed_whole(tmp_path: Path) -> None:
    """The length in its header is open, and its last sample is torn."""
    source = tmp_path / "story.wav"
    source.write_bytes(header(AudioFormat(16_000), None) + speech(16_000) + b"\x05")
    assert_same(speech(16_000), asyncio.run(there_and_back(source, 16_000)), 16_000)


@pytest.mark.parametrize("start", [1, 22_050, 700_001, 60 * 22_050 - 5])
def test_a_story_goes_on_in_the_middle(packed: Path, start: int) -> None:
    async def scene() -> None:
        whole, rest = await unpacked(packed, 22_050), await unpacked(packed, 22_050, start)
        assert len(rest) == len(whole) - start * 2
        assert abs(shift(speech(22_050, 60), whole, 22_050, 58.1)) < 1, "nothing has drifted until then"
        assert audioop.max(audioop.add(rest[:4_000], audioop.mul(whole[start * 2 :][:4_000], 2, -1), 2), 2) < 100

    asyncio.run(scene())


def test_after_the_end_there_is_nothing(packed: Path) -> None:
    assert asyncio.run(unpacked(packed, 22_050, 60 * 22_050)) == b""
    assert asyncio.run(unpacked(packed, 22_050, 10**9)) == b""


def mp3(path: Path, pcm: bytes, rate: int, layout: str) -> Path:
    import av

    with av.open(str(path), "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=rate, layout=layout)
        for at in range(0, len(pcm), 4 * 1000):
            piece = pcm[at : at + 4 * 1000]
            frame = av.AudioFrame("s16", layout, len(piece) // 2)
            frame.sample_rate, frame.time_base, frame.pts = rate, Fraction(1, rate), at // 2
            frame.planes[0].update(piece if layout == "mono" else audioop.tostereo(piece, 2, 1, 1))
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("layout", ["mono", "stereo"])
def test_the_predecessors_mp3_is_unpacked_at_our_rate(tmp_path: Path, layout: str) -> None:
    file = mp3(tmp_path / "story.mp3", speech(24_000), 24_000, layout)
    old, _state = audioop.ratecv(speech(24_000), 2, 1, 24_000, 16_000, None)

    async def scene() -> None:
        new, rest = await unpacked(file, 16_000), await unpacked(file, 16_000, 70_001)
        assert abs(len(new) - len(old)) < 0.1 * 16_000 * 2
        assert abs(20 * math.log10(audioop.rms(new, 2) / audioop.rms(old, 2))) < 1
        assert all(abs(shift(old, new, 16_000, second)) < 5 for second in (0.1, 4.1, 10.1))
        assert len(rest) == len(new) - 140_002
        assert abs(shift(new[140_002:], rest, 16_000, 1.8)) < 0.1

    asyncio.run(scene())


# ---- what goes wrong -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (header(AudioFormat(22_050), 0), "story.wav cannot be packed: it holds no sound"),
        (header(AudioFormat(22_050), 1) + b"\1", "story.wav cannot be packed: it holds no sound"),
        (header(AudioFormat(22_050), 4) + b"\1\0\1\0", "story.wav cannot be packed: Invalid data"),  # too short for Opus
        (header(AudioFormat(22_050, 2, 2), 8_000) + bytes(8_000), "story.wav cannot be packed: only 16-bit mono"),
        (NOISE, "story.wav cannot be packed: .* is not a WAV file of Fably's"),
        (b"", "story.wav cannot be packed: .* is not a WAV file of Fably's"),
        (None, "story.wav cannot be packed: No such file or directory"),
    ],
)
def test_what_is_no_story_is_told_and_leaves_nothing(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    source = tmp_path / "story.wav"
    if content is not None:
        source.write_bytes(content)
    with pytest.raises(AudioError, match=sentence):
        asyncio.run(Compactor().pack(source, tmp_path / "story.opus"))
    assert left(tmp_path) == ({"story.wav"} if content is not None else set())


@pytest.mark.parametrize("content", [NOISE, b"", b"OggS" + bytes(5_000), b"#EXTM3U\nfile:///etc/passwd\n", None])
@pytest.mark.parametrize("name", ["story.opus", "story.mp3"])
def test_what_cannot_be_unpacked_is_told(tmp_path: Path, name: str, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(AudioError, match=f"^{name} cannot be unpacked: "):
        asyncio.run(unpacked(tmp_path / name, 22_050))
    assert children() == []


def test_a_torn_file_is_unpacked_up_to_the_tear(packed: Path) -> None:
    whole = asyncio.run(unpacked(packed, 22_050))
    packed.write_bytes(packed.read_bytes()[: packed.stat().st_size // 2])
    half = asyncio.run(unpacked(packed, 22_050))
    assert 0.4 * len(whole) < len(half) < 0.6 * len(whole)
    assert half[:1_000_000] == whole[:1_000_000]


def test_a_story_that_may_only_be_read_is_packed_and_left_alone(tmp_path: Path) -> None:
    source = wav(tmp_path / "story.wav", speech(16_000), AudioFormat(16_000))
    source.chmod(0o444)
    before = source.stat()
    asyncio.run(there_and_back(source, 16_000))
    after = source.stat()
    assert (before.st_mode, before.st_mtime_ns, before.st_size) == (after.st_mode, after.st_mtime_ns, after.st_size)


def test_a_place_where_nothing_can_be_written(story: Path) -> None:
    with pytest.raises(AudioError, match=r"^story\.wav cannot be packed: "):
        asyncio.run(Compactor().pack(story, Path("/proc/story.opus")))
    (story.parent / "folder").mkdir()
    with pytest.raises(AudioError, match="Is a directory"):
        asyncio.run(Compactor().pack(story, story.parent / "folder"))
    assert left(story.parent) == {"story.wav", "folder"}


def test_a_full_disk_leaves_nothing_and_what_was_there_stays(story: Path) -> None:
    """As full as a limit on the size of files makes it, which the child inherits."""
    (story.parent / "story.opus").write_bytes(b"of old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
    try:
        with pytest.raises(AudioError, match=r"^story\.wav cannot be packed: File too large"):
            asyncio.run(Compactor().pack(story, story.parent / "story.opus"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert left(story.parent) == {"story.wav", "story.opus"}
    assert (story.parent / "story.opus").read_bytes() == b"of old"


@pytest.mark.parametrize("change", ["louder", "shorter", "louder in the middle"])
def test_a_copy_that_differs_is_no_copy(tmp_path: Path, change: str) -> None:
    from fably.audio.opus import check

    old = audioop.mul(speech(16_000, 40), 2, 0.4)
    new = {
        "louder": audioop.mul(old, 2, 1.15),
        "shorter": old[:-1_000],
        "louder in the middle": old[:640_000] + audioop.mul(old[640_000:960_000], 2, 1.2) + old[960_000:],
    }[change]
    source, other = wav(tmp_path / "story.wav", old, AudioFormat(16_000)), wav(tmp_path / "other.wav", new, AudioFormat(16_000))
    asyncio.run(Compactor().pack(other, tmp_path / "story.opus"))
    check(other, tmp_path / "story.opus")
    with pytest.raises(ValueError, match="became" if change == "shorter" else "changed by"):
        check(source, tmp_path / "story.opus")


def test_what_opus_cannot_hold_is_not_packed(tmp_path: Path) -> None:
    """A constant level is no sound to Opus, so little of it comes back, and the WAV file stays."""
    source = wav(tmp_path / "story.wav", b"\x10\x10" * 32_000, AudioFormat(16_000))
    with pytest.raises(AudioError, match=r"^story\.wav cannot be packed: its level changed by \d+\.\d decibels"):
        asyncio.run(Compactor().pack(source, tmp_path / "story.opus"))
    assert left(tmp_path) == {"story.wav"}


@pytest.mark.parametrize("name", [" a 'b' \"c\"", "-rf", "--", "ölçü ß", "a\nb", "file:x", "%d", os.fsdecode(b"\xff")])
def test_any_name_will_do(name: str) -> None:
    pcm = speech(16_000, 2)
    source, opus = wav(Path(f"{name}.wav"), pcm, AudioFormat(16_000)), Path(f"{name}.opus")
    assert_same(pcm, asyncio.run(there_and_back(source, 16_000)), 16_000)
    opus.unlink()
    with pytest.raises(AudioError, match="cannot be unpacked: No such file or directory") as caught:
        asyncio.run(unpacked(opus, 16_000))
    assert "\n" not in str(caught.value)


def test_without_pyav_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Compactor().available()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert not Compactor().available()
    with pytest.raises(MissingDependency, match=r"pip install 'fably\[opus\]'"):
        asyncio.run(Compactor().pack(tmp_path / "a.wav", tmp_path / "a.opus"))
    with pytest.raises(MissingDependency, match=r"pip install 'fably\[opus\]'"):
        asyncio.run(unpacked(tmp_path / "a.opus", 16_000))
