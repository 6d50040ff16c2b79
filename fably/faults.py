"""What went wrong, as a sentence for a parent in the language of the story."""

import errno

from fably.core.errors import (
    AudioError,
    AuthenticationFailed,
    ConfigError,
    EngineDied,
    EngineError,
    EngineTooBig,
    EngineTooSlow,
    FablyError,
    LibraryError,
    MissingDependency,
    ModelRetired,
    NothingHeard,
    ProviderBroken,
    ProviderError,
    ProviderTimeout,
    ProviderUnavailable,
    QuotaExceeded,
    StoryCutShort,
    VoiceUnknown,
)
from fably.core.types import Language
from fably.texts import text

NAMES: dict[type[BaseException], str] = {
    EngineTooBig: "too_big",
    EngineTooSlow: "too_slow",
    EngineDied: "died",
    EngineError: "engine",
    StoryCutShort: "cut_short",
    ProviderUnavailable: "unavailable",
    ProviderTimeout: "timeout",
    ProviderBroken: "broken",
    QuotaExceeded: "quota",
    VoiceUnknown: "voice",
    ModelRetired: "model",
    AuthenticationFailed: "key",
    MissingDependency: "missing",
    ProviderError: "provider",
    AudioError: "audio",
    LibraryError: "library",
    NothingHeard: "nothing",
    ConfigError: "config",
    FablyError: "other",
}
"""The sentence of each class in the section [fault] of the locale; the first that fits is taken."""


_REASONS = {
    errno.ENOENT: "not_there", errno.EACCES: "not_allowed", errno.EPERM: "not_allowed", errno.EISDIR: "is_folder",
    errno.ENOTDIR: "no_folder", errno.ENOSPC: "disk_full", errno.EROFS: "read_only",
}  # fmt: skip
"""What the system says of a file, by the name of its clause in [wrong]."""


def sentence(language: Language, fault: BaseException) -> str:
    """One sentence without a full stop. In English it is what `fault` says. In another language it is the sentence of its kind, and
    where it has none that of its class, with what it says in brackets, so that nothing is lost that matters for mending it."""
    said = str(fault).strip().rstrip(".")
    if language == "en" or (isinstance(fault, NothingHeard) and said):  # what nobody said is told in the language of the story
        return said
    if isinstance(fault, FablyError) and fault.wrong:
        about = {name: _reason(language, value) if isinstance(value, OSError) else value for name, value in fault.about.items()}
        return text(language, f"wrong.{fault.wrong}", **about)
    if isinstance(fault, ProviderError) and fault.kind:
        return _filled(text(language, f"fault.{fault.kind}", detail=fault.detail), fault.place)
    name = next((name for kind, name in NAMES.items() if isinstance(fault, kind)), "other")
    line = _filled(text(language, f"fault.{name}"), getattr(fault, "place", ""))
    return f"{line} ({said})" if said else line


def _reason(language: Language, error: OSError) -> object:
    """What the system says of a file that it could not have."""
    known = _REASONS.get(error.errno or 0)
    return text(language, f"wrong.{known}") if known else error.strerror or error


def _filled(line: str, place: str) -> str:
    """`line` with the name of the service before it, or without."""
    if place:
        return line.replace("{place}", place)
    line = line.removeprefix("{place}: ")
    return ("İ" if line[:1] == "i" else line[:1].upper()) + line[1:]
