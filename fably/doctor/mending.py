"""What `--fix` does: it runs the commands that findings bring along, which can be run twice and take nothing away."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from fably.doctor.finding import Finding
from fably.doctor.patient import Patient

SECONDS = 60.0
"""For a command: starting the box anew on a cold card takes its time."""


@dataclass(frozen=True)
class Mended:
    """What became of a command."""

    check: str
    command: str
    outcome: Literal["done", "not_done", "needs_root"]
    says: str = ""
    """What it said, where it failed."""


def mend(findings: Iterable[Finding], patient: Patient, *, root: bool | None = None) -> list[Mended]:
    """Run what mends `findings`, once each; what only root may is left to root. Blocks."""
    may = os.geteuid() == 0 if root is None else root
    wanted = {one.repair: one.check for one in findings if one.repair is not None and one.status != "ok"}
    done = []
    for repair, check in wanted.items():
        if repair.root and not may:
            done.append(Mended(check, str(repair), "needs_root"))
            continue
        said = patient.run(repair.argv, SECONDS)
        if said is not None and said.code == 0:
            done.append(Mended(check, str(repair), "done"))
        else:
            done.append(Mended(check, str(repair), "not_done", said.text[:200] if said else f"{repair.argv[0]}?"))
    return done
