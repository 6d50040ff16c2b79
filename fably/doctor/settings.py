"""The settings: where they were read, and whether they add up to a storyteller."""

from collections.abc import Callable
from pathlib import Path

from fably.core.errors import ConfigError
from fably.doctor.finding import Finding
from fably.doctor.wording import phrase
from fably.providers.choice import choose
from fably.settings import Settings
from fably.story.gate import Gate
from fably.story.prompt import own_prompt


def check_settings(settings: Settings) -> list[Finding]:
    """One finding for everything that would keep `fably` from beginning a story, or one that says where the settings come from."""
    checks: list[Callable[[], object]] = [
        lambda: choose(settings, "llm"),
        lambda: choose(settings, "tts"),
        lambda: choose(settings, "stt"),
        lambda: own_prompt(settings.prompt_file),
    ]
    if settings.allowed:
        checks.append(lambda: Gate(settings.language, settings.age, settings.allowed).prepare())
    faults = []
    for check in checks:
        try:
            check()
        except ConfigError as error:
            faults.append(str(error))
        except ValueError as error:  # the gate's, which does not know where its topics come from
            faults.append(f"--allow: {error}")
    if faults:
        return [Finding("settings", "Fably", "failed", fault, phrase(settings.language, "setting_mend")) for fault in dict.fromkeys(faults)]
    files = [one for one in (settings.state / "settings.env", Path(".env").absolute()) if one.is_file()]
    if files:
        together = phrase(settings.language, "and").join(map(str, files))
        return [Finding("settings", "Fably", "ok", phrase(settings.language, "read_from", files=together))]
    return [Finding("settings", "Fably", "ok", phrase(settings.language, "no_file", file=settings.state / "settings.env"))]
