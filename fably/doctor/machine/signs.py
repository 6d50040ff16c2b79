"""Signs of known troubles in the kernel's log, and in what the box logged last: `troubles.toml` has them."""

import re

from fably.doctor.finding import Finding
from fably.doctor.last_lines import kept
from fably.doctor.machine.versions import known
from fably.doctor.patient import Patient
from fably.doctor.wording import Scribe
from fably.settings import Settings

KERNEL = ("journalctl", "--dmesg", "--boot", "--quiet", "--no-pager", "--output=cat", "--lines=3000"), ("dmesg",)
"""How the kernel's log is asked for; the second where there is no journal. Not everybody may."""

FEW = 4
"""Lines between a sign and what must have come before it."""


def kernel_log(patient: Patient) -> list[str]:
    """The lines of the kernel since the machine was switched on, as far as we may read them."""
    return next((told.splitlines() for argv in KERNEL if (told := patient.ask(*argv))), [])


def check_signs(patient: Patient, settings: Settings) -> list[Finding]:
    """A finding for each trouble that has left its sign, with how often, and the last line of it."""
    scribe, found = Scribe("signs", settings.language), []
    logs = {"kernel": kernel_log(patient), "box": [one.says for one in kept(patient, settings)]}
    for sign in known()["signs"]:
        seen = _seen(logs[sign["log"]], sign["line"], sign.get("before"))
        if len(seen) >= sign.get("least", 1):
            write = scribe.failed if sign.get("grave") else scribe.warning
            found.append(write(sign["what"], count=len(seen), line=seen[-1].strip()[:160]))
    return found


def _seen(lines: list[str], line: str, before: str | None) -> list[str]:
    """The lines that have `line` in them, and `before` in one of the few before it, where that is asked for."""
    return [
        one
        for index, one in enumerate(lines)
        if re.search(line, one) and (before is None or any(re.search(before, other) for other in lines[max(0, index - FEW) : index]))
    ]
