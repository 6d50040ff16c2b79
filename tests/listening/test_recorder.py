"""Listening once: what is given, what is raised, what is closed, and what never touches the disk."""

import asyncio
import os
import sys
import tempfile
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeMicrophone
from rooms import RATE, Scene, at_level, noise, scene, silence, speech

from fably.core.errors import AudioError, NothingHeard
from fably.core.types import AudioFormat, Utterance
from fably.listening import keeping
from fably.listening.endpointing import Rules
from fably.listening.recorder import AROUND, listen

RULES = Rules()
SENTENCE = speech("tell me a story about a dragon and a princess", 0)
WRITING: list[str] = []
"""Files that anything in this process has opened to write."""
WATCHED: list[bool] = []


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if WATCHED and event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        WRITING.append(str(args[0]))


sys.addaudithook(_watch)  # for good: there is no way to remove it, so it looks only while it is wanted


def wish(**how: float) -> Scene:
    return scene(SENTENCE, "pink", **how)


def heard(microphone: FakeMicrophone, rules: Rules = RULES, **how: Any) -> Utterance:
    return asyncio.run(listen(microphone, rules, **how))


async def given(microphone: FakeMicrophone, pieces: int) -> None:
    """Wait until so many pieces were given."""
    while microphone.given < pieces:  # noqa: ASYNC110 - it is sound that is waited for
        await asyncio.sleep(0)


def event(is_set: bool = True) -> asyncio.Event:
    one = asyncio.Event()
    if is_set:
        one.set()
    return one


def test_what_was_said_with_half_a_second_around_it() -> None:
    one = wish(before=2.0)
    microphone = FakeMicrophone(one.pcm)
    utterance = heard(microphone)
    assert utterance.format == AudioFormat(RATE)
    at = one.pcm.find(utterance.pcm) / 32_000
    assert one.begin - AROUND - 0.1 <= at <= one.begin - AROUND + 0.2
    assert one.end + AROUND - 0.3 <= at + utterance.seconds <= one.end + AROUND + 0.2
    assert not microphone.is_open
    assert microphone.given < len(one.pcm) / 640, "it is not listened to once the wish is over"


@pytest.mark.parametrize("piece", [0.005, 0.03, 0.1, 1.0])
def test_pieces_of_any_length_come_to_the_same(piece: float) -> None:
    one = wish()
    assert heard(FakeMicrophone(one.pcm, piece)).pcm == heard(FakeMicrophone(one.pcm)).pcm


def test_who_speaks_at_once_loses_no_word() -> None:
    one = wish(before=0.0)
    assert one.pcm.startswith(heard(FakeMicrophone(one.pcm)).pcm)


def test_nobody() -> None:
    microphone = FakeMicrophone(at_level(noise("pink"), -60))
    with pytest.raises(NothingHeard):
        heard(microphone)
    assert microphone.given == 300, "six seconds"
    assert not microphone.is_open


def test_the_second_press_ends_it_at_once() -> None:
    async def scenery() -> tuple[Utterance, int]:
        done, spoken = asyncio.Event(), asyncio.Event()
        one = wish()
        microphone = FakeMicrophone(one.pcm)
        listening = asyncio.create_task(listen(microphone, RULES, done=done, heard=spoken))
        await spoken.wait()
        done.set()
        return await listening, microphone.given

    utterance, given = asyncio.run(scenery())
    assert given / 50 < 2.0, "in the middle of the sentence"
    assert 0.5 < utterance.seconds < 1.5


def test_done_before_the_room_is_known() -> None:
    one = wish(before=0.0)
    utterance = heard(FakeMicrophone(one.pcm[:16_000], 0.5), done=event())
    assert utterance.seconds == pytest.approx(0.5, abs=0.1)


def test_done_and_nothing_said() -> None:
    with pytest.raises(NothingHeard):
        heard(FakeMicrophone(at_level(noise("pink"), -60)), done=event())


def test_while_it_is_held_no_pause_is_the_end() -> None:
    said = SENTENCE + silence(5) + SENTENCE

    async def scenery() -> Utterance:
        held, done = event(), asyncio.Event()
        microphone = FakeMicrophone(scene(said, "pink", after=9).pcm)
        listening = asyncio.create_task(listen(microphone, Rules(longest=30), held=held, done=done))
        await given(microphone, int((len(said) / 32_000 + 6) * 50))
        done.set()
        return await listening

    assert asyncio.run(scenery()).seconds == pytest.approx(len(said) / 32_000 + 2 * AROUND, abs=0.4)


