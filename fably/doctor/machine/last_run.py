"""How the box's last runs ended: with a good night, by a fault, or in the dark."""

from fably.doctor.finding import Finding
from fably.doctor.last_lines import Run, runs
from fably.doctor.patient import Patient
from fably.doctor.wording import Scribe
from fably.settings import Settings

OFTEN = 3
"""Pulled plugs in what is kept that are worth a warning: one is how most boxes are switched off."""


def check_last_run(patient: Patient, settings: Settings) -> list[Finding]:
    """The finding on the runs that did not come to their own end; none where no box has run yet."""
    there = runs(patient, settings)
    if not there:
        return []
    scribe = Scribe("lastrun", settings.language)
    found = []
    if fallen := [one for one in there if one.end == "fell"]:
        found.append(scribe.warning("fell", count=len(fallen), at=fallen[-1].until, line=_last(fallen[-1])))
    if cut := [one for one in there if one.end == "cut"]:
        write = scribe.warning if len(cut) >= OFTEN else scribe.ok
        found.append(write("cut", count=len(cut), at=cut[-1].until, line=_last(cut[-1])))
    return found or [scribe.ok("ended_well", at=there[-1].until)]


def _last(run: Run) -> str:
    return run.lines[-1].says.splitlines()[-1][:160] if run.lines else "–"
