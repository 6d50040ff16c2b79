"""All checks of `fably doctor`, one after the other, and what is to be thought of them together."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import date

from fably.core.types import AudioFormat
from fably.doctor.ear import check_ears
from fably.doctor.examining import Loader
from fably.doctor.finding import Finding
from fably.doctor.library import check_library
from fably.doctor.memory import check_memory
from fably.doctor.models import in_use, mortality
from fably.doctor.network import check_network
from fably.doctor.patient import Patient
from fably.doctor.round import round_of, sure
from fably.doctor.settings import check_settings
from fably.doctor.sound import check_sound
from fably.doctor.tone import check_tone, is_loop
from fably.doctor.voice import check_voices
from fably.doctor.words import check_words
from fably.memory.machine import machine_memory
from fably.providers.configured import Configured, configured
from fably.providers.shared import sharing
from fably.settings import Settings

USUAL = AudioFormat(22_050)
"""What the card is tried with where no voice works."""
LONG = 60.0
"""Seconds for a check that has deadlines of its own."""


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


async def check_up(settings: Settings, today: date, patient: Patient | None = None, *, tone: bool = False) -> Checkup:
    """Look at everything that is set up, and at the machine. It ends: whoever is asked has the deadlines of a story. Nothing is raised.
    `tone`: play one, and listen to it, also where a person would hear it."""
    patient = patient or Patient()
    machine = await round_of(patient, settings)
    models, voices, ears = configured(settings, "llm"), configured(settings, "tts"), configured(settings, "stt")
    way = await sure("network", settings, lambda: check_network([*models, *voices, *ears], patient, settings), LONG)
    async with sharing(settings) as shared:
        loader = Loader(shared)
        # one kind after the other: a Pi that imports one client while it waits for another would blame the wrong one
        words = await check_words(models, loader)
        voice, said = await check_voices(voices, loader)
        ear = await check_ears(ears, loader, settings, said)
    sound = await sure("sound", settings, lambda: _one(check_sound(settings, said.format if said else USUAL)), LONG)
    heard = await sure("tone", settings, lambda: check_tone(settings), LONG) if tone or is_loop(patient, settings) else []
    library = await sure(
        "library", settings, lambda: _one(asyncio.to_thread(check_library, settings.library_path, settings.language)), LONG
    )
    memory = check_memory(settings.mode, machine_memory(), settings.language)
    ends = mortality(in_use([*models, *voices, *ears]), today, language=settings.language)
    findings = (*words, *voice, *ear, *sound, *heard, *library, memory, *ends, *check_settings(settings), *way, *machine)
    return Checkup(findings, _teller(models, words), _teller(voices, voice), card=settings.output is None)


async def _one(looking: Awaitable[Finding]) -> list[Finding]:
    return [await looking]


def _teller(ones: Sequence[Configured], findings: Sequence[Finding]) -> Configured | None:
    """The first that works, unless the one before it was named on the command line and does not."""
    for one, finding in zip(ones, findings, strict=True):
        if finding.works:
            return one
        if one.strict:
            return None
    return None
