"""A sound to pack, and how it is looked at."""

import asyncio
import audioop
import math
from array import array
from collections.abc import Callable
from contextlib import aclosing
from functools import cache
from itertools import pairwise
from pathlib import Path

import psutil

from fably.audio.compact import Compactor
from fably.core.types import AudioFormat
from fably.pcm.wav import WavWriter


@cache
def speech(rate: int, seconds: float = 12.5) -> bytes:
    """What sounds a bit like speech: a gliding buzz in syllables, and a pause of half a second in every two."""
    syllables = array("h")
    phase = 0.0
    for index in range(2 * rate):
        at = index / rate
        phase += (130 + 40 * math.sin(2.3 * at) + 15 * math.sin(11 * at)) / rate
        envelope = math.sin(math.pi * at / 0.25) ** 2 if at < 1.5 else 0.0
        syllables.append(int(5000 * envelope * sum(math.sin(2 * math.pi * n * phase) / n for n in range(1, 6))))
    return (syllables.tobytes() * math.ceil(seconds / 2))[: int(seconds * rate) * 2]


def wav(path: Path, pcm: bytes, format: AudioFormat) -> Path:
    with path.open("wb") as file:
        writer = WavWriter(file, format)
        writer.write(pcm)
        writer.finish()
    return path


async def unpacked(file: Path, rate: int, start: int = 0) -> bytes:
    pieces = Compactor().unpack(file, AudioFormat(rate), start)
    async with aclosing(pieces):
        heard = [pcm async for pcm in pieces]
    assert all(pcm and len(pcm) % 2 == 0 and len(pcm) <= 0.2 * rate * 2 + 1 for pcm in heard)
    return b"".join(heard)


async def there_and_back(source: Path, rate: int) -> bytes:
    opus = source.with_suffix(".opus")
    await Compactor().pack(source, opus)
    return await unpacked(opus, rate)


def jump(pcm: bytes) -> int:
    samples = array("h", pcm)
    return max(abs(one - other) for one, other in pairwise(samples))


def shift(old: bytes, new: bytes, rate: int, second: float) -> float:
    """By how many milliseconds `new` is late at `second`."""
    margin, at, size = rate // 50, int(second * rate), rate // 4
    found, _factor = audioop.findfit(new[2 * (at - margin) : 2 * (at + size + margin)], old[2 * at : 2 * (at + size)])
    return (found - margin) / rate * 1000


def assert_same(old: bytes, new: bytes, rate: int) -> None:
    assert len(new) == len(old)
    for part in slice(None), slice(0, 20 * rate), slice(20 * rate, None):
        if old[part]:
            assert abs(20 * math.log10(audioop.rms(new[part], 2) / audioop.rms(old[part], 2))) < 1
    assert jump(new) <= 1.3 * jump(old)
    for second in range(1, len(old) // 2 // rate - 1, 2):
        assert abs(shift(old, new, rate, second - 0.9)) < 1


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"home"}


def children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


async def child() -> psutil.Process:
    """The child, once it has begun its work."""
    await until(lambda: any("fably.audio.compacting" in one.cmdline() for one in children()))
    return children()[0]


async def until(what: Callable[[], object]) -> None:
    while not what():  # noqa: ASYNC110 - another process does it
        await asyncio.sleep(0.005)


def parts(folder: Path) -> list[Path]:
    """The files that are being packed there, or were when their packer was killed."""
    return list(folder.glob(".fably-*"))
