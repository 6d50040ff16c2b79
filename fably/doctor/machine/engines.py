"""The engines next door, as far as somebody set them: whether they can keep up on this machine, as was measured here."""

import json

from fably.doctor.finding import Finding
from fably.doctor.patient import Patient
from fably.doctor.wording import Scribe
from fably.engines.learned import SLOWEST
from fably.settings import Settings

PACKAGES = {"piper": "piper-tts", "whisper": "faster-whisper"}


def check_engines(patient: Patient, settings: Settings) -> list[Finding]:
    """Findings on Piper and Whisper where they are set; none where they are not."""
    scribe = Scribe("engines", settings.language)
    used = [name for name in (settings.tts_provider, settings.stt_provider) if name in PACKAGES]
    found = [scribe.failed("no_engine", name, package=name) for name in used if patient.version(PACKAGES[name]) is None]
    try:
        learned = json.loads(patient.read(settings.state.absolute() / "engines.json") or "{}")
    except ValueError:
        return found
    for name, facts in sorted(learned.items() if isinstance(learned, dict) else ()):
        speed = facts.get("speed") if isinstance(facts, dict) else None
        if settings.tts_provider == "piper" and isinstance(speed, int | float) and speed > SLOWEST:
            found.append(scribe.warning("engine_slow", name, speed=f"{speed:.1f}"))
    return found or [scribe.ok("engine", ", ".join(used))] * bool(used)
