"""Where a story is heard: the card is opened and given a moment of silence, or the file is begun and taken away again."""

import asyncio
import contextlib

from fably.audio.file import WavFile
from fably.audio.portaudio import portaudio
from fably.audio.speaker import SoundCard
from fably.audio.volume import Volume
from fably.core.errors import FablyError
from fably.core.types import AudioFormat
from fably.doctor.finding import Finding
from fably.settings import Settings

MOMENT = 0.2
"""Seconds of silence that the card must take."""


async def check_sound(settings: Settings, format: AudioFormat) -> Finding:
    """The finding on where the settings send sound in `format`."""
    if settings.output is not None:
        return await _file(settings.output)
    loop = asyncio.get_running_loop()
    asked, card = loop.time(), SoundCard(settings.sound_device, Volume(settings.volume, most=settings.volume_max))
    try:
        await card.open(format)
        try:
            await card.write(bytes(format.bytes_in(MOMENT)))
            await card.drain()
        finally:
            await card.close()
    except FablyError as fault:
        cards = await asyncio.to_thread(_cards)
        choose = f"name one of these with --sound-device: {', '.join(cards)}" if cards else "connect a speaker"
        which = settings.sound_device or "the default card"
        return Finding("sound", which, "failed", str(fault), f"{choose}; or have the story in a file: fably --output story.wav")
    took = loop.time() - asked
    name = await asyncio.to_thread(_name, settings.sound_device)
    muted = "the volume is 0, so nothing is heard" if settings.volume == 0 else ""
    detail = muted or f"it takes sound at {format.rate} Hz"
    return Finding("sound", name, "warning" if muted else "ok", detail, "set FABLY_VOLUME, up to 100" if muted else "", took)


async def _file(where: str) -> Finding:
    name = "standard output" if where == "-" else where
    try:
        await WavFile(where).close()
    except FablyError as fault:
        return Finding("sound", name, "failed", str(fault), "choose another place with --output, or leave it out to hear the story")
    return Finding("sound", name, "ok", "the sound goes there, and no card is looked at")


def _cards() -> list[str]:
    """The cards that there are, each with its number. None where they cannot be asked for."""
    with contextlib.suppress(Exception):
        return [f"{one['index']} ({one['name']})" for one in portaudio().query_devices() if one["max_output_channels"] > 0][:8]
    return []


def _name(device: str | None) -> str:
    """What the system calls the card."""
    with contextlib.suppress(Exception):
        return str(portaudio().query_devices(int(device) if device and device.isdecimal() else device, "output")["name"])
    return device or "the default card"
