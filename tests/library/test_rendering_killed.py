"""Speaking ahead that is stopped, killed, or cut off by a pulled plug: the old sound or the new one is there, whole."""

import json
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest
from next_door import needs_piper
from rendered import PIPER, command, fably, is_whole, only, sound

from fably.library.rendering import NOTES, Rendering
from fably.library.story import RENDERED, WAV, Story

KILLS = 10


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
