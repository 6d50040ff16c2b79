"""Listens once: opens the microphone, waits for somebody to speak and to finish, and gives what was said.

Time is counted in samples. The sound is in memory only, and only as much of it as can be of use: until somebody speaks, half a second.
"""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

from fably.core.errors import AudioError, NothingHeard
from fably.core.protocols import Microphone
from fably.core.types import AudioFormat, Utterance
from fably.listening.endpointing import Endpointer, Rules
from fably.listening.keeping import keep_recording
from fably.listening.ring import Ring
from fably.listening.speech import FRAME, SpeechDetector
from fably.pcm.samples import is_flat

log = logging.getLogger(__name__)

FORMAT = AudioFormat(16_000)
"""What microphones give and recognisers take."""
AROUND = 0.5
"""Seconds that are kept before the first and after the last speech: the beginning of a word is quieter than what is taken for speech."""
DEAD = 2.0
"""Seconds of nothing but one and the same value after which a microphone counts as broken: a quiet room is never as quiet."""
_STEP = FORMAT.bytes_in(FRAME)


async def listen(
    microphone: Microphone,
    rules: Rules,
    *,
    done: asyncio.Event | None = None,
    held: asyncio.Event | None = None,
    heard: asyncio.Event | None = None,
    keep: Path | None = None,
) -> Utterance:
    """What somebody says, with half a second around it, at most `rules.longest` of it: of a longer speech the last.

    `done`, once set, ends it at the next 20 ms: "that was all". While `held` is set nothing else ends it, however long: push to talk.
    `heard` is set as soon as somebody has really spoken. `keep` is a folder for a copy of the sound; without it nothing of a child's
    voice touches the disk. To stop listening and to forget what was said, cancel it.

    Raises `NothingHeard` when nobody spoke, `AudioError` for a microphone that is broken or gives nothing but silence.
    """
    if microphone.format != FORMAT:
        raise AudioError(f"the microphone gives {microphone.format}, and not {FORMAT}")
    hearing = Hearing(rules)
    async with aclosing(microphone.stream()) as pieces:
        async for pcm in pieces:
            over = hearing.take(pcm)
            if heard is not None and hearing.heard:
                heard.set()
            if done is not None and done.is_set():
                break
            if over and (held is None or not held.is_set()):
                break
        else:
            raise AudioError("the microphone has stopped: it gives no more sound")
    utterance = hearing.utterance()
    if hearing.dropped:
        log.warning("somebody spoke for too long: the first %.1f s are forgotten", hearing.dropped / FORMAT.rate)
    if keep is not None:
        await keep_recording(utterance, keep)
    return utterance


class Hearing:
    """What has been heard so far. Pure: it is fed with sound, and knows neither clock nor microphone."""

    def __init__(self, rules: Rules) -> None:
        self._endpointer = Endpointer(rules)
        self._detector = SpeechDetector()
        self._ring = Ring(FORMAT, rules.longest + 2 * AROUND)
        self._rest = b""
        self._flat = b""  # a sample, as long as every one has been like it
        self._count = 0
        self._alive = False

    @property
    def heard(self) -> bool:
        """Whether somebody has really spoken."""
        return self._endpointer.heard

    @property
    def dropped(self) -> int:
        """Frames of speech that were forgotten, for it was too long."""
        return self._ring.dropped

    def take(self, pcm: bytes) -> bool:
        """Take sound, whole frames in any number. True once there is nothing more to wait for. Raises `AudioError` where it is dead."""
        self._ring.add(pcm)
        self._listen_for_life(pcm)
        over = False
        for frame in self._frames(pcm):
            for is_speech in self._detector.feed(frame):
                over = self._endpointer.feed(FRAME, is_speech) or over
        if not self.heard:
            self._ring.forget_before(self._wanted)
        return over

    @property
    def _wanted(self) -> float:
        """Where in the sound, in seconds, that begins which may be of use."""
        began = self._endpointer.began
        return (self._endpointer.now if began is None else began) - AROUND

    def utterance(self) -> Utterance:
        """What was said. Raises `NothingHeard` when nobody spoke."""
        for is_speech in self._detector.rest():  # it was ended before the room was known
            self._endpointer.feed(FRAME, is_speech)
        if not self.heard:
            raise NothingHeard("nobody spoke to the microphone")
        return Utterance(self._ring.between(self._wanted, self._endpointer.ended + AROUND), FORMAT)

    def _frames(self, pcm: bytes) -> Iterator[bytes]:
        pcm = self._rest + pcm
        whole = len(pcm) - len(pcm) % _STEP
        self._rest = pcm[whole:]
        for at in range(0, whole, _STEP):
            yield pcm[at : at + _STEP]

    def _listen_for_life(self, pcm: bytes) -> None:
        if self._alive or not pcm:
            return
        self._flat = self._flat or pcm[:2]
        self._alive = not is_flat(self._flat + pcm)
        self._count += len(pcm)
        if not self._alive and self._count >= FORMAT.bytes_in(DEAD):
            raise AudioError(
                "the microphone gives nothing but silence: it is muted, or not the right one; choose another with --microphone-device"
            )
