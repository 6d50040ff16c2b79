"""Arithmetic on 16-bit samples, by the standard library's `audioop` (audioop-lts from Python 3.13 on)."""

import audioop
from array import array
from collections.abc import AsyncGenerator
from contextlib import aclosing

from fably.core.types import AudioFormat


def scaled(pcm: bytes, gain: float) -> bytes:
    """The same sound, each sample `gain` times as large; 1 gives back what came."""
    return pcm if gain == 1 else audioop.mul(pcm, 2, gain)


def fade_out(pcm: bytes) -> bytes:
    """The same sound, falling evenly to silence over its whole length (one channel)."""
    samples = array("h", pcm)
    count = len(samples)
    for index in range(count):
        samples[index] = samples[index] * (count - 1 - index) // count
    return samples.tobytes()


def fade_in(pcm: bytes) -> bytes:
    """The same sound, rising evenly from silence over its whole length (one channel)."""
    samples = array("h", pcm)
    count = len(samples)
    for index in range(count):
        samples[index] = samples[index] * index // count
    return samples.tobytes()


async def resampled(source: AsyncGenerator[bytes, None], old: AudioFormat, new: AudioFormat) -> AsyncGenerator[bytes, None]:
    """Give the same sound at another rate; nothing is done where the rates are the same. Both mono."""
    state = None
    async with aclosing(source) as chunks:
        async for pcm in chunks:
            if old.rate == new.rate:
                yield pcm
                continue
            pcm, state = audioop.ratecv(pcm, old.width, old.channels, old.rate, new.rate, state)
            if pcm:
                yield pcm


def level(pcm: bytes) -> int:
    """The root mean square of the samples."""
    return audioop.rms(pcm, 2)


def peak(pcm: bytes) -> int:
    """The largest sample, without its sign."""
    return audioop.max(pcm, 2)


def is_flat(pcm: bytes) -> bool:
    """Whether all samples are the same: nothing, or what comes from a wire that leads nowhere."""
    least, most = audioop.minmax(pcm, 2)
    return bool(least == most)


def quietest(pcm: bytes, format: AudioFormat) -> int:
    """The frame in the middle of the quietest 60 ms, the last of several; between two words it is hardly ever louder than in them."""
    size, step = format.bytes_in(0.06), format.bytes_in(0.02)
    places = range(0, max(len(pcm) - size, 0) + 1, step)
    best = min(reversed(places), key=lambda at: level(pcm[at : at + size]))
    return (best + min(size, len(pcm)) // 2) // format.frame
