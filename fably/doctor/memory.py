"""The machine's memory, and whether the memory mode suits it."""

from fably.core.types import Language
from fably.doctor.finding import Finding
from fably.doctor.wording import phrase, worded
from fably.settings.modes import AUTO, NAMES, InForce, suggested


def check_memory(mode: InForce, memory: int | None, language: Language) -> Finding:
    """The finding on a mode, in a machine with `memory` bytes; None where that is not known."""
    suits, machine = suggested(memory), worded(language, "subjects", "machine")
    has = phrase(language, "memory_unknown") if memory is None else phrase(language, "memory_known", size=f"{memory / 1e9:.2f}")
    detail = phrase(language, "memory_mode", has=has, mode=mode.name)
    detail += phrase(language, "memory_auto", origin=f"{mode.origin}={AUTO}") * mode.auto
    if max(NAMES.index(mode.name), NAMES.index("standard")) >= NAMES.index(suits):
        return Finding("memory", machine, "ok", detail)
    large, mend = phrase(language, "memory_large", detail=detail), phrase(language, "memory_large_mend", suits=suits)
    return Finding("memory", machine, "warning", large, mend)
