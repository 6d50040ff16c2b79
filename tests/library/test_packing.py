"""Packing loses nothing, whatever the moment at which it ends; what was packed is told like anything else."""

import asyncio
import os
import random
import signal
import wave
from pathlib import Path

import psutil
import pytest
from farm import STORY, Farm

from fably.assembly import tidy
from fably.audio.compact import Compactor
from fably.commands.shelf import export, pack, play
from fably.core.errors import AudioError
from fably.library.packing import NEWEST, pack_old, pack_story
from fably.library.room import make_room
from fably.library.story import OPUS, WAV, Story, read_story
from fably.settings import Settings, load
from fably.terminal import tell_story

ROOT = Path("home/.local/state/fably/stories")


def settings_for(farm: Farm, **more: str) -> Settings:
    return load(
        {}, {"FABLY_LLM_URL": farm.url, "FABLY_OUTPUT": "out.wav", "FABLY_TTS_PROVIDER": "espeak", "HOME": str(Path.home()), **more}
    )


def stories() -> list[Story]:
    return [story for folder in sorted(ROOT.iterdir()) if folder.name[0] != "." and (story := read_story(folder))]


def sound(path: Path = Path("out.wav")) -> tuple[int, bytes]:
    with wave.open(str(path)) as read:
        return read.getframerate(), read.readframes(read.getnframes())


def children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


@pytest.fixture
def five(farm: Farm) -> list[Story]:
    """Five stories, told one after the other."""
    for number in range(5):
        tell_story(settings_for(farm), f"dragon {number}")
        (newest,) = (one for one in stories() if one.query == f"dragon {number}")
        os.utime(newest.folder / WAV, (1000 + number, 1000 + number))
    return stories()


def test_a_packed_story_sounds_the_same_and_takes_a_fraction(farm: Farm) -> None:
    tell_story(settings_for(farm), "a dragon")
    (story,) = stories()
    before, size = sound(), (story.folder / WAV).stat().st_size
    pack(settings_for(farm), [story.name])
    assert not (story.folder / WAV).exists()
    assert (story.folder / OPUS).stat().st_size < size / 10
    asked = len(farm.requests)
    assert play(settings_for(farm), story.name) == 0
    after = sound()
    assert len(farm.requests) == asked
    assert after[0] == before[0]
    assert abs(len(after[1]) - len(before[1])) <= 2 * 0.02 * after[0]
    export(settings_for(farm), story.name, Path("again.wav"))
    assert sound(Path("again.wav")) == after
    export(settings_for(farm), story.name, Path("again.opus"))
    assert Path("again.opus").stat().st_size > 1000
    export(settings_for(farm), story.name, Path("again.txt"))
    assert Path("again.txt").read_text(encoding="utf-8") == STORY + "\n"
    (packed,) = stories()
    assert (packed.text, len(packed.clips)) == (story.text, len(story.clips))
    assert packed.seconds == pytest.approx(story.seconds)


def test_when_idle_all_but_the_newest_are_packed_and_nothing_twice(five: list[Story], farm: Farm) -> None:
    asyncio.run(tidy(settings_for(farm)))
    packed = sorted(one.query for one in stories() if (one.folder / OPUS).exists())
    assert packed == [f"dragon {number}" for number in range(5 - NEWEST)]
    times = {one.name: (one.folder / OPUS).stat().st_mtime_ns for one in stories() if (one.folder / OPUS).exists()}
    asyncio.run(tidy(settings_for(farm)))
    assert times == {one.name: (one.folder / OPUS).stat().st_mtime_ns for one in stories() if (one.folder / OPUS).exists()}
    assert len(five) == 5


def test_sound_format_wav_packs_nothing(five: list[Story], farm: Farm) -> None:
    asyncio.run(tidy(settings_for(farm, FABLY_SOUND_FORMAT="wav")))
    assert [one for one in stories() if (one.folder / OPUS).exists()] == []
    assert len(five) == 5


def test_when_the_box_is_wanted_packing_ends_at_once_and_nothing_is_lost(five: list[Story], farm: Farm) -> None:
    async def scene() -> None:
        work = asyncio.create_task(tidy(settings_for(farm)))
        while not children():  # noqa: ASYNC110 - a child is no event of ours
            await asyncio.sleep(0.001)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        assert children() == []

    asyncio.run(scene())
    for before, after in zip(five, stories(), strict=True):
        assert (after.text, len(after.clips), after.seconds) == (before.text, len(before.clips), before.seconds)
        assert sorted(path.name for path in after.folder.iterdir()) == sorted(path.name for path in before.folder.iterdir())


