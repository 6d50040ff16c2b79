"""Ogg/Opus by way of PyAV (libav). Its import costs 25 MB, so only `fably.audio.compacting` does it, a process that soon ends.

Opus knows few rates and frames of 20 ms only; the times in the file say which samples are filling. They are heeded to the sample,
so a place in a story is the same place before and after.
"""

import contextlib
import math
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from statistics import fmean
from typing import BinaryIO

import av

from fably.core.types import AudioFormat
from fably.pcm.samples import level, peak
from fably.pcm.wav import read_wav

BIT_RATE = 24_000
PREROLL = Fraction(1, 2)  # seconds decoded before a place in the middle: Opus wants 80 ms to find its feet
PIECES = 50  # of 0.2 s, whose level is compared at a time
MOST_SECONDS, MOST_CHANGE, MOST_PEAK_CHANGE = 0.02, 1.0, 6.0  # seconds and decibels that a copy may differ by
HUSH = 30  # of 32768: a change below this is none, however many decibels it makes


def pack(wav: Path, file: BinaryIO) -> None:
    """Write the sound of `wav` to `file`, open for writing. Raises `OSError`, `ValueError` or `av.FFmpegError`."""
    format, pieces = read_wav(wav)
    if (format.width, format.channels) != (2, 1):
        raise ValueError("only 16-bit mono sound can be packed")
    rate = 24_000 if format.rate <= 24_000 else 48_000
    with av.open(file, "w", format="ogg") as container:
        # "audio" and not "voip", which lets speech through a filter that shifts its phases: measured, 5 dB nearer to the original
        stream = container.add_stream("libopus", rate=rate, layout="mono", options={"application": "audio"})
        stream.bit_rate = BIT_RATE
        count = 0
        for pcm in pieces:
            frame = av.AudioFrame("s16", "mono", len(pcm) // 2)
            frame.sample_rate, frame.time_base, frame.pts = format.rate, Fraction(1, format.rate), count
            frame.planes[0].update(pcm)
            count += frame.samples
            container.mux(stream.encode(frame))  # which resamples
        if not count:
            raise ValueError("it holds no sound")
        container.mux(stream.encode(None))


def unpacked(file: Path, rate: int, start: int = 0) -> Iterator[bytes]:
    """The sound of an Ogg/Opus or MP3 file at `rate`, mono, 0.2 s at a time, from the sample `start` on.

    A packet that makes no sense is left out, as players do. Raises like `pack`.
    """
    # no other format is guessed: libav knows some that are lists of further files and addresses
    with file.open("rb") as source, av.open(source, "r", options={"format_whitelist": "ogg,mp3"}) as container:
        if not container.streams.audio:
            raise ValueError("it holds no sound")
        stream = container.streams.audio[0]
        tick = stream.time_base or Fraction(1, 48_000)
        zero = stream.start_time or 0  # an MP3 does not begin at 0
        begin = zero + max(int((Fraction(start, rate) - PREROLL) / tick), 0)
        if container.format.name == "ogg":  # an MP3 with a varying bit rate is not found again to the sample
            container.seek(begin, stream=stream)
        resampler = av.AudioResampler("s16", "mono", rate, frame_size=rate // 5)
        placed = False
        done, end = 0, Fraction(0)  # in samples at `rate` from the story's begin: what came out of the resampler, what went in

        def cut(frames: Iterable[av.AudioFrame]) -> Iterator[bytes]:
            nonlocal done
            for frame in frames:
                samples = bytes(frame.planes[0])[: 2 * max(min(frame.samples, int(end) - done), 0)]
                if pcm := samples[2 * max(start - done, 0) :]:
                    yield pcm
                done += frame.samples

        for packet in container.demux(stream):
            if packet.pts is not None and packet.pts < begin - (packet.duration or 0):
                continue
            with contextlib.suppress(av.InvalidDataError):
                for frame in packet.decode():
                    if not placed:
                        end, placed = ((frame.pts or zero) - zero) * tick * rate, True
                        done = round(end)
                    end += Fraction(frame.samples * rate, frame.sample_rate)
                    yield from cut(resampler.resample(frame))
        if not (placed or start):
            raise ValueError("it holds no sound")
        yield from cut(resampler.resample(None))


def check(wav: Path, opus: Path) -> None:
    """See whether both hold the same sound. Raises like `pack`."""
    format, pieces = read_wav(wav)
    seconds, loudest, levels = _portrait(format, pieces)
    now, loudest_now, levels_now = _portrait(format, unpacked(opus, format.rate))
    if abs(now - seconds) > MOST_SECONDS:
        raise ValueError(f"{seconds:.2f} seconds became {now:.2f}")
    changes = [_decibels(old, new) for old, new in zip(levels, levels_now, strict=False)]
    if (most := max(changes)) > MOST_CHANGE or _decibels(loudest, loudest_now) > MOST_PEAK_CHANGE:
        raise ValueError(f"its level changed by {most:.1f} decibels, its peak from {loudest} to {loudest_now}")


def _portrait(format: AudioFormat, pieces: Iterable[bytes]) -> tuple[float, int, list[float]]:
    """The length of a sound in seconds, its peak, and its levels: of the whole, then of every full ten seconds."""
    length = loudest = 0
    powers = []
    for pcm in pieces:
        length += len(pcm)
        loudest = max(loudest, peak(pcm))
        powers.append(level(pcm) ** 2)
    parts = [powers, *(powers[at : at + PIECES] for at in range(0, len(powers) - PIECES + 1, PIECES))]
    return format.seconds(length), loudest, [math.sqrt(fmean(part)) for part in parts]


def _decibels(old: float, new: float) -> float:
    return abs(20 * math.log10((new + HUSH) / (old + HUSH)))
