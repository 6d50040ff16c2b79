"""Packs stories that are told, and unpacks them to be heard again. PyAV's 31 MB are borne by a process of its own, not by ours."""

import asyncio
import importlib.util
import sys
from asyncio import StreamReader
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fably.core.errors import AudioError, MissingDependency
from fably.core.parts import sweep
from fably.core.types import AudioFormat
from fably.memory.burying import bury
from fably.memory.children import environment

PIECE = 0.2  # seconds that are handed on at once
LONGEST_SENTENCE = 500  # characters of what the child says
_AHEAD = 16_384  # bytes that wait in this process; the pipe holds 64 KiB more, which is buffer enough


class Compactor:
    """Packs and unpacks sound, each time in a child of its own."""

    def available(self) -> bool:
        """Whether PyAV is installed; it is not loaded."""
        return importlib.util.find_spec("av") is not None

    async def pack(self, wav: Path, opus: Path) -> None:
        """Make the Ogg/Opus file `opus` of the WAV file `wav`, checked, with what processor and disk have left over.

        Raises `AudioError`, and then, as when it is cancelled, nothing is left of it. Packs one at a time in a folder.
        """
        self._insist()
        whole = False
        try:
            async with _child("pack", str(wav), str(opus), stdout=DEVNULL) as (process, said):
                await _well(process, said, wav)
            whole = True
        finally:
            if not whole:
                await asyncio.to_thread(sweep, opus.parent)

    async def unpack(self, file: Path, format: AudioFormat, start: int = 0) -> AsyncGenerator[bytes, None]:
        """The sound of an Ogg/Opus or MP3 file, in whole frames, from the sample `start` (at the rate of `format`) on.

        Raises `AudioError`. To be closed; then the child is gone.
        """
        self._insist()
        if (format.width, format.channels) != (2, 1):
            raise AudioError("sound is unpacked to 16-bit mono only")
        async with _child("unpack", str(file), str(format.rate), str(start), stdout=PIPE) as (process, said):
            rest = b""
            while pcm := await _read(process.stdout, format.bytes_in(PIECE)):
                pcm = rest + pcm
                whole = len(pcm) - len(pcm) % format.frame
                rest = pcm[whole:]
                if whole:
                    yield pcm[:whole]
            await _well(process, said, file)

    def _insist(self) -> None:
        if not self.available():
            raise MissingDependency("packed sound needs PyAV; install it with: pip install 'fably[opus]'")


@asynccontextmanager
async def _child(*arguments: str, stdout: int) -> AsyncIterator[tuple[Process, "asyncio.Task[str]"]]:
    """A process that packs or unpacks, and what it says. When this is left, it is dead and buried."""
    try:
        process = await asyncio.create_subprocess_exec(
            # -P, or a file av.py where we were started would be taken for PyAV
            *(sys.executable, "-P", "-m", "fably.audio.compacting", *arguments),
            stdin=DEVNULL,
            stdout=stdout,
            stderr=PIPE,
            limit=_AHEAD // 2,
            process_group=0,  # Ctrl-C is for us; we decide what becomes of the child
            env=environment(),
        )
    except OSError as error:  # no memory, most likely
        raise AudioError(f"no process for packed sound can be started: {error.strerror or error}") from error
    said = asyncio.create_task(_said(process))
    try:
        yield process, said
    finally:
        await bury(process, said)


async def _read(pipe: StreamReader | None, most: int = _AHEAD) -> bytes:
    """What is there already, or else the next that comes; nothing at the end."""
    return await pipe.read(most) if pipe else b""


async def _said(process: Process) -> str:
    """The last line that a child says on standard error, shortened; libav may have said some before, or Python, when it fell."""
    text = b""
    while piece := await _read(process.stderr):
        text = (text + piece)[-LONGEST_SENTENCE:]
    return text.decode(errors="replace").strip().split("\n")[-1]


async def _well(process: Process, said: "asyncio.Task[str]", file: Path) -> None:
    """Wait for the end of a child. Raises `AudioError` when it was not a good one."""
    sentence = await asyncio.shield(said)
    if code := await process.wait():
        fallen = "" if code == 1 and sentence else f"{file.name}: the process for packed sound ended with code {code}. "
        raise AudioError(f"{fallen}{sentence}".strip())
