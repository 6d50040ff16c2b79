"""A story told by a whole `fably` with Piper next door, and what is left of it in the library."""

import os
import shutil
import sys
import wave
from pathlib import Path
from typing import NamedTuple

from fably.library.story import Story, read_story

STATE = Path("state")
WORDS = [sys.executable, "-m", "fably", "a fox"]


class Told(NamedTuple):
    """A story that was told to its end."""

    text: str
    passages: list[str]
    seconds: list[float]
    """Of the sound of each passage."""
    tellers: list[str]
    """The voices, in order."""


def environment(**more: str) -> dict[str, str]:
    """For `fably`, here: the same story each time, its library and its voices in `STATE`, its sound in a file."""
    return {**os.environ, "FABLY_STATE_PATH": str(STATE), "FABLY_SEED": "1", "FABLY_OPENER": "no", "FABLY_OUTPUT": "out.wav", **more}


def with_voices(*voices: Path) -> None:
    """Have these voices, and nothing else."""
    shutil.rmtree(STATE, ignore_errors=True)
    (STATE / "voices").mkdir(parents=True)
    for voice in voices:
        for file in (voice, Path(f"{voice}.json")):
            (STATE / "voices" / file.name).hardlink_to(file)


def told() -> Told:
    """The only story of the library."""
    (folder,) = (one for one in (STATE / "stories").iterdir() if not one.name.startswith("."))
    story = read_story(folder)
    assert story
    assert story.complete
    assert len(story.clips) == len(story.passages), "each has sound"
    return Told(story.text, [one.text for one in story.passages], _seconds(story), list(story.info["tts_provider"]))


def _seconds(story: Story) -> list[float]:
    assert story.format
    starts = [one.start / story.format.rate for one in story.clips]
    return [end - start for start, end in zip(starts, [*starts[1:], story.seconds], strict=True)]


def length(file: Path) -> float:
    """Seconds of a WAV file."""
    with wave.open(str(file)) as sound:
        return float(sound.getnframes() / sound.getframerate())
