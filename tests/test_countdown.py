"""When it is said that a story ends soon: by its sound where that is kept, else by its words. No clock is asked."""

from dataclasses import replace
from pathlib import Path

import pytest

from fably.box.countdown import PACE, Countdown
from fably.core.types import AudioFormat, Passage
from fably.library.story import Clip, Story

FORMAT = AudioFormat(8_000)
TEN_WORDS = "one two three four five six seven eight nine ten"


def passages(count: int) -> list[Passage]:
    return [Passage(index, TEN_WORDS) for index in range(count)]


def kept(count: int, seconds: float, *, sound: bool = True, state: str = "complete") -> Story:
    """One of so many passages, each of so many seconds."""
    clips = tuple(Clip(Path("story.wav"), int(at * seconds * FORMAT.rate)) for at in range(count)) if sound else ()
    format = FORMAT if sound else None
    return Story(Path(), {"state": state}, tuple(passages(count)), (), (0, 0), (0,), clips, format, count * seconds if sound else 0.0)


def said(countdown: Countdown, count: int, seconds: float, first: int = 0) -> dict[int, float]:
    """When each mark is said, in seconds since the beginning, of passages that take so many seconds."""
    found: dict[int, float] = {}
    for number, passage in enumerate(passages(count)[first:]):
        for mark in countdown.at(passage, number * seconds):
            assert mark not in found, "once"
            found[mark] = number * seconds
    return found


def test_a_kept_story_is_known_by_its_sound() -> None:
    assert said(Countdown(kept(60, 8), 500, 0), 60, 8) == {300: 184, 60: 424}, "of 480 seconds"


def test_pauses_at_bedtime_make_it_longer() -> None:
    """Eight seconds of sound are nine of bedtime: 540 in all."""
    found = said(Countdown(kept(60, 8), 500, 0), 60, 9)
    assert found == {300: pytest.approx(240, abs=9), 60: pytest.approx(480, abs=9)}


def test_one_that_is_gone_on_with_says_only_what_is_still_ahead() -> None:
    assert said(Countdown(kept(60, 8), 500, 0), 60, 8, first=30) == {60: 184}, "of the 240 seconds that are left"


def test_a_new_story_is_known_by_its_words_and_its_own_pace() -> None:
    assert PACE * 1_000 == 420
    found = said(Countdown(None, 1_000, 0), 100, 5)  # ten words in five seconds: 500 in all
    assert found == {300: pytest.approx(200, abs=5), 60: pytest.approx(440, abs=5)}


def test_a_kept_story_without_sound_is_known_by_its_words() -> None:
    found = said(Countdown(kept(100, 0, sound=False), 1, 0), 100, 5)
    assert found == {300: pytest.approx(200, abs=5), 60: pytest.approx(440, abs=5)}


def test_one_that_broke_off_is_as_long_as_stories_are() -> None:
    broken = kept(50, 0, sound=False, state="partial")
    found = said(Countdown(broken, 1_000, 0), 100, 5, first=50)
    assert found == {60: pytest.approx(190, abs=5)}
    assert replace(broken, info={"state": "partial", "text": "whole"}).whole


def test_a_short_story_says_nothing_that_is_not_so() -> None:
    assert said(Countdown(kept(5, 8), 500, 0), 5, 8) == {}


def test_the_sleep_timer_ends_it_sooner() -> None:
    assert said(Countdown(kept(200, 8), 500, 400), 50, 8) == {300: 104, 60: 344}
