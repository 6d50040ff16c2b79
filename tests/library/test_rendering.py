"""Stories that are spoken ahead, with espeak and with the real Piper: the old sound stays until the new one is whole, whatever happens."""

import fcntl
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import wave
from pathlib import Path

import psutil
import pytest
from next_door import VOICE, needs_piper
from peers import Peers

from fably.core.errors import LibraryError
from fably.library.rendering import NOTES, PART, Rendering
from fably.library.story import OPUS, RENDERED, WAV, Story, read_story

ROOT = Path("state/stories")
PIPER = ("--tts-provider", "piper")
KILLS = 10


def command(*args: str) -> list[str]:
    return [sys.executable, "-m", "fably", *args]


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"STATE_PATH": "state", "SEED": "7", "OPENER": "no"}.items():
        monkeypatch.setenv(f"FABLY_{name}", value)


def fably(*args: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command(*args), capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def voices(peers: Peers) -> None:
    folder = Path("state/voices")
    folder.mkdir(parents=True)
    peers.tiny_voice(folder.absolute(), VOICE)


@pytest.fixture
def slow_voice(voices: None, peers: Peers) -> None:
    """A voice that takes its time, so that there are many moments to be stopped at."""
    peers.tiny_voice(Path("state/voices").absolute(), VOICE, samples=1024)


@pytest.fixture
def fox() -> Story:
    """A story that espeak has told."""
    assert fably("a fox", "--output", "out.wav").returncode == 0
    return only()


def stories() -> list[Story]:
    return [story for folder in sorted(ROOT.iterdir()) if folder.name[0] != "." and (story := read_story(folder))]


def only() -> Story:
    (story,) = stories()
    return story


def sound(path: Path | str) -> tuple[int, bytes]:
    with wave.open(str(path)) as read:
        return read.getframerate(), read.readframes(read.getnframes())


def is_whole(story: Story) -> bool:
    return 0 < len(story.passages) == len(story.clips)


@needs_piper
def test_what_espeak_had_to_tell_is_told_by_piper_after_it_was_spoken_ahead(voices: None, fox: Story, card_file: Path) -> None:
    done = fably("stories", "render", fox.name[:5], *PIPER)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert f"{fox.name}: 100 %" in done.stderr
    assert "of sound in" in done.stderr.splitlines()[-1]
    assert not card_file.exists(), "it never plays"
    story = only()
    assert (story.name, story.text, story.complete, is_whole(story)) == (fox.name, fox.text, True, True)
    assert (story.info["tts_provider"], story.info["tts_voice"]) == (["piper"], VOICE)
    assert {path.name for path in story.folder.iterdir()} & {WAV, RENDERED, OPUS, NOTES, PART} == {RENDERED}

    for words in (["a fox"], ["stories", "play", fox.name]):
        done = fably(*words, *PIPER, "--output", "out.wav")
        assert done.returncode == 0, done.stderr
        assert sound("out.wav") == sound(story.folder / RENDERED)
    assert only().name == fox.name

    done = fably("a fox", "--output", "out.wav")
    assert done.returncode == 0
    assert len(stories()) == 2, "by espeak it is another story again"
    assert sorted(story.info["tts_provider"] for story in stories()) == [["espeak"], ["piper"]]


@needs_piper
def test_nothing_is_spoken_twice_and_another_voice_takes_its_turn(voices: None, fox: Story) -> None:
    first = sound(fox.folder / WAV)
    assert fably("stories", "render", "--all", *PIPER).returncode == 0
    before = (fox.folder / RENDERED).stat().st_mtime_ns
    done = fably("stories", "render", "--all", *PIPER)
    assert (done.returncode, done.stderr) == (0, "There is nothing to speak: every story has its sound by this voice.\n")
    assert (fox.folder / RENDERED).stat().st_mtime_ns == before
    usual = len(sound(fox.folder / RENDERED)[1])
    assert fably("stories", "render", "--all", *PIPER, "--tts-length-scale", "1.5").returncode == 0
    assert len(sound(fox.folder / WAV)[1]) == pytest.approx(usual * 1.5, rel=0.01)
    assert not (fox.folder / RENDERED).exists()
    assert fably("stories", "render", "--all").returncode == 0
    assert sound(fox.folder / RENDERED) == first, "the same as when espeak told it"
    assert only().info["told_as"] == fox.name, "and found for the same wish again"
    assert fably("a fox", "--output", "out.wav").returncode == 0
    assert only().name == fox.name


def test_a_packed_story_is_spoken_anew_and_packed_again(fox: Story) -> None:
    assert fably("stories", "pack").returncode == 0
    assert (fox.folder / OPUS).exists()
    assert fably("stories", "render", fox.name, "--tts-voice", "gmw/en-GB-x-rp").returncode == 0
    assert {path.name for path in fox.folder.iterdir()} & {WAV, RENDERED, OPUS} == {WAV}
    length = len(sound(fox.folder / WAV)[1])
    assert fably("stories", "render", fox.name).returncode == 0
    assert {path.name for path in fox.folder.iterdir()} & {WAV, RENDERED, OPUS} == {RENDERED}
    assert fably("stories", "render", fox.name, "--tts-voice", "gmw/en-GB-x-rp").returncode == 0
    assert len(sound(fox.folder / WAV)[1]) == length
    assert fably("stories", "render", fox.name).returncode == 0
    done = fably("stories", "pack")
    assert done.stderr == "Stories packed: 1.\n"
    assert {path.name for path in fox.folder.iterdir()} & {WAV, RENDERED, OPUS} == {OPUS}
    assert is_whole(only())
    assert fably("stories", "export", fox.name, "out.wav").returncode == 0
    assert len(sound("out.wav")[1]) > 100_000


def started(*args: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(command("stories", "render", *args), stderr=subprocess.PIPE, text=True)


def passages_made(story: Story) -> int:
    try:
        return len(json.loads((story.folder / NOTES).read_text())["ends"])
    except OSError:
        return 0


def until_passages(process: "subprocess.Popen[str]", story: Story, count: int) -> None:
    """Wait until so many are whole, or it has ended."""
    while process.poll() is None and passages_made(story) < count:
        time.sleep(0.001)


@needs_piper
def test_killed_at_any_moment_the_story_has_a_whole_sound_and_goes_on_where_it_was(slow_voice: None, fox: Story) -> None:
    shutil.copytree(fox.folder, "before")
    old = sound(fox.folder / WAV)
    assert fably("stories", "render", fox.name, *PIPER).returncode == 0
    wanted = sound(fox.folder / RENDERED)

    def before() -> None:
        shutil.rmtree(fox.folder)
        shutil.copytree("before", fox.folder)

    before()
    chance = random.Random(5)  # noqa: S311
    gone_on = 0
    for number in range(KILLS):
        made = passages_made(fox)
        process = started(fox.name, *PIPER)
        count = len(fox.passages)
        until_passages(process, fox, count if number % 3 == 2 else min(count, made + chance.randint(1, count // 3)))
        time.sleep(chance.uniform(0, 0.02))
        if made == count:  # only the end is missing, in which there is a moment too
            process.wait() if number % 2 else time.sleep(chance.uniform(0.2, 0.6))
        process.kill()
        _out, said = process.communicate()
        gone_on += "goes on after" in said
        story = only()
        assert is_whole(story)
        now = sound(story.clips[0].file)
        assert now in (old, wanted), "one or the other, and no mixture"
        assert story.seconds == pytest.approx(len(now[1]) / 2 / now[0])
        if now == wanted:
            before()
    assert gone_on >= 3
    assert fably("stories", "render", fox.name, *PIPER).returncode == 0
    assert sound(only().clips[0].file) == wanted
    assert {path.name for path in fox.folder.iterdir() if path.name[0] == "."} == set()


@needs_piper
def test_stopped_it_says_so_and_meanwhile_it_is_at_the_end_of_the_queue(slow_voice: None, fox: Story) -> None:
    process = started(fox.name, *PIPER)
    until_passages(process, fox, 1)
    both = [psutil.Process(process.pid), *psutil.Process(process.pid).children()]
    assert len(both) == 2
    assert min(one.nice() for one in both) >= 10
    process.send_signal(signal.SIGINT)
    _out, said = process.communicate(timeout=60)
    assert (process.returncode, said.splitlines()[-1]) == (130, "Stopped. The same command goes on where it was.")
    done = fably("stories", "render", fox.name, *PIPER)
    assert "goes on after" in done.stderr.splitlines()[0]
    assert is_whole(only())


class _PulledError(BaseException):
    """The plug."""


def test_a_plug_pulled_between_any_two_steps_of_the_end(fox: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    old = sound(fox.folder / WAV)
    format = fox.format
    assert format is not None
    new = (format.rate, b"\1\2" * 100 * len(fox.passages))

    def finish(step: int) -> int:
        """Make the new sound and pull the plug before the step of that number; how many there are."""
        steps = 0

        def counted(act: object) -> object:
            def step_or_plug(*args: object, **more: object) -> object:
                nonlocal steps
                steps += 1
                if steps == step:
                    raise _PulledError
                return act(*args, **more)  # type: ignore[operator]

            return step_or_plug

        with Rendering(fox.folder, {}, format) as made, monkeypatch.context() as patched:
            for _ in fox.passages[len(made.ends) :]:
                made.sound(b"\1\2" * 100)
                made.passage_ends()
            for owner, name in ((Path, "replace"), (Path, "unlink"), (os, "fsync")):
                patched.setattr(owner, name, counted(getattr(owner, name)))
            made.finish({"told_as": "x"})
        return steps

    seen = []
    for step in range(1, 30):
        try:
            finish(step)
        except _PulledError:
            story = only()
            assert is_whole(story)
            now = sound(story.clips[0].file)
            assert now in (old, new)
            assert ("told_as" in story.info) == (now == new)
            seen.append(now == new)
        else:
            break
    assert seen[0] is False
    assert seen.count(True) >= 1
    assert sound(only().clips[0].file) == new


def test_what_is_told_by_somebody_else_waits_and_the_others_are_spoken(fox: Story) -> None:
    assert fably("an owl", "--output", "out.wav").returncode == 0
    number = os.open(fox.folder, os.O_RDONLY)
    fcntl.flock(number, fcntl.LOCK_EX)
    done = fably("stories", "render", "--all", "--tts-voice", "gmw/en-GB-x-rp")
    os.close(number)
    assert done.returncode == 1
    assert f"{fox.name} is being told by somebody else\n" in done.stderr
    assert [story.info.get("tts_voice") for story in stories()].count("gmw/en-GB-x-rp") == 1


def test_what_changes_meanwhile_is_not_lost(fox: Story) -> None:
    format = fox.format
    assert format is not None
    with Rendering(fox.folder, {}, format) as made:
        with pytest.raises(LibraryError, match="is being told by somebody else"):
            Rendering(fox.folder, {}, format)
        for _ in fox.passages:
            made.sound(b"\1\2")
            made.passage_ends()
        assert fably("stories", "favourite", fox.name).returncode == 0
        assert made.finish({}).favourite
    with Rendering(fox.folder, {"voice": "another"}, format) as made:
        assert made.ends == []
        for _ in fox.passages:
            made.passage_ends()
        (fox.folder / "paragraph_0.txt").write_text("Another text.")
        with pytest.raises(LibraryError, match="has changed meanwhile"):
            made.finish({})


@pytest.mark.parametrize("spoil", ["{", "[]", '{"ends": [-1]}', '{"ends": ["x"]}', "[" * 100_000])
def test_notes_that_make_no_sense_are_begun_anew(fox: Story, spoil: str) -> None:
    format = fox.format
    assert format is not None
    with Rendering(fox.folder, {}, format) as made:
        made.sound(b"\1\2" * 10)
        made.passage_ends()
    with Rendering(fox.folder, {}, format) as made:
        assert made.ends == [10]
    (fox.folder / NOTES).write_text(spoil)
    with Rendering(fox.folder, {}, format) as made:
        assert made.ends == []


def test_what_cannot_be_spoken_is_one_sentence(fox: Story) -> None:
    info = fox.folder / "info.yaml"
    info.write_text(info.read_text().replace("state: complete", "state: partial"))
    done = fably("stories", "render", fox.name)
    assert (done.returncode, done.stderr) == (
        1, f"fably: {fox.name} broke off; `fably stories resume {fox.name}` tells its end first\n",
    )  # fmt: skip
    assert fably("stories", "render", "--all").stderr.startswith("There is nothing to speak")
    assert "there is no story called 'nobody'" in fably("stories", "render", "nobody").stderr
    for words in ([], ["--all", fox.name]):
        done = fably("stories", "render", *words)
        assert done.returncode == 2
        assert "Name the stories that are to be spoken, or all of them with --all." in done.stderr


@needs_piper
def test_a_voice_that_fails_leaves_the_old_sound(voices: None, fox: Story) -> None:
    before = sound(fox.folder / WAV)
    Path("state/voices", f"{VOICE}.onnx").write_bytes(b"")
    done = fably("stories", "render", fox.name, *PIPER)
    assert done.returncode == 1
    assert "no voice that Piper can speak with" in done.stderr
    assert sound(only().clips[0].file) == before


@needs_piper
def test_a_child_s_story_is_spoken_in_its_own_language(voices: None, fox: Story, peers: Peers) -> None:
    peers.tiny_voice(Path("state/voices").absolute(), "tr_TR-tiny-low", hertz=16_000, language="tr")
    assert fably("tilki", "--language", "tr", "--output", "out.wav").returncode == 0
    assert fably("stories", "render", "--all", *PIPER).returncode == 0
    assert {story.language: story.info["tts_voice"] for story in stories()} == {"en": VOICE, "tr": "tr_TR-tiny-low"}
    assert fably("tilki", "--language", "tr", "--output", "out.wav", *PIPER).returncode == 0
    assert sound("out.wav")[0] == 16_000
    assert len(stories()) == 2
