"""The sleep timer: a story fades out, ends with a sentence, and goes on where the fade began. Time is counted in sound."""

import asyncio
import re
import subprocess
from array import array
from collections.abc import AsyncGenerator
from contextlib import aclosing
from itertools import pairwise
from pathlib import Path

import pytest
from fakes import FORMAT, FakeSpeaker, FakeVoice
from ran import ran
from telling import length

from fably.core.types import Passage
from fably.library.story import Story, read_story
from fably.story.evening import Evening
from fably.story.pipeline import Outcome, tell
from fably.story.sleep_timer import ENOUGH, FADE

SECONDS = 4.0  # of each sentence


def told(count: int, timer: float, letters: int = 76) -> tuple[list[int], FakeSpeaker, Outcome]:
    """`count` sentences of four seconds each, or of so many `letters`: those that were heard, what was, and what came of it."""
    speaker, outcome, heard = FakeSpeaker(), Outcome(), []

    async def words() -> AsyncGenerator[Passage, None]:
        for index in range(count):
            yield Passage(index, f"{index:03} " + "x" * letters)

    async def ready() -> FakeVoice:
        return FakeVoice()

    async def scene() -> None:
        async with aclosing(tell(words(), ready, speaker, None, outcome, evening=Evening(sleep_timer=timer))) as story:
            heard.extend([passage.index async for passage in story])

    asyncio.run(scene())
    return heard, speaker, outcome


def test_it_is_gone_on_with_at_the_right_one_where_short_ones_were_joined() -> None:
    """The library counts those that were heard, and knows nothing of what they were before."""
    heard, _speaker, outcome = told(200, timer=60, letters=16)
    assert heard == list(range(len(heard)))
    assert 5 < len(heard) < 60, "several of them are told in one breath"
    assert outcome.left_at is not None
    assert outcome.left_at < len(heard)


def test_it_fades_for_some_twenty_seconds_and_ends_with_a_sentence() -> None:
    heard, speaker, outcome = told(100, timer=60)
    assert outcome.left_at == 10, "40 seconds are told as ever, and then 20 of the fade"
    assert heard == list(range(14)), "a sentence that ends after 15 of them is the last"
    assert speaker.drained
    assert not speaker.aborted
    samples = array("h", bytes(speaker.heard))
    begun = int(40 * FORMAT.rate)
    assert len(samples) == begun + 16 * FORMAT.rate
    assert set(samples[:begun]) == {0x1010}
    fading = samples[begun:]
    assert fading[-1] < 0x1010 / 30
    assert all(after <= before for before, after in pairwise(fading))
    assert max(abs(a - b) for a, b in pairwise(samples)) <= 3, "no click"


def test_a_story_that_ends_by_itself_meanwhile_has_been_told_to_its_end() -> None:
    for count in (10, 12, 14):
        heard, _speaker, outcome = told(count, timer=60)
        assert heard == list(range(count))
        assert outcome.left_at is None


def test_a_timer_shorter_than_two_fades_fades_for_half_of_its_time() -> None:
    heard, _speaker, outcome = told(100, timer=16)
    assert outcome.left_at == 2
    assert heard == [0, 1, 2, 3], "8 seconds, and three quarters of 8 more, to the end of a sentence"
    assert FADE * ENOUGH < 20


# ---- the command line ----------------------------------------------------------------------------------------------------


def fably(*args: str, timer: str = "0") -> subprocess.CompletedProcess[str]:
    environ = {
        "FABLY_STATE_PATH": "state", "FABLY_SEED": "1", "FABLY_LLM_PROVIDER": "offline", "FABLY_TTS_PROVIDER": "espeak",
        "FABLY_ENABLE_EXAMPLES": "no", "FABLY_OUTPUT": "out.wav", "FABLY_SLEEP_TIMER": timer,
    }  # fmt: skip
    done = ran(*args, **environ)
    assert "Traceback" not in done.stderr
    return done


def only() -> Story:
    (folder,) = (one for one in Path("state/stories").iterdir() if one.name[0] != ".")
    story = read_story(folder)
    assert story
    return story


def plain(text: str) -> str:
    return " ".join(text.split())


def test_a_story_that_it_ended_is_told_and_goes_on_where_the_fade_began() -> None:
    done = fably("a fox", timer="1m")
    assert done.returncode == 0, done.stderr
    story = only()
    assert f"fably stories resume {story.name}" in done.stderr
    assert story.goes_on_at is not None
    assert not story.complete
    assert 30 * 22_050 <= (story.places[story.goes_on_at][2] or 0) < 60 * 22_050, "where the fade began"
    assert 55 <= length(Path("out.wav")) < 80
    assert "…" in next(line for line in fably("stories", "list").stdout.splitlines() if story.name in line), "it is listed as cut short"

    rest = fably("stories", "resume")
    assert rest.returncode == 0, rest.stderr
    whole = only()
    assert whole.complete
    assert whole.goes_on_at is None
    assert plain(rest.stdout) == plain("".join(one.lead + one.text for one in whole.passages[story.goes_on_at :]))
    assert plain(whole.text) == plain(done.stdout.rsplit(story.passages[story.goes_on_at].text)[0]) + " " + plain(rest.stdout)


def test_a_story_that_is_kept_whole_stays_so_and_goes_on_where_the_fade_began() -> None:
    assert fably("a fox").returncode == 0
    before = only()
    again = fably("a fox", timer="1m")
    assert again.returncode == 0
    ended = only()
    assert ended.complete
    assert ended.seconds == before.seconds, "all of its sound is there"
    assert ended.goes_on_at
    assert f"fably stories resume {ended.name}" in again.stderr

    rest = fably("stories", "resume", timer="1m")
    assert plain(rest.stdout).startswith(plain(ended.passages[ended.goes_on_at].text))
    later = only().goes_on_at
    assert later is not None
    assert later > ended.goes_on_at, "it has ended it once more, further on"
    assert fably("a fox").returncode == 0
    assert only().goes_on_at is None, "it was told to its end"
    assert fably("stories", "resume").returncode == 1


@pytest.mark.parametrize(("text", "says"), [("20", "is not a time such as 90s, 20m or 1h"), ("-5m", "is not a time"), ("25h", "0 to 24h")])
def test_a_time_that_is_none_is_refused(text: str, says: str) -> None:
    done = fably("a fox", timer=text)
    assert done.returncode == 2
    assert re.search(f"FABLY_SLEEP_TIMER.*{says}", done.stderr)