def test_a_kill_while_packing_loses_nothing(farm: Farm) -> None:
    """The packing child, and the process that waits for it, at random moments."""
    chance = random.Random(3)  # noqa: S311
    tell_story(settings_for(farm), "a dragon")
    (before,) = stories()
    wav = (before.folder / WAV).read_bytes()
    for number in range(24):
        parent = os.fork()
        if parent == 0:
            try:
                asyncio.run(pack_story(before.folder, Compactor().pack))
            finally:
                os._exit(0)
        here = psutil.Process(parent)
        end = chance.uniform(0.0, 0.5)
        try:
            here.wait(end)
        except psutil.TimeoutExpired:
            victims = here.children() if number % 2 else [here]
            for victim in victims:
                victim.send_signal(signal.SIGKILL)
        os.waitpid(parent, 0) if psutil.pid_exists(parent) else None
        (after,) = stories()
        assert (after.text, after.complete, len(after.clips)) == (before.text, True, len(before.passages))
        assert after.seconds == pytest.approx(before.seconds)
        if (after.folder / WAV).exists():
            assert (after.folder / WAV).read_bytes() == wav
        else:  # it was packed: begin again
            (after.folder / WAV).write_bytes(wav)
            text = (after.folder / "info.yaml").read_text(encoding="utf-8")
            (after.folder / "info.yaml").write_text(text.replace(OPUS, WAV), encoding="utf-8")
            (after.folder / OPUS).unlink()


def test_a_plug_pulled_between_packing_and_taking_the_wav_away_is_put_right(farm: Farm) -> None:
    tell_story(settings_for(farm), "a dragon")
    (story,) = stories()
    wav = (story.folder / WAV).read_bytes()
    asyncio.run(pack_old(ROOT, Compactor().pack, newest=0))
    (story.folder / WAV).write_bytes(wav)
    asyncio.run(pack_old(ROOT, Compactor().pack, newest=0))
    assert not (story.folder / WAV).exists()
    assert len(stories()[0].clips) == len(story.clips)


def test_what_cannot_be_packed_stays_and_the_others_are_packed(farm: Farm) -> None:
    for wish in ("one", "two"):
        tell_story(settings_for(farm), wish)
    bad, good = sorted(stories(), key=lambda one: one.query)

    async def pack_one(wav: Path, opus: Path) -> None:
        if wav.parent == bad.folder:
            raise AudioError("no")
        await Compactor().pack(wav, opus)

    with pytest.raises(AudioError, match="no"):
        asyncio.run(pack_old(ROOT, pack_one, newest=0))
    assert (bad.folder / WAV).exists()
    assert not (good.folder / WAV).exists()


def test_the_room_for_sound_is_bounded_and_texts_and_favourites_stay(five: list[Story], farm: Farm) -> None:
    from fably.assembly import library

    sizes = [(one.folder / WAV).stat().st_size for one in five]
    shelf = library(settings_for(farm))
    shelf.set_favourite(five[0], True)
    for number, one in enumerate(five):
        os.utime(one.folder, (1000 + number, 1000 + number))
    assert make_room(ROOT, sum(sizes)) == 0
    assert make_room(ROOT, sizes[0] + sizes[3] + sizes[4] + 10) == 2
    with_sound = [one.query for one in stories() if one.clips]
    assert with_sound == ["dragon 0", "dragon 3", "dragon 4"]
    assert [one.text for one in stories()] == [STORY] * 5
    assert make_room(ROOT, 0) == 2, "the favourite keeps its own"
    play(settings_for(farm), five[2].name)
    assert [one.query for one in stories() if one.clips] == ["dragon 0", "dragon 2"], "spoken anew"


def test_after_a_story_there_is_no_more_sound_than_is_allowed(farm: Farm) -> None:
    for wish in ("one", "two", "three"):
        tell_story(settings_for(farm, FABLY_MAX_CACHE_SIZE="1.5M"), wish)
    assert sum(path.stat().st_size for path in ROOT.rglob(WAV)) <= 1_500_000
    assert len(stories()) == 3


def test_without_pyav_a_packed_story_is_spoken_anew(farm: Farm, monkeypatch: pytest.MonkeyPatch) -> None:
    tell_story(settings_for(farm), "a dragon")
    (story,) = stories()
    pack(settings_for(farm), [])
    assert not (story.folder / WAV).exists()
    monkeypatch.setattr("fably.assembly.find_spec", lambda _name: None)
    assert play(settings_for(farm), story.name) == 0
    assert len(sound()[1]) > 100_000
    assert (story.folder / WAV).exists()


def test_a_packed_file_that_is_broken_is_spoken_anew(farm: Farm, capsys: pytest.CaptureFixture[str]) -> None:
    tell_story(settings_for(farm), "a dragon")
    length = len(sound()[1])
    (story,) = stories()
    pack(settings_for(farm), [])
    (story.folder / OPUS).write_bytes(b"garbage" * 1000)
    assert play(settings_for(farm), story.name) == 0
    assert len(sound()[1]) == pytest.approx(length, rel=0.05)
    assert "It is spoken anew." in capsys.readouterr().err
