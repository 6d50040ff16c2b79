"""What a microphone hears in a child's room: somebody or nobody, a fan, a knock at the box. For the tests and for `tools/bench/ear`."""

import audioop
import math
from array import array
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Literal

import waking
from spoken import VOICES, say

RATE = 16_000
Room = Literal["white", "pink", "fan"]
SENTENCES = (
    "tell me a story about a dragon and a princess", "a fox please", "I want a story about my little brother and a tractor",
    "about a snowman", "yes", "no",
)  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """Sound, and from where to where in it somebody speaks, in seconds; the same place twice where nobody does."""

    pcm: bytes
    begin: float
    end: float


@cache
def speech(text: str, number: int) -> bytes:
    """`text` by one of eleven voices, every third as high as a child's; nothing before and after it."""
    utterance = say(text, Random(number), voice=VOICES[number % len(VOICES)], child=(1.0, 1.1, 1.2)[number % 3])  # noqa: S311
    samples = array("h", utterance.pcm)
    loud = [at for at, sample in enumerate(samples) if abs(sample) > 60]
    return samples[loud[0] : loud[-1] + 1].tobytes()


def silence(seconds: float) -> bytes:
    return bytes(2 * int(seconds * RATE))


@cache
def noise(room: Room, seconds: int = 24) -> bytes:
    """The noise of a room, always the same."""
    return _fan(seconds) if room == "fan" else waking.noise(room, seconds)


def _fan(seconds: int) -> bytes:
    """A rumble, the hum of the blades, and both a quarter louder and softer as it turns its head."""
    random, rumble, samples = Random(2), 0.0, array("h")  # noqa: S311
    for number in range(seconds * RATE):
        turn = 2 * math.pi * number / RATE
        rumble = 0.9 * rumble + random.gauss(0, 1000)
        hum = sum(2000 * part * math.sin(turn * hertz) for hertz, part in ((92, 0.8), (184, 0.4), (276, 0.25), (368, 0.12)))
        samples.append(int(max(-32_768, min(32_767, (rumble + hum) * (1 + 0.25 * math.sin(turn * 0.7))))))
    return samples.tobytes()


def at_level(pcm: bytes, level: float) -> bytes:
    """The same at a root mean square of `level` dBFS, loud parts and pauses together."""
    return audioop.mul(pcm, 2, 32_768 * 10 ** (level / 20) / max(audioop.rms(pcm, 2), 1))


def scene(said: bytes, room: Room, *, level: float = -25, noise_level: float = -70, before: float = 1.0, after: float = 5.0) -> Scene:
    """Somebody says `said` at `level` dBFS in a room whose noise is at `noise_level`."""
    said = at_level(said, level) if said else said
    pcm = silence(before) + said + silence(after)
    loud = at_level(noise(room), noise_level)[: len(pcm)]
    pcm = audioop.add(pcm[: len(loud)], loud, 2)
    return Scene(pcm, before, before + len(said) / 2 / RATE)


def with_knock(one: Scene, at: float, seconds: float = 0.05) -> Scene:
    """The same with a knock that dies away within `seconds`, very loud."""
    random, count = Random(3), int(seconds * RATE)  # noqa: S311
    knock = array("h", (int(12_000 * random.uniform(-1, 1) * math.exp(-7 * number / count)) for number in range(count))).tobytes()
    begin = 2 * int(at * RATE)
    middle = audioop.add(one.pcm[begin : begin + len(knock)], knock, 2)
    return Scene(one.pcm[:begin] + middle + one.pcm[begin + len(knock) :], one.begin, one.end)
