"""What `fably doctor` does, from the settings to the exit code."""

import os
import shutil
import sys
from datetime import date

from fably import logs
from fably.core.errors import ConfigError
from fably.core.types import Language
from fably.doctor.checkup import Checkup, check_up
from fably.doctor.finding import Finding
from fably.doctor.fixes import SETTING
from fably.doctor.report import as_json, discreet, headline, last_line, table
from fably.memory.malloc import tune
from fably.running import STOPPED, run
from fably.screen import Screen, show
from fably.settings import Settings
from fably.texts import text

WRONG = 2  # as for every command that is given a wrong setting
PAPER = 100
"""Columns where there is no terminal."""


def visit(settings: Settings, *, json: bool) -> int:
    """Look at everything, show what was found, and give the exit code: 0 when a story could be told, else 1."""
    tune()
    if settings.debug:
        logs.start(settings)
    screen = Screen(settings)
    if not json:
        show(headline(settings.language) + "\n\n", sys.stdout)
    try:
        found = run(check_up(settings, date.today()))
    except KeyboardInterrupt:
        screen.warn(text(settings.language, "status.stopped"))
        return STOPPED
    _show(discreet(found, logs.secrets_of(settings)), settings.language, json=json)
    return 0 if found.ok else 1


def visit_nobody(error: ConfigError, *, json: bool) -> int:
    """Show that the settings themselves are wrong, so that nothing else can be looked at, and give the exit code for that."""
    found = Checkup((Finding("settings", "Fably", "failed", str(error), SETTING),), None, None)
    _show(found, "en", json=json)  # nobody knows which language was meant
    return WRONG


def _show(found: Checkup, language: Language, *, json: bool) -> None:
    if json:
        show(as_json(found) + "\n", sys.stdout)
    else:
        tty = sys.stdout is not None and sys.stdout.isatty()
        width = shutil.get_terminal_size((PAPER, 24)).columns if tty else PAPER
        rows = table(found.findings, max(40, min(width, 140)), language, colour=tty and not os.environ.get("NO_COLOR"))
        show(f"{rows}\n\n{last_line(found, language)}\n", sys.stdout)
