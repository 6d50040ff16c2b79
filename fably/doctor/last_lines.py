"""What the box logged last, by its runs: `fably/kept_lines.py` keeps it."""

from dataclasses import dataclass
from typing import Literal

from fably.doctor.patient import Patient
from fably.kept_lines import BEGINS, ENDS, NAME, read
from fably.settings import Settings

End = Literal["well", "fell", "cut", "alive"]
"""By itself; by a fault, or killed; with the power; not yet."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A line."""

    at: str
    """An ISO time, by the clock of that moment."""
    boot: str
    pid: int
    what: str
    """ "begins", "ends", or the level: "info", "warning", "error"."""
    says: str


@dataclass(frozen=True)
class Run:
    """A process of the box's: how it ended, when that was, and what it logged."""

    end: End
    until: str
    lines: tuple[Kept, ...]


def kept(patient: Patient, settings: Settings) -> list[Kept]:
    """All lines that are kept, the oldest first."""
    return [
        Kept(one["at"], one["boot"], one["pid"], one["what"], one["says"]) for one in read(patient.at(settings.state.absolute()) / NAME)
    ]


def runs(patient: Patient, settings: Settings) -> list[Run]:
    """The runs whose beginning or end is kept, in the order in which they began."""
    boot = (patient.read("/proc/sys/kernel/random/boot_id") or "")[:8]
    alive: dict[tuple[str, int], list[Kept]] = {}
    found: list[list[Kept]] = []
    for one in kept(patient, settings):
        who = (one.boot, one.pid)
        if one.what == BEGINS or who not in alive:
            alive[who] = []
            found.append(alive[who])
        alive[who].append(one)
    return [_run(lines, boot, patient) for lines in found]


def _run(lines: list[Kept], boot: str, patient: Patient) -> Run:
    last = lines[-1]
    said = tuple(one for one in lines if one.says)
    if any(one.what == ENDS for one in lines):
        return Run("well", last.at, said)
    if last.boot != boot:
        return Run("cut", last.at, said)
    running = patient.read(f"/proc/{last.pid}/cmdline") or ""
    return Run("alive" if "--loop" in running or "fably" in running else "fell", last.at, said)
