"""Wake words, and all else that a box hears in the evening, spoken by espeak-ng: for the tests and for `tools/bench/wakeword`."""

import audioop
from array import array
from collections.abc import Iterator
from functools import cache
from itertools import cycle, product
from random import Random
from typing import Literal

from said import said
from variety import other_wishes

RATE = 16_000
VOICES = ("gmw/en", "gmw/en-US", "gmw/en-GB-x-rp", "gmw/en-GB-scotland", "gmw/en-US+f3", "gmw/en+m3")
PACES = (120, 145, 170)  # words a minute
PITCHES = (1.0, 1.1)
STORY_VOICES = (*VOICES, "gmw/en+f2", "gmw/en-US+f4")
BEFORE, AFTER = 2.0, 0.8
"""Seconds of silence around each clip."""

Colour = Literal["white", "pink"]


def say(text: str, *, voice: str = "gmw/en-US", pace: int = 145, pitch: float = 1.0) -> bytes:
    """`text` as 16-bit mono PCM at `RATE`, without silence around it."""
    pcm, hertz = said(text, voice, pace)
    return audioop.ratecv(pcm, 2, 1, int(hertz * pitch), RATE, None)[0]


def silence(seconds: float) -> bytes:
    return bytes(int(seconds * RATE) * 2)


@cache
def clips(text: str) -> tuple[bytes, ...]:
    """`text` by six voices at three speeds and two pitches, with silence around it."""
    spoken = (say(text, voice=voice, pace=pace, pitch=pitch) for voice, pace, pitch in product(VOICES, PACES, PITCHES))
    return tuple(silence(BEFORE) + one + silence(AFTER) for one in spoken)


def story_speech(seconds: float) -> Iterator[bytes]:
    """Our own stories in several voices, a second at a time."""
    left, size = int(seconds), 2 * RATE
    for told, voice, pace in zip(other_wishes("en"), cycle(STORY_VOICES), cycle(PACES), strict=False):
        for paragraph in told.text.split("\n\n"):
            pcm = say(paragraph, voice=voice, pace=pace)
            for at in range(0, len(pcm) - size, size):
                if left == 0:
                    return
                left -= 1
                yield pcm[at : at + size]


@cache
def noise(colour: Colour, seconds: int = 8) -> bytes:
    """Noise, always the same; pink noise is the sum of white noises, each slower by half than the one before."""
    random = Random(1)  # noqa: S311
    count = seconds * RATE
    if colour == "white":
        return array("h", (random.randrange(-4000, 4000) for _ in range(count))).tobytes()
    rows, total, samples = [0] * 12, 0, array("h")
    for number in range(1, count + 1):
        row = min((number & -number).bit_length() - 1, len(rows) - 1)
        total -= rows[row]
        rows[row] = random.randrange(-900, 900)
        total += rows[row]
        samples.append(total)
    return samples.tobytes()


def noisy(clip: bytes, colour: Colour, decibels: float) -> bytes:
    """A clip with noise from its beginning to its end, quieter than its speech by so many decibels."""
    speech = clip[int(BEFORE * RATE) * 2 : -int(AFTER * RATE) * 2]
    made = noise(colour)[: len(clip)]
    return audioop.add(clip, audioop.mul(made, 2, audioop.rms(speech, 2) / audioop.rms(made, 2) / 10 ** (decibels / 20)), 2)
