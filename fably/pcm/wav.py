"""WAV files that grow: readable at any moment, whatever happens to the process that writes them."""

import os
import struct
from collections.abc import Generator
from pathlib import Path
from typing import BinaryIO

from fably.core.types import AudioFormat

HEADER = 44
OPEN_END = 0xFFFFFFFF  # the customary length of a stream whose end is not known yet


def header(format: AudioFormat, length: int | None) -> bytes:
    """The 44 bytes before the samples; `length` in bytes, None while it is not known."""
    whole = OPEN_END if length is None else min(length + HEADER - 8, OPEN_END)
    data = OPEN_END if length is None else min(length, OPEN_END)
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF", whole, b"WAVE", b"fmt ", 16, 1, format.channels, format.rate, format.bytes_per_second, format.frame, format.width * 8,
        b"data", data,
    )  # fmt: skip


class WavWriter:
    """Writes samples to an open binary file. One that can seek gets the right length in the end, a pipe keeps the open one."""

    def __init__(self, file: BinaryIO, format: AudioFormat, length: int = 0) -> None:
        """`length` bytes of sound that are in the file already are kept, and what comes follows them."""
        self._file = file
        self._format = format
        self.length = length
        file.write(header(format, None))
        if length:
            file.truncate(HEADER + length)
            file.seek(HEADER + length)

    def write(self, pcm: bytes) -> None:
        self._file.write(pcm)
        self.length += len(pcm)

    def finish(self) -> None:
        """Put the length where readers look for it, and everything out of our own buffers."""
        if self._file.seekable():
            self._file.seek(0)
            self._file.write(header(self._format, self.length))
            self._file.seek(0, os.SEEK_END)
        self._file.flush()


def read_wav(path: Path, seconds: float = 0.2, start: int = 0) -> tuple[AudioFormat, Generator[bytes, None, None]]:
    """The format of a WAV file that Fably wrote and its sound from sample `start` on, in pieces of `seconds`.

    Its length is the file's, not the header's. The file is opened at the first piece: from then on it may be deleted.

    Raises `OSError` when it cannot be read, `ValueError` when it is not such a file.
    """
    with path.open("rb") as file:
        head = file.read(HEADER)
    if len(head) < HEADER or head[:4] != b"RIFF" or head[8:16] != b"WAVEfmt " or head[36:40] != b"data":
        raise ValueError(f"{path} is not a WAV file of Fably's")
    _form, channels, rate, _speed, _frame, bits = struct.unpack("<HHIIHH", head[20:36])
    format = AudioFormat(rate, bits // 8, channels)
    if not (rate and format.frame):
        raise ValueError(f"{path} has no sound format")

    def pieces() -> Generator[bytes, None, None]:
        with path.open("rb") as file:  # opened when it is read, so that one which is never read is never left open
            file.seek(HEADER + start * format.frame)
            while len(pcm := file.read(format.bytes_in(seconds))) >= format.frame:
                yield pcm[: len(pcm) - len(pcm) % format.frame]

    return format, pieces()
