"""What only root may mend, done by root: `sudo fably doctor --fix` on the box, where everything else is done by the service's own user.

Root asks nobody's word for it. What it runs it has found itself, by the few checks below; those read nothing that the service's user
could have written to have something run, and no service is asked, no story told, and no file of the box's opened by root.
"""

import sys
from collections.abc import Sequence

from fably.core.types import Language
from fably.doctor.mending import Mended, mend
from fably.doctor.patient import Patient
from fably.doctor.round import CHECKS, round_of
from fably.running import run
from fably.screen import show
from fably.settings import Settings
from fably.texts import text

BY_ROOT = ("cgroup", "clock", "wifi", "units")
"""The checks whose commands only root may run."""


def mend_as_root(settings: Settings, patient: Patient, *, root: bool | None = None) -> Sequence[Mended]:
    """Say on standard error what is about to be run as root, run it, and say what became of it. Blocks."""
    found = run(round_of(patient, settings, {name: CHECKS[name] for name in BY_ROOT}))
    done: list[Mended] = []
    for one in found:
        if one.repair is None or not one.repair.root or one.status == "ok" or any(str(one.repair) == before.command for before in done):
            continue
        _say(settings.language, "as_root", command=str(one.repair), why=one.detail)
        (became,) = mend([one], patient, root=root)
        _say(settings.language, became.outcome, command=became.command, says=became.says)
        done.append(became)
    return done


def _say(language: Language, key: str, **values: object) -> None:
    show(text(language, f"doctor.{key}", **values) + "\n", sys.stderr)
