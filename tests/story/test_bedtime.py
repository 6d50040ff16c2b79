"""A story at bedtime, as it is heard: measured, not believed."""

import asyncio
import os
import wave
from array import array
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from itertools import pairwise

import pytest
from fakes import FORMAT, FakeSpeaker, FakeVoice
from farm import Farm

from fably.assembly import storyteller
from fably.core.types import AudioFormat, Passage
from fably.library.story import Story, read_story
from fably.pcm.r128 import loudness
from fably.settings import load
from fably.story.bedtime import EDGE, FLOOR, HEADROOM, PAUSES
from fably.story.evening import Course, Evening
from fably.story.pipeline import Outcome, tell
from fably.story.slowing import SLOWEST, STEP

SHORT = 0.6  # seconds: what is shorter has no loudness to speak of
TOLERANCE = 0.35  # LU: what the measure of a passage errs where not all of it is known before it is heard


@dataclass
class Heard:
    """A story that was told into a file."""

    format: AudioFormat
    pcm: bytes
    starts: list[float]
    """Seconds at which each passage began."""
    kept: Story

    @property
    def passages(self) -> list[bytes]:
        """The sound of each, with the pause behind it."""
        at = [self.format.bytes_in(one) for one in self.starts] + [len(self.pcm)]
        return [self.pcm[start:end] for start, end in pairwise(at)]

    def levels(self) -> list[float]:
        """The loudness of those that are long enough to have one."""
        sounds = [one[: -self.silence(one) or None] for one in self.passages]
        levels = [loudness(one, self.format) for one in sounds if self.format.seconds(len(one)) > SHORT]
        return [one for one in levels if one is not None]

    def silence(self, pcm: bytes) -> int:
        """How many bytes of silence are at the end."""
        return (len(pcm) - len(pcm.rstrip(b"\0"))) // self.format.frame * self.format.frame

    def pauses(self) -> list[float]:
        """Seconds of silence behind each passage but the last."""
        return [self.format.seconds(self.silence(one)) for one in self.passages[:-1]]

    def samples(self) -> Sequence[int]:
        return array("h", self.pcm)

    def made(self) -> list[int]:
        """How many samples are kept of each passage."""
        return [after - before for before, after in pairwise([*(one.start for one in self.kept.clips), len(self.as_made())])]

    def as_made(self) -> Sequence[int]:
        """What is kept."""
        with wave.open(str(self.kept.clips[0].file)) as file:
            return array("h", file.readframes(file.getnframes()))


def told(**flags: str) -> Heard:
    """Tell a story with these settings."""

    async def scene() -> Heard:
        settings = load({"output": "out.wav", "examples": "no", "opener": "no", **flags}, {**os.environ, "FABLY_SEED": "1"})
        outcome, starts = Outcome(), []
        async with storyteller(settings, lambda _sentence: None) as teller:
            async with aclosing(teller.tell("a fox", outcome)) as story:
                starts.extend([outcome.seconds async for _passage in story])
        assert outcome.kept is not None
        kept = read_story(outcome.kept)
        assert kept is not None
        with wave.open("out.wav") as file:
            return Heard(AudioFormat(file.getframerate()), file.readframes(file.getnframes()), starts, kept)

    return asyncio.run(scene())


def steps(levels: Sequence[float]) -> list[float]:
    return [after - before for before, after in pairwise(levels)]


ESPEAK = {"llm_provider": "offline", "tts_provider": "espeak"}


@pytest.mark.parametrize("language", ["en", "tr"])
def test_a_bedtime_story_becomes_softer_without_a_jump_a_click_or_clipping(language: str) -> None:
    heard = told(**ESPEAK, bedtime="yes", language=language)
    levels = heard.levels()
    assert len(levels) > 20
    assert max(map(abs, steps(levels))) <= 1, "no jump above 1 LU"
    assert max(steps(levels)) <= TOLERANCE, "it falls, as far as can be measured"
    assert FLOOR - 1 <= levels[-1] - levels[0] <= FLOOR + 2
    made = heard.as_made()
    assert max(map(abs, heard.samples())) < max(map(abs, made)) < 32_767, "nothing is louder than it was made, so nothing clips"
    assert max(abs(a - b) for a, b in pairwise(heard.samples())) <= max(abs(a - b) for a, b in pairwise(made)), "no click"


