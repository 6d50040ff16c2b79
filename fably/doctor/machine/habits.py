"""Settings that make sense one by one, and are known to end in trouble: what people complain of, and where it comes from."""

from collections.abc import Iterator

from fably.doctor.finding import Finding, Repair
from fably.doctor.patient import Patient
from fably.doctor.wording import Scribe
from fably.settings import Settings

PATIENT = 1.5
"""Seconds that a child may think in mid-sentence (xiaozhi-esp32#202)."""
SURE = 0.5
"""Of a wake word: below, a television says it (voice-pe#560)."""
SOFT = 15
"""Percent that is nearly nothing."""


def check_habits(patient: Patient, settings: Settings) -> list[Finding]:
    """A finding for each; none where there is nothing to say."""
    return list(_found(patient, settings, Scribe("habits", settings.language)))


def _found(patient: Patient, settings: Settings, scribe: Scribe) -> Iterator[Finding]:
    if settings.listen_pause_seconds < PATIENT:
        yield scribe.warning("cut_off", "FABLY_LISTEN_PAUSE_SECONDS", seconds=f"{settings.listen_pause_seconds:g}")
    if settings.wakeword and settings.wakeword_threshold is not None and settings.wakeword_threshold < SURE:
        yield scribe.warning("wakes_for_nothing", "FABLY_WAKEWORD_THRESHOLD", threshold=f"{settings.wakeword_threshold:g}")
    if settings.volume_max <= SOFT or 0 < settings.volume <= SOFT:
        yield scribe.warning("too_soft", "FABLY_VOLUME", volume=min(settings.volume, settings.volume_max))
    if settings.keep_recordings:
        yield scribe.warning("keeps_voices", "FABLY_KEEP_RECORDINGS")
    file = settings.state.absolute() / "settings.env"
    if (patient.mode(file) or 0) & 0o077:
        yield scribe.warning("keys_open", str(file), Repair(("chmod", "600", str(file))))
