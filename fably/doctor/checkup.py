"""All checks of `fably doctor`, one after the other, and what is to be thought of them together."""

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import date

from fably.core.types import AudioFormat
from fably.doctor.ear import check_ears
from fably.doctor.examining import Loader
from fably.doctor.finding import Finding
from fably.doctor.fixes import BUG
from fably.doctor.library import check_library
from fably.doctor.memory import check_memory
from fably.doctor.models import in_use, mortality
from fably.doctor.settings import check_settings
from fably.doctor.sound import check_sound
from fably.doctor.voice import check_voices
from fably.doctor.words import check_words
from fably.memory.machine import machine_memory
from fably.providers.configured import Configured, configured
from fably.providers.shared import sharing
from fably.settings import Settings

log = logging.getLogger(__name__)
USUAL = AudioFormat(22_050)
"""What the card is tried with where no voice works."""


@dataclass(frozen=True)
class Checkup:
    """What was found, and who would tell a story now. None where nobody can."""

    findings: tuple[Finding, ...]
    words: Configured | None
    voice: Configured | None
    card: bool = True
    """Whether it is to be heard, and not to be written into a file that somebody named."""

    @property
    def ok(self) -> bool:
        """Whether a story could be told: made up, spoken and heard. One that cannot be kept is told all the same."""
        return self._works("settings", "sound") and self.words is not None and self.voice is not None

    @property
    def unheard(self) -> bool:
        """Whether a story could be told, and only the sound card fails: then `fably` writes it into a file."""
        told = self._works("settings") and self.words is not None and self.voice is not None
        return told and self.card and not self._works("sound")

    def _works(self, *checks: str) -> bool:
        return all(one.works for one in self.findings if one.check in checks)


async def check_up(settings: Settings, today: date) -> Checkup:
    """Look at everything that is set up. It ends: whoever is asked has the deadlines of a story. Nothing is raised."""
    models, voices, ears = configured(settings, "llm"), configured(settings, "tts"), configured(settings, "stt")
    async with sharing(settings) as shared:
        loader = Loader(shared)
        # one kind after the other: a Pi that imports one client while it waits for another would blame the wrong one
        words = await check_words(models, loader)
        voice, said = await check_voices(voices, loader)
        ear = await check_ears(ears, loader, settings, said)
    sound = await _sure("sound", check_sound(settings, said.format if said else USUAL))
    library = await _sure("library", asyncio.to_thread(check_library, settings.library_path))
    memory = check_memory(settings.mode, machine_memory())
    ends = mortality(in_use([*models, *voices, *ears]), today)
    findings = (*words, *voice, *ear, sound, library, memory, *ends, *check_settings(settings))
    return Checkup(findings, _teller(models, words), _teller(voices, voice), card=settings.output is None)


async def _sure(check: str, looking: Awaitable[Finding]) -> Finding:
    """What was found, also where a check itself stumbles over something that nobody thought of."""
    try:
        return await looking
    except Exception as fault:
        log.debug("%s could not be checked", check, exc_info=True)
        return Finding(check, "Fably", "failed", f"{type(fault).__name__}: {fault}", BUG)


def _teller(ones: Sequence[Configured], findings: Sequence[Finding]) -> Configured | None:
    """The first that works, unless the one before it was named on the command line and does not."""
    for one, finding in zip(ones, findings, strict=True):
        if finding.works:
            return one
        if one.strict:
            return None
    return None
