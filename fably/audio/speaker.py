"""The loudspeaker: a sound card by way of PortAudio, with one thread that feeds it.

The thread writes 20 ms at a time and, when there is nothing to say, silence: a stream that runs dry or is reopened pops. Falling
silent is what it does between two writes, so it takes as long as the card's own buffer and needs nobody's consent. Loudness is its
business too, for a change must be heard now, and not after what waits already.
"""

import asyncio
import contextlib
import logging
import threading
from collections import deque
from typing import Any

from fably.audio.opening import device_of, giving_back, installed, opened, short
from fably.audio.volume import Volume
from fably.core.errors import AudioError
from fably.core.types import AudioFormat
from fably.pcm.fading import Fader
from fably.pcm.samples import fade_out
from fably.pulse import Pulse

log = logging.getLogger(__name__)

STEP = 0.02  # seconds written at once
LATENCY = 0.06  # seconds that the card holds
AHEAD = 0.2  # seconds that wait for the thread
SILENT = 20.0  # seconds in which a card must open; on a Pi that imports a client meanwhile it takes three
STALLED = 5.0  # seconds after which a card that takes nothing counts as broken


class SoundCard:
    """A `Speaker`. `device` is a number or a part of a name, None the default; `volume` may change while it plays. `pulse` beats as long as
    the card takes what it is given: a thread that hangs in a driver outlives `close`, and only a new process gets rid of it."""

    is_clock = True

    def __init__(self, device: str | None, volume: Volume, pulse: Pulse | None = None) -> None:
        self._device = device_of(device)
        self._pulse = pulse or Pulse("the sound card", STALLED)
        self._volume = volume
        self._stream: Any = None
        self._thread: threading.Thread | None = None
        self._waiting: deque[bytes] = deque()
        self._held = 0
        self._changed = threading.Condition()
        self._aborted = self._closed = self._begun = False
        self._error: Exception | None = None
        self._wanted = -1  # wake the writer when no more than this many bytes wait

    async def open(self, format: AudioFormat) -> None:
        """Open the card. It makes no sound and takes no time of it until the first `write`. Raises `AudioError`."""
        self._format = format
        self._moved = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._stream = await opened(self._open, "the sound card", SILENT)
        self._thread = threading.Thread(target=self._feed, name="speaker", daemon=True)
        self._thread.start()

    def _open(self) -> Any:
        sounddevice = installed("sound")
        try:
            return sounddevice.RawOutputStream(
                samplerate=self._format.rate, channels=self._format.channels, dtype="int16", device=self._device, latency=LATENCY
            )
        except (sounddevice.PortAudioError, ValueError) as error:
            which = "the sound card" if self._device is None else f"sound device {self._device!r}"
            raise AudioError(f"{which} cannot be opened: {short(error)}") from error

    async def write(self, pcm: bytes) -> None:
        """Hand over sound; returns when less than 0.2 s of it waits. Raises `AudioError` once the card has failed."""
        with self._changed:
            self._waiting.append(pcm)
            self._held += len(pcm)
            self._changed.notify()
        await self._until_at_most(self._format.bytes_in(AHEAD))

    async def drain(self) -> None:
        """Wait until the card has everything; `close` then lets it play to the end. Raises `AudioError`."""
        await self._until_at_most(0)

    async def _until_at_most(self, count: int) -> None:
        while True:
            self._moved.clear()
            with self._changed:
                if self._error is not None:
                    raise AudioError(f"the sound card failed: {short(self._error)}") from self._error
                if self._held <= count:
                    return
                self._wanted, held = count, self._held
            try:
                async with asyncio.timeout(STALLED):
                    await self._moved.wait()
            except TimeoutError:
                if self._held == held:
                    raise AudioError(f"the sound card has taken no sound for {STALLED:g} seconds") from None

    async def abort(self) -> None:
        """Fade out and go on with silence. Returns at once; what the card itself holds (60 ms) is still heard."""
        with self._changed:
            self._aborted = True
            self._changed.notify()

    async def close(self) -> None:
        """Stop the thread and give the card back; what has not been heard by then never will be."""
        if self._thread is None:
            return
        with self._changed:
            self._closed = True
            self._changed.notify()
        # bounded, for a card that was pulled out may never answer; the thread is a daemon
        await asyncio.to_thread(self._thread.join, 1.0)

    # ---- in the thread ---------------------------------------------------------------------------------------------------

    def _feed(self) -> None:
        silence = bytes(self._format.bytes_in(STEP))
        fader = Fader(self._format)
        written = dry = 0
        try:
            with contextlib.ExitStack() as work, giving_back(self._stream) as stream:
                pcm = self._next(silence)
                if pcm is not None:
                    work.enter_context(self._pulse.working())
                    stream.start()
                while pcm is not None:
                    late = stream.write(fader.faded(pcm, self._volume.gain))
                    written += 1
                    dry += bool(late) and written * STEP > 1.0  # a card that starts is empty
                    self._pulse.beat()
                    pcm = self._next(silence)
                if self._begun:
                    stream.abort() if self._aborted else stream.stop()
        except Exception as error:
            with self._changed:
                self._error = error
            self._wake()
        if dry:
            log.info("the sound card ran dry %d times in %.0f s", dry, written * STEP)

    def _next(self, silence: bytes) -> bytes | None:
        """The next 20 ms, or None at the end. Before the first sound it waits, so that the card starts with the story."""
        step = len(silence)
        with self._changed:
            while not (self._begun or self._waiting or self._closed):
                self._changed.wait()
            if self._begun and not self._waiting and not self._closed:
                # the card still has some: perhaps the sound is only a moment late. It also keeps a device without a clock from
                # taking silence as fast as we can make it.
                self._changed.wait(STEP / 2)
            if self._closed:
                return None
            self._begun = True
            if self._aborted:
                last = self._waiting[0][:step] if self._waiting else b""
                self._waiting.clear()
                self._held = 0
                self._wake()
                return fade_out(last) if last else silence
            taken = bytearray()
            while self._waiting and len(taken) < step:
                head = self._waiting.popleft()
                room = step - len(taken)
                taken += head[:room]
                if len(head) > room:
                    self._waiting.appendleft(head[room:])
            self._held -= len(taken)
            if self._held <= self._wanted:
                self._wanted = -1
                self._wake()
            return bytes(taken) + silence[len(taken) :]

    def _wake(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop may be gone by now
            self._loop.call_soon_threadsafe(self._moved.set)
