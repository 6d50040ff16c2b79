"""Kept stories whose sound is made anew: the command, and how they are looked at."""

import subprocess
import sys
import wave
from pathlib import Path

from ran import ran

from fably.library.story import Story, read_story

ROOT = Path("state/stories")
PIPER = ("--tts-provider", "piper")


def command(*args: str) -> list[str]:
    return [sys.executable, "-m", "fably", *args]


def fably(*args: str) -> subprocess.CompletedProcess[str]:
    done = ran(*args)
    assert "Traceback" not in done.stderr
    return done


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
