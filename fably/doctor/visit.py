"""What `fably doctor` does, from the settings to the exit code."""

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from fably import logs
from fably.core.errors import ConfigError
from fably.core.types import Language
from fably.doctor.bundle import write_bundle
from fably.doctor.checkup import Checkup, check_up
from fably.doctor.finding import Finding
from fably.doctor.mending import Mended, mend
from fably.doctor.patient import Patient
from fably.doctor.report import as_json, discreet, headline, last_line, table, what_was_done
from fably.doctor.round import CHECKS, round_of
from fably.doctor.wording import phrase
from fably.memory.malloc import tune
from fably.running import STOPPED, run
from fably.screen import Screen, show
from fably.settings import Settings
from fably.texts import text

WRONG = 2  # as for every command that is given a wrong setting
PAPER = 100
"""Columns where there is no terminal."""


@dataclass(frozen=True)
class Wanted:
    """What is wanted beside a look."""

    json: bool = False
    fix: bool = False
    """Run what mends."""
    tone: bool = False
    """Play a tone, and listen to it, also where a person hears it."""
    bundle: str | None = None
    """The file for a report; "-" is standard output, and then nothing else is shown there."""


def visit(settings: Settings, wanted: Wanted) -> int:
    """Look at everything, show what was found, and give the exit code: 0 when a story could be told, else 1. Raises `ConfigError`."""
    tune()
    if settings.debug:
        logs.start(settings)
    screen, patient = Screen(settings), Patient()
    quiet = wanted.json or wanted.bundle == "-"
    if not quiet:
        show(headline(settings.language) + "\n\n", sys.stdout)
    mended: list[Mended] | None = None
    try:
        found = run(check_up(settings, date.today(), patient, tone=wanted.tone))
        if wanted.fix:
            mended = mend(found.findings, patient)
            found = _looked_again(found, mended, settings, patient)
    except KeyboardInterrupt:
        screen.warn(text(settings.language, "status.stopped"))
        return STOPPED
    found = discreet(found, logs.secrets_of(settings))
    if wanted.json or not quiet:
        _show(found, settings.language, json=wanted.json, mended=mended)
    if wanted.bundle is not None:
        _bundle(wanted.bundle, found, settings, patient, screen)
    return 0 if found.ok else 1


def visit_nobody(error: ConfigError, *, json: bool) -> int:
    """Show that the settings themselves are wrong, so that nothing else can be looked at, and give the exit code for that."""
    found = Checkup((Finding("settings", "Fably", "failed", str(error), phrase("en", "setting_mend")),), None, None)
    _show(found, "en", json=json)  # nobody knows which language was meant
    return WRONG


def _looked_again(found: Checkup, mended: Sequence[Mended], settings: Settings, patient: Patient) -> Checkup:
    """What was found, as it is after something was done about it."""
    again = {one.check for one in mended if one.outcome == "done"} & CHECKS.keys()
    if not again:
        return found
    new = run(round_of(patient, settings, {name: CHECKS[name] for name in CHECKS if name in again}))
    return replace(found, findings=(*(one for one in found.findings if one.check not in again), *new))


def _bundle(file: str, found: Checkup, settings: Settings, patient: Patient, screen: Screen) -> None:
    try:
        path = write_bundle(file, found, settings, patient)
    except OSError as error:
        raise ConfigError(f"--bundle: {file} cannot be written ({error.strerror or error}); choose another place") from error
    if path is not None:
        screen.warn(text(settings.language, "doctor.bundled", path=path))


def _show(found: Checkup, language: Language, *, json: bool, mended: Sequence[Mended] | None = None) -> None:
    if json:
        show(as_json(found, mended) + "\n", sys.stdout)
        return
    tty = sys.stdout is not None and sys.stdout.isatty()
    width = shutil.get_terminal_size((PAPER, 24)).columns if tty else PAPER
    rows = table(found.findings, max(40, min(width, 140)), language, colour=tty and not os.environ.get("NO_COLOR"))
    done = f"{what_was_done(mended, language)}\n\n" if mended is not None else ""
    show(f"{rows}\n\n{done}{last_line(found, language)}\n", sys.stdout)
