"""Where a story is heard: the card is opened and given a moment of silence, or the file is begun and taken away again."""

import asyncio
import contextlib

from fably.audio.file import WavFile
from fably.audio.portaudio import portaudio
from fably.audio.speaker import SoundCard
from fably.audio.volume import Volume
from fably.core.errors import FablyError
from fably.core.types import AudioFormat, Language
from fably.doctor.finding import Finding
from fably.doctor.wording import phrase
from fably.faults import sentence
from fably.settings import Settings

MOMENT = 0.2
"""Seconds of silence that the card must take."""


async def check_sound(settings: Settings, format: AudioFormat) -> Finding:
    """The finding on where the settings send sound in `format`."""
    if settings.output is not None:
        return await _file(settings.output, settings.language)
    loop, language = asyncio.get_running_loop(), settings.language
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
        choose = phrase(language, "choose_card", cards=", ".join(cards)) if cards else phrase(language, "connect_speaker")
        which = settings.sound_device or phrase(language, "default_card")
        return Finding("sound", which, "failed", sentence(language, fault), phrase(language, "no_card_mend", choose=choose))
    took = loop.time() - asked
    name = await asyncio.to_thread(_name, settings.sound_device, language)
    if settings.volume == 0:
        return Finding("sound", name, "warning", phrase(language, "volume_zero"), phrase(language, "volume_zero_mend"), took)
    return Finding("sound", name, "ok", phrase(language, "takes_sound", rate=format.rate), "", took)


async def _file(where: str, language: Language) -> Finding:
    name = phrase(language, "standard_output") if where == "-" else where
    try:
        await WavFile(where).close()
    except FablyError as fault:
        return Finding("sound", name, "failed", sentence(language, fault), phrase(language, "into_file_mend"))
    return Finding("sound", name, "ok", phrase(language, "into_file"))


def _cards() -> list[str]:
    """The cards that there are, each with its number. None where they cannot be asked for."""
    with contextlib.suppress(Exception):
        return [f"{one['index']} ({one['name']})" for one in portaudio().query_devices() if one["max_output_channels"] > 0][:8]
    return []


def _name(device: str | None, language: Language) -> str:
    """What the system calls the card."""
    with contextlib.suppress(Exception):
        return str(portaudio().query_devices(int(device) if device and device.isdecimal() else device, "output")["name"])
    return device or phrase(language, "default_card")