def test_what_is_kept_is_as_the_voice_made_it() -> None:
    """espeak's samples are never the same twice, but their loudness is."""
    by_day = told(**ESPEAK)
    at_night = told(**ESPEAK, bedtime="yes", ignore_cache="yes")
    assert at_night.kept.text == by_day.kept.text
    assert by_day.kept.seconds < at_night.kept.seconds < by_day.kept.seconds / SLOWEST, "the voice is slower, but no pause is kept"
    (first, last), (first_at_night, last_at_night) = ((one[0], one[-1]) for one in (by_day.made(), at_night.made()))
    assert first_at_night == pytest.approx(first, rel=0.02)
    assert last_at_night == pytest.approx(last / SLOWEST, rel=0.05)
    assert len(by_day.pcm) == pytest.approx(by_day.format.bytes_in(by_day.kept.seconds), rel=0.01)
    assert loudness(bytes(array("h", at_night.as_made())), at_night.format) == pytest.approx(
        loudness(bytes(array("h", by_day.as_made())), by_day.format) or 0, abs=0.2
    )


def test_a_voice_of_the_cloud_is_heard_as_softly(farm: Farm) -> None:
    """The farm's voice is always as loud: what is measured is the fall alone."""
    farm.story = "\n\n".join(f"On day {day} the fox went up the hill, and looked for the moon behind the mill." for day in range(40))
    heard = told(
        llm_url=farm.url, llm_model="a", tts_provider="custom", tts_url=farm.url, tts_model="b", tts_voice="c", bedtime="yes",
    )  # fmt: skip
    levels = heard.levels()
    assert len(levels) > 10
    assert max(steps(levels)) <= 0.05
    assert min(steps(levels)) >= -1
    assert levels[-1] - levels[0] == pytest.approx(FLOOR, abs=0.5)
    assert max(map(abs, heard.samples())) <= 2_000
    pauses = heard.pauses()
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == pytest.approx(PAUSES, abs=0.1)
    speeds = [body.get("speed", 1) for body in farm.asked("/audio/speech")]
    assert max(steps(speeds)) <= STEP, "and it is asked to speak ever more slowly; of two requests at a time either may come first"
    assert (speeds[0], speeds[-1]) == pytest.approx((1, SLOWEST), abs=0.02)


def heard_of(passages: list[str], evening: Evening) -> tuple[FakeSpeaker, list[float]]:
    """What is heard when a voice of a constant level speaks these, and when each began."""
    speaker, outcome, starts = FakeSpeaker(), Outcome(), []

    async def words() -> AsyncGenerator[Passage, None]:
        for index, one in enumerate(passages):
            yield Passage(index, one)

    async def ready() -> FakeVoice:
        return FakeVoice()

    async def scene() -> None:
        async with aclosing(tell(words(), ready, speaker, None, outcome, evening=evening)) as story:
            starts.extend([outcome.seconds async for _passage in story])

    asyncio.run(scene())
    return speaker, starts


SENTENCE = "The small fox went up the hill to look for the moon, and found a hedgehog who had lost it too, as far as anybody knew it. "


def test_no_sample_is_far_from_the_one_before() -> None:
    """A voice that begins and ends at its full level: the worst there can be."""
    speaker, starts = heard_of([f"{SENTENCE}{n}" for n in range(12)], Evening(Course(0, 12 * 26)))
    samples = array("h", bytes(speaker.heard))
    level = samples[1]
    assert level == int(0x1010 * 10 ** (HEADROOM / 20))
    assert len(starts) == 12
    assert max(abs(a - b) for a, b in pairwise(samples)) <= level / (EDGE * FORMAT.rate) + 2


def test_a_story_that_is_gone_on_with_begins_as_softly_as_it_had_become() -> None:
    speaker, _starts = heard_of([SENTENCE], Evening(Course(80, 100)))
    assert array("h", bytes(speaker.heard))[100] == pytest.approx(0x1010 * 10 ** ((HEADROOM + 0.8 * FLOOR) / 20), abs=2)


def test_one_that_is_longer_than_was_thought_stays_at_the_floor() -> None:
    speaker, starts = heard_of([f"{SENTENCE}{n}" for n in range(30)], Evening(Course(0, 100)))
    samples = array("h", bytes(speaker.heard))
    last = samples[int(starts[-1] * FORMAT.rate) + 8_000]
    assert last == pytest.approx(0x1010 * 10 ** ((HEADROOM + FLOOR) / 20), abs=2)


def test_by_day_the_sound_is_what_the_voice_made() -> None:
    speaker, _starts = heard_of(["One two three.", "Four."], Evening())
    assert set(array("h", bytes(speaker.heard))) == {0x1010}