def test_of_a_speech_that_is_too_long_the_last_is_kept(caplog: pytest.LogCaptureFixture) -> None:
    one = scene(SENTENCE * 6, "pink", after=1)

    async def scenery() -> Utterance:
        held, done = event(), asyncio.Event()
        microphone = FakeMicrophone(one.pcm)
        listening = asyncio.create_task(listen(microphone, Rules(longest=5), held=held, done=done))
        await given(microphone, len(one.pcm) // 640 - 1)
        done.set()
        return await listening

    utterance = asyncio.run(scenery())
    assert 4 < utterance.seconds <= 6
    assert one.pcm.rfind(utterance.pcm) / 32_000 + utterance.seconds > one.end
    assert "spoke for too long" in caplog.text


def test_who_does_not_stop_is_stopped() -> None:
    microphone = FakeMicrophone(scene(SENTENCE * 6, "pink").pcm)
    assert heard(microphone, Rules(longest=4)).seconds <= 4 + AROUND
    assert microphone.given < 5.5 * 50


@pytest.mark.parametrize("value", [0, -1, 300])
def test_a_dead_microphone_is_told_of(value: int) -> None:
    microphone = FakeMicrophone(array("h", [value] * RATE * 20).tobytes())
    with pytest.raises(AudioError, match=r"gives nothing but silence: it is muted.*--microphone-device"):
        heard(microphone)
    assert microphone.given == 100, "two seconds"
    assert not microphone.is_open


def test_a_microphone_that_wakes_late_is_not_dead() -> None:
    one = wish()
    assert heard(FakeMicrophone(silence(1.5) + one.pcm)).seconds > one.end - one.begin


def test_a_microphone_that_fails_or_stops() -> None:
    with pytest.raises(AudioError, match="pulled out"):
        heard(FakeMicrophone(noise("pink")[:32_000], fault=AudioError("pulled out")))
    with pytest.raises(AudioError, match="has stopped"):
        heard(FakeMicrophone(noise("pink")[:32_000]))


def test_a_microphone_of_another_kind_is_refused() -> None:
    microphone = FakeMicrophone(b"")
    microphone.format = AudioFormat(44_100)
    with pytest.raises(AudioError, match="44100"):
        heard(microphone)


def test_who_listens_can_be_cancelled_and_the_microphone_is_closed() -> None:
    async def scenery() -> FakeMicrophone:
        microphone = FakeMicrophone(wish().pcm)
        listening = asyncio.create_task(listen(microphone, RULES))
        await given(microphone, 10)
        listening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await listening
        return microphone

    assert not asyncio.run(scenery()).is_open


def files(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        yield from folder.rglob("*")


def test_no_voice_touches_the_disk(tmp_path: Path) -> None:
    folders = (tmp_path, Path(tempfile.gettempdir(), "fably"), Path("/dev/shm"))  # noqa: S108
    before = set(files(*folders))
    WRITING.clear()
    WATCHED.append(True)
    try:
        heard(FakeMicrophone(wish().pcm))
        with pytest.raises(NothingHeard):
            heard(FakeMicrophone(at_level(noise("pink"), -60)))
    finally:
        WATCHED.clear()
    assert WRITING == []
    assert set(files(*folders)) == before


def test_what_is_to_be_kept_is_kept_as_a_wav(tmp_path: Path) -> None:
    import wave

    folder = tmp_path / "state" / "queries"
    WATCHED.append(True)
    try:
        utterance = heard(FakeMicrophone(wish().pcm), keep=folder)
        heard(FakeMicrophone(wish().pcm), keep=folder)
    finally:
        WATCHED.clear()
    assert WRITING, "the watching of the other test would see it"
    WRITING.clear()
    kept = sorted(folder.iterdir())
    assert len(kept) == 2
    assert all(path.name.startswith("wish-20") and path.suffix == ".wav" for path in kept)
    with wave.open(str(kept[0])) as file:
        assert file.getparams()[:3] == (1, 2, RATE)
        assert file.readframes(file.getnframes()) == utterance.pcm
    assert folder.stat().st_mode & 0o077 == 0, "nobody else's business"


def test_the_oldest_recordings_go_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST", 3)
    (tmp_path / "mine.wav").touch()
    for number in range(5):
        old = tmp_path / f"wish-2020-01-0{number}.wav"
        old.touch()
        os.utime(old, (number, number))
    heard(FakeMicrophone(wish().pcm), keep=tmp_path)
    names = sorted(one.name for one in tmp_path.glob("*.wav"))
    assert names[:3] == ["mine.wav", "wish-2020-01-03.wav", "wish-2020-01-04.wav"]
    assert len(names) == 4


def test_a_recording_that_cannot_be_kept_keeps_nobody_from_their_story(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").touch()
    assert heard(FakeMicrophone(wish().pcm), keep=tmp_path / "file").seconds > 1
    assert "cannot be kept" in caplog.text
