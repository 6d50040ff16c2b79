"""A plug that is pulled: whatever the moment, the library can be read, and the story goes on with the sentence that was heard."""

import os
import random
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from farm import SECONDS_A_CHARACTER, Farm
from ran import ran
from warmed import Started, Warmed

from fably.library.names import TELLING
from fably.library.story import Story, read_story
from fably.story.spoken import spoken

Fably = Callable[..., Started]
KILLS = 60
DIFFERENT = 10
"""Lengths of what was told that are to be seen at least: on a busy machine more kills are needed for it, for many come too early."""
STORY = "\n\n".join(
    f"This is paragraph {number}, which begins like the others. Fox number {number} asked the owl. It said {number} words, and slept."
    for number in range(12)
)


@pytest.fixture
def slow_farm() -> Iterator[Farm]:
    """A model and a voice that take their time, so that there are many moments to be killed at; and that go on where they are asked to."""
    with Farm(story=STORY, goes_on=True, piece=20, pause=0.002) as one:
        yield one


@pytest.fixture
def fably(slow_farm: Farm) -> Iterator[Fably]:
    """Starts it. Its start is the same each time, and is none of the moments: the kills begin with its first request."""
    environ = {
        **os.environ,
        "FABLY_LLM_URL": slow_farm.url,
        "FABLY_TTS_URL": slow_farm.url,
        "FABLY_OUTPUT": "out.wav",
        "FABLY_OPENER": "no",
    }
    nothing = os.open(os.devnull, os.O_RDWR)
    with Warmed() as warmed:
        yield partial(warmed.start, environ=environ, streams=(nothing, nothing, nothing))
    os.close(nothing)


def kill_after_requests(farm: Farm, process: Started, count: int, seconds: float) -> None:
    """Kill it `seconds` after it has asked the farm for so many answers: a moment that is the same on a machine that is busy."""
    last = len(farm.requests) + count
    while len(farm.requests) < last and process.poll() is None:
        time.sleep(0.001)
    time.sleep(seconds)
    process.kill()


def listed() -> list[list[str]]:
    done = ran("stories", "list")
    assert done.returncode == 0
    assert [line for line in done.stderr.splitlines() if "No story" not in line] == []
    return [line.split() for line in done.stdout.splitlines()]


def kept() -> list[Story]:
    root = Path("home/.local/state/fably/stories")
    folders = sorted(path for path in root.iterdir() if not path.name.startswith(".")) if root.is_dir() else []
    stories = [story for folder in folders if (story := read_story(folder))]
    assert len(stories) == len(folders), "every folder without a dot can be told"
    return stories


def test_killed_at_any_moment_nothing_is_lost_and_nothing_is_told_twice(slow_farm: Farm, fably: Fably) -> None:
    chance = random.Random(7)  # noqa: S311
    lengths: list[int] = []
    assert fably("a fox").wait() == 0
    whole_takes = len(slow_farm.requests)
    for number in range(3 * KILLS):
        if number >= KILLS and len(set(lengths)) > DIFFERENT:
            break
        wish = f"fox number {number // 4}"  # each story is killed four times on its way
        before = {story.name: story for story in kept()}
        arguments = ["stories", "resume"] if any(not story.complete for story in before.values()) else [wish]
        process = fably(*arguments)
        kill_after_requests(slow_farm, process, chance.randrange(whole_takes), chance.uniform(0, 0.05))
        rows = listed()
        for story in kept():
            assert STORY.startswith(story.text), "no sentence is lost, or told twice"
            assert story.text == STORY or not story.whole
            assert any(story.name in row and ("…" in row) != story.complete for row in rows)
            assert len(story.clips) >= len(story.passages) - 1, "at most the last sentence has not all of its sound"
            if not story.complete:
                lengths.append(len(story.text))
            if (last := before.get(story.name)) is not None:
                assert story.text.startswith(last.text), "what was told stays told"
    assert len(set(lengths)) > DIFFERENT, "it was killed at different moments"

    while any(not story.complete for story in kept()):
        assert fably("stories", "resume").wait() == 0
    for story in kept():
        assert (story.text, len(story.clips)) == (STORY, len(story.passages))
        assert story.seconds == pytest.approx(sum(len(spoken(one.text, "en")) for one in story.passages) * SECONDS_A_CHARACTER, abs=0.01)
    leftovers = [path.name for path in Path("home/.local/state/fably/stories").iterdir() if path.name.startswith(TELLING)]
    assert leftovers == []
