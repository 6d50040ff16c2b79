"""The microphone: a sound card by way of PortAudio, with one thread that reads it.

The thread waits in the card's own time and hands on 20 ms at a time. Between it and whoever listens there are two seconds at most: what
nobody fetches in time is dropped, oldest first, and counted.
"""

import asyncio
import contextlib
import logging
import threading
from collections import deque
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from typing import Any

from fably.audio.opening import closed, device_of, giving_back, installed, opened, short
from fably.core.errors import AudioError
from fably.core.threads import in_daemon
from fably.core.types import AudioFormat
from fably.pcm.converting import Converter

log = logging.getLogger(__name__)

RATE = 16_000  # Hz
STEP = 0.02  # seconds read at once
LATENCY = 0.4  # seconds that the card can hold while somebody else has the processor, at least; it hands on a quarter of them at once
WAITING = 2.0  # seconds that wait for whoever listens
SILENT = 20.0  # seconds in which a card must open, as for the speaker
STALLED = 5.0  # seconds after which a card that gives nothing counts as broken
_UNFIT = -9997  # PortAudio's code for a card that does not have that rate


class SoundCardMicrophone:
    """A `Microphone`. `device` is a number or a part of a name, None the default.

    It gives 16-bit mono sound at 16 kHz. The two sides of a card that has two are mixed, another rate is converted.
    """

    def __init__(self, device: str | None) -> None:
        self._device = device_of(device)
        self.dropped = 0
        """Frames of the card that were lost since this object was made: nobody fetched them in time."""

    @property
    def format(self) -> AudioFormat:
        """What `stream` gives."""
        return AudioFormat(RATE)

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """What the card hears from the first piece on, 20 ms at a time. To be closed, which gives the card back. Raises `AudioError`."""
        card: _Opened = await opened(self._open, "the microphone", SILENT)
        converter = Converter(RATE)
        reader = _Reader(card)
        try:
            while True:
                if pcm := converter.convert(await reader.next(), card.format):
                    yield pcm
        finally:
            await reader.close()
            self.dropped += reader.dropped
            if reader.dropped or reader.overflows:
                log.warning("the microphone lost %d frames, and the card %d times some of its own", reader.dropped, reader.overflows)

    def _open(self) -> "_Opened":
        sounddevice = installed("microphone")
        try:
            info = sounddevice.query_devices(self._device, "input")
            # PortAudio would take one side of a card that has two, and a child may sit on the other
            wanted = AudioFormat(RATE, channels=2 if info["max_input_channels"] == 2 else 1)
            try:
                return _input(sounddevice, self._device, wanted)
            except sounddevice.PortAudioError as error:
                if error.args[1:2] != (_UNFIT,):
                    raise
                return _input(sounddevice, self._device, replace(wanted, rate=int(info["default_samplerate"])))
        except (sounddevice.PortAudioError, ValueError) as error:  # a ValueError where no card is called so
            which = "the microphone" if self._device is None else f"the microphone {self._device!r}"
            raise AudioError(
                f"{which} cannot be opened: {short(error)}; connect one, or choose another with --microphone-device"
            ) from error


@dataclass(frozen=True, slots=True)
class _Opened:
    """A stream, and what it gives."""

    stream: Any
    format: AudioFormat

    def close(self) -> None:
        self.stream.close()


def _input(sounddevice: Any, device: str | int | None, format: AudioFormat) -> _Opened:
    stream = sounddevice.RawInputStream(samplerate=format.rate, channels=format.channels, dtype="int16", device=device, latency=LATENCY)
    return _Opened(stream, format)


class _Reader:
    """The thread that reads one open stream, and what waits between it and the loop."""

    def __init__(self, card: _Opened) -> None:
        self._card, self._format = card, card.format
        self._waiting: deque[bytes] = deque()
        self._held = 0
        self._lock = threading.Lock()
        self._moved = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._error: Exception | None = None
        self._closed = False
        self.dropped = self.overflows = 0
        try:
            self._reading = in_daemon(self._read, name="microphone")
        except OSError as error:
            closed(card)
            raise AudioError(f"the microphone cannot be read: {error}") from error

    async def next(self) -> bytes:
        """The next piece, in the card's own format. Raises `AudioError` once the card has failed or gives nothing any more."""
        while True:
            self._moved.clear()
            with self._lock:
                if self._waiting:
                    pcm = self._waiting.popleft()
                    self._held -= len(pcm)
                    return pcm
                if self._error is not None:
                    raise AudioError(f"the microphone failed: {short(self._error)}") from self._error
            try:
                async with asyncio.timeout(STALLED):
                    await self._moved.wait()
            except TimeoutError:
                raise AudioError(f"the microphone has given no sound for {STALLED:g} seconds") from None

    async def close(self) -> None:
        """Stop the thread, which gives the card back."""
        self._closed = True
        with contextlib.suppress(TimeoutError):  # a card that was pulled out may never answer; the thread is a daemon
            async with asyncio.timeout(1.0):
                await asyncio.shield(self._reading)

    # ---- in the thread ---------------------------------------------------------------------------------------------------

    def _read(self) -> None:
        most = self._format.bytes_in(WAITING)
        try:
            with giving_back(self._card):
                stream = self._card.stream
                stream.start()
                while not self._closed:
                    pcm, overflowed = stream.read(int(self._format.rate * STEP))
                    self.overflows += bool(overflowed)
                    self._hand_on(bytes(pcm), most)
                stream.abort()
        except Exception as error:
            with self._lock:
                self._error = error
            self._wake()

    def _hand_on(self, pcm: bytes, most: int) -> None:
        with self._lock:
            self._waiting.append(pcm)
            self._held += len(pcm)
            while self._held > most:
                lost = len(self._waiting.popleft())
                self._held -= lost
                self.dropped += lost // self._format.frame
        self._wake()

    def _wake(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop may be gone by now
            self._loop.call_soon_threadsafe(self._moved.set)
