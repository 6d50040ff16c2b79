"""The format of any WAV file, and where its samples are."""

import audioop
import os
import shlex
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from fably.pcm.floats import from_floats
from fably.pcm.kinds import kind_of

PCM, FLOAT, A_LAW, MU_LAW, EXTENSIBLE = 1, 3, 6, 7, 0xFFFE  # mmreg.h
SLOWEST, FASTEST = 1_000, 768_000
"""Hz. What claims another rate is damaged."""
MOST_CHANNELS = 64
MOST_CHUNKS = 1_000
"""Chunks before the samples; nobody has so many, and a file of nothing else would be read for hours."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Where the samples of a file are, and how they are read."""

    rate: int
    channels: int
    frame: int
    """Bytes of one sample of every channel."""
    start: int
    length: int
    """Bytes; there may be fewer in the file."""
    decode: Callable[[bytes], bytes]
    """Makes 16-bit samples of whole frames."""


def find_samples(file: BinaryIO) -> Samples:
    """Read the chunks of a WAV file up to its samples. Raises `ValueError`, whose clause goes on from the file's name, and `OSError`."""
    head = file.read(12)
    if head[:4] not in (b"RIFF", b"RF64", b"BW64") or head[8:] != b"WAVE":
        raise ValueError(_what_else(head, file) if head else "is empty")
    size = os.fstat(file.fileno()).st_size
    format, long = b"", None
    for _ in range(MOST_CHUNKS):
        name, length = _chunk(file)
        if name == b"":
            break
        start = file.tell()
        if name == b"data":
            if not format:
                raise ValueError("does not say how its samples are to be read")
            # a stream has a length of 0, or of all ones; files of more than 4 GB have it elsewhere
            left = size - start
            if length == 0xFFFFFFFF and long is not None:
                length = long
            return _read_format(format, start, min(length or left, left))
        if name == b"fmt ":
            format = file.read(min(length, 40))
        elif name == b"ds64" and length >= 16:
            long = struct.unpack("<8xQ", file.read(16))[0]
        file.seek(start + length)
    raise ValueError("has no samples")


def _what_else(head: bytes, file: BinaryIO) -> str:
    """What a file is that begins with `head` and is no WAV, and how one is made of it."""
    kind = kind_of(head)
    if kind in ("", "WAV"):  # RIFF is the beginning of other files too
        return "is no WAV file, nor any other sound that is known"
    path = Path(str(file.name))
    wav = f"{path.stem}.wav" if path.suffix.lower() != ".wav" else f"{path.stem}-2.wav"  # ffmpeg cannot write what it reads
    article = "a" if kind in ("FLAC", "CAF", "WebM") else "an"  # as they are spoken: an MP3, an AIFF
    return f"is {article} {kind}; make a WAV of it: ffmpeg -i {shlex.quote(path.name)} {shlex.quote(wav)}"


def _chunk(file: BinaryIO) -> tuple[bytes, int]:
    """The name and the length of the next chunk; no name at the end. Chunks begin at even places, but some writers do not know."""
    place = file.tell()
    file.seek(place + place % 2)
    head = file.read(8)
    if place % 2 and not _is_name(head[:4]):
        file.seek(place)
        odd = file.read(8)
        head = odd if _is_name(odd[:4]) else head
        file.seek(place + (0 if head is odd else 1) + 8)
    return (head[:4], int.from_bytes(head[4:8], "little")) if len(head) == 8 else (b"", 0)


def _is_name(name: bytes) -> bool:
    return len(name) == 4 and name.isascii() and name.decode().isprintable()


def _read_format(chunk: bytes, start: int, length: int) -> Samples:
    if len(chunk) < 14:
        raise ValueError("is damaged: what it says of its format is too short")
    tag, channels, rate, _speed, frame = struct.unpack_from("<HHIIH", chunk)
    bits = int.from_bytes(chunk[14:16], "little")
    if tag == EXTENSIBLE and len(chunk) >= 26:
        tag = int.from_bytes(chunk[24:26], "little")
    if not (SLOWEST <= rate <= FASTEST and 0 < channels <= MOST_CHANNELS):
        raise ValueError(f"is damaged: it claims {rate} samples a second in {channels} channels")
    width = -(-bits // 8) or 1
    if frame % channels == 0 and frame // channels > width:
        width = frame // channels  # 24 bits in 32, 12 bits in 16: the upper ones
    decode = _DECODERS.get((tag, width))
    if decode is None:
        known = f"({tag})" if tag not in (PCM, FLOAT) else f"({tag}, {bits} bit)"
        raise ValueError(f"is in a format {known} that is not known; convert it with: ffmpeg -i IN OUT.wav")
    return Samples(rate, channels, width * channels, start, length, decode)


_DECODERS: dict[tuple[int, int], Callable[[bytes], bytes]] = {
    (PCM, 1): lambda raw: audioop.lin2lin(audioop.bias(raw, 1, -128), 1, 2),  # 8 bits have no sign
    (PCM, 2): bytes,
    (PCM, 3): lambda raw: audioop.lin2lin(raw, 3, 2),
    (PCM, 4): lambda raw: audioop.lin2lin(raw, 4, 2),
    (FLOAT, 4): partial(from_floats, "f"),
    (FLOAT, 8): partial(from_floats, "d"),
    (A_LAW, 1): lambda raw: audioop.alaw2lin(raw, 2),
    (MU_LAW, 1): lambda raw: audioop.ulaw2lin(raw, 2),
}
"""What makes 16-bit samples, by the tag of a format and the bytes of a sample."""
