"""The wake word: whether there is an engine for it, and one that knows the word."""

from fably.core.errors import ConfigError, MissingDependency
from fably.doctor.finding import Finding
from fably.doctor.machine.cards import cards
from fably.doctor.patient import Patient
from fably.doctor.wording import Scribe
from fably.faults import sentence
from fably.settings import Settings
from fably.triggers import wanted_word


def check_wake_word(patient: Patient, settings: Settings) -> list[Finding]:
    """The finding on the word that is set; none where nobody listens for one."""
    scribe, word = Scribe("wakeword", settings.language), settings.wakeword_model or settings.wakeword_engine
    try:
        wanted = wanted_word(settings)
    except MissingDependency as fault:
        return [scribe.failed("no_wake_engine", settings.wakeword_engine, fault=sentence(settings.language, fault))]
    except ConfigError as fault:
        return [scribe.failed("no_wake_word", word, fault=sentence(settings.language, fault))]
    if wanted is None:
        return []
    if patient.there("/proc/asound") and not any(one.listens for one in cards(patient)):
        return [scribe.failed("nobody_hears", wanted.model)]
    if settings.wakeword_while_telling:
        return [scribe.warning("hears_itself", wanted.model)]
    return [scribe.ok("listens", wanted.model, engine=settings.wakeword_engine)]
