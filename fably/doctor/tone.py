"""A tone that is played and listened to, where what is played can be heard by the machine itself: on a card whose loudspeaker leads to its
own microphone (snd-aloop), or where somebody asks for it.
"""

import asyncio
import contextlib
import math
from array import array
from contextlib import aclosing

from fably.audio.microphone import SoundCardMicrophone
from fably.audio.speaker import SoundCard
from fably.audio.volume import Volume
from fably.core.errors import FablyError
from fably.core.types import AudioFormat
from fably.doctor.finding import Finding
from fably.doctor.machine.cards import cards
from fably.doctor.patient import Patient
from fably.doctor.wording import Scribe
from fably.faults import sentence
from fably.pcm.tones import chime
from fably.settings import Settings

HZ = 1000
SECONDS, LISTENED = 1.0, 4.0
"""How long it sounds, and for how long it may take to be heard."""
CLEAR = 0.5
"""Of the strength of what is heard, as much as must be of that pitch, in some tenth of a second."""
LOOPBACK = "Loopback"


def is_loop(patient: Patient, settings: Settings) -> bool:
    """Whether what is played comes back by itself: the only card, or the one that is named, is the kernel's loop."""
    there = [one for one in cards(patient) if one.plays]
    named = settings.sound_device or ""
    return settings.output is None and any(LOOPBACK in one.id for one in there) and (len(there) == 1 or LOOPBACK.lower() in named.lower())


async def check_tone(settings: Settings) -> list[Finding]:
    """The finding on a tone that was played."""
    scribe = Scribe("tone", settings.language)
    try:
        share = await _heard(settings)
    except FablyError as fault:
        return [scribe.failed("tone_impossible", fault=sentence(settings.language, fault))]
    if share >= CLEAR:
        return [scribe.ok("tone_heard", hz=HZ)]
    return [scribe.warning("tone_unheard", hz=HZ)]


async def _heard(settings: Settings) -> float:
    """How much of what was heard was the tone, at best."""
    microphone = SoundCardMicrophone(settings.microphone_device)
    best, played = 0.0, asyncio.create_task(_played(settings), name="tone")
    try:
        async with asyncio.timeout(SECONDS + LISTENED), aclosing(microphone.stream()) as frames:
            rest = b""
            async for frame in frames:
                rest += frame
                tenth = microphone.format.bytes_in(0.1)
                while len(rest) >= tenth:
                    best, rest = max(best, purity(rest[:tenth], microphone.format)), rest[tenth:]
                if best >= CLEAR:
                    break
    except TimeoutError:
        pass
    finally:
        with contextlib.suppress(asyncio.CancelledError):
            await played
    return best


async def _played(settings: Settings) -> None:
    card = SoundCard(settings.sound_device, Volume(min(settings.volume, 60), most=settings.volume_max))
    format = AudioFormat(16_000)
    await card.open(format)
    try:
        await card.write(chime([(HZ, SECONDS)], format.rate))
        await card.drain()
    finally:
        await card.close()


def purity(pcm: bytes, format: AudioFormat) -> float:
    """How much of the strength of 16-bit `pcm` is at `HZ`, from 0 to 1 (Goertzel); 0 for silence."""
    samples = array("h", pcm)[:: format.channels]
    whole = sum(one * one for one in samples)
    if whole <= len(samples) * 100:  # below -70 dBFS
        return 0.0
    turn, before, last = 2 * math.cos(2 * math.pi * HZ / format.rate), 0.0, 0.0
    for one in samples:
        before, last = last, one + turn * last - before
    return (before * before + last * last - turn * before * last) / (whole * len(samples) / 2)
