"""What somebody said, from any WAV file. The file is read piece by piece, so its size does not matter."""

import audioop
import os
import stat
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from fably.core.types import AudioFormat, Utterance
from fably.pcm.formats import Samples, find_samples
from fably.pcm.samples import level

LONGEST = 60
"""Seconds that are read: nobody wishes for longer, and recognisers take no more."""
HIGHEST = 48_000
"""Hz. No recogniser takes more, and no speech has it."""
PIECE = 65_536
"""Bytes that are read at once, about."""
SILENT = 10
"""A channel has sound where its level is at least this part of the loudest one's."""


def read_utterance(path: Path) -> Utterance:
    """The first minute of the WAV file `path`, 16 bit, mono, at its own rate or at `HIGHEST`. Blocks: call it in a thread.

    Raises `ValueError` for what cannot be used, with a clause that goes on from the file's name ("is no WAV file: …"), and `OSError`
    for what cannot be read.
    """
    with open(path, "rb", opener=_without_waiting) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ValueError("is no regular file")
        return _utterance(file, find_samples(file))


def _without_waiting(path: str, flags: int) -> int:
    """Open even a FIFO at once, to be told what it is; it would be waited for, for ever."""
    return os.open(path, flags | os.O_NONBLOCK)


def _utterance(file: BinaryIO, samples: Samples) -> Utterance:
    if samples.channels == 1:
        pcm = _mixed(file, samples, [0])
    else:
        levels = _levels(file, samples)
        loudest = max(levels)
        # a microphone is often on one side only: the mean with a channel of silence would be half as loud
        pcm = _mixed(file, samples, [one for one, its in enumerate(levels) if its * SILENT >= loudest])
        if level(pcm) * 4 < loudest:  # one is the other upside down, as balanced wires have it
            pcm = _mixed(file, samples, [levels.index(loudest)])
    if not pcm:
        raise ValueError("has no samples")
    return Utterance(pcm, AudioFormat(min(samples.rate, HIGHEST)))


def _pieces(file: BinaryIO, samples: Samples) -> Iterator[bytes]:
    """The first minute, in 16 bit, the channels side by side as they are in the file."""
    left = min(samples.length // samples.frame, LONGEST * samples.rate) * samples.frame
    size = max(1, PIECE // samples.frame) * samples.frame
    file.seek(samples.start)
    while left and (raw := file.read(min(size, left))):
        left -= len(raw)
        yield samples.decode(raw[: len(raw) - len(raw) % samples.frame])


def _channel(pcm: bytes, number: int, count: int) -> bytes:
    return array("h", pcm)[number::count].tobytes()


def _levels(file: BinaryIO, samples: Samples) -> list[float]:
    """The root mean square of each channel."""
    squares, count = [0.0] * samples.channels, 1
    for pcm in _pieces(file, samples):
        frames = len(pcm) // 2 // samples.channels
        count += frames
        for one in range(samples.channels):
            squares[one] += level(_channel(pcm, one, samples.channels)) ** 2 * frames
    return [(square / count) ** 0.5 for square in squares]


def _mixed(file: BinaryIO, samples: Samples, channels: Sequence[int]) -> bytes:
    """The mean of `channels`, at `HIGHEST` where it would be more."""
    whole, state = bytearray(), None
    for piece in _pieces(file, samples):
        parts = [piece] if samples.channels == 1 else [_channel(piece, one, samples.channels) for one in channels]
        pcm = parts[0]
        if len(parts) > 1:
            pcm = bytes(len(pcm))
            for part in parts:
                pcm = audioop.add(pcm, audioop.mul(part, 2, 1 / len(parts)), 2)
        if samples.rate > HIGHEST:
            pcm, state = audioop.ratecv(pcm, 2, 1, samples.rate, HIGHEST, state)
        whole += pcm
    return bytes(whole)
