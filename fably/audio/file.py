"""A "loudspeaker" that writes a WAV file instead, as fast as the story comes."""

import asyncio
import os
import sys
from pathlib import Path
from typing import BinaryIO

from fably.core.errors import ConfigError, LibraryError
from fably.core.parts import Part
from fably.core.types import AudioFormat
from fably.pcm.wav import WavWriter


class WavFile:
    """A `Speaker`. `where` is a path, or - for standard output. The file appears when the story is whole; aborted, there is none."""

    is_clock = False

    def __init__(self, where: str) -> None:
        """Raises `ConfigError` when no file can be written there."""
        self._path: Path | None = None
        self._part: Part | None = None
        self._whole = False
        self._file: BinaryIO
        if where == "-":
            if sys.stdout is None:
                raise ConfigError("--output: standard output is closed")
            self._file = sys.stdout.buffer
            return
        try:
            self._path = Path(where).expanduser().resolve()  # what a link points to is written, not the link
            if self._path.exists() and not self._path.is_file():
                # A device or a named pipe is written as it is. A pipe that nobody reads is refused, not waited for.
                number = os.open(self._path, os.O_WRONLY | os.O_NONBLOCK)
                os.set_blocking(number, True)
                self._file = open(number, "wb")  # noqa: SIM115, PTH123
            else:
                self._part = Part(self._path)
                self._file = self._part.path.open("wb")
        except (OSError, ValueError, RuntimeError) as error:
            fault = ConfigError(f"--output: {where} cannot be written: {getattr(error, 'strerror', None) or error}")
            raise fault.of_kind("unwritable", origin="--output", file=where, reason=error) from error

    async def open(self, format: AudioFormat) -> None:
        self._writer = WavWriter(self._file, format)

    async def write(self, pcm: bytes) -> None:
        try:
            await asyncio.to_thread(self._writer.write, pcm)
        except OSError as error:
            raise LibraryError(f"--output: the sound cannot be written: {error.strerror or error}") from error

    async def drain(self) -> None:
        """Put the file in its place. Raises `LibraryError`."""
        try:
            self._writer.finish()
            if self._path is not None:
                self._file.close()
            if self._part is not None:
                self._part.keep()
        except OSError as error:
            raise LibraryError(f"--output: the sound cannot be written: {error.strerror or error}") from error
        self._whole = True

    async def abort(self) -> None:
        """There is nothing to silence."""

    async def close(self) -> None:
        if self._whole or self._path is None:
            return
        try:
            self._file.close()
        except OSError:  # what a full disk says about the last bytes, once more
            pass
        finally:
            if self._part is not None:
                self._part.drop()
