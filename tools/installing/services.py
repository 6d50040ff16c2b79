"""Services of others that stand in the way."""

from collections.abc import Sequence
from dataclasses import dataclass

from installing.machine import Machine
from installing.programs import Programs
from installing.record import Record


@dataclass(frozen=True)
class NotStarted:
    """A `Step`: `unit`, if there is one, does not start with the machine."""

    machine: Machine
    programs: Programs
    record: Record
    unit: str
    why: str

    @property
    def title(self) -> str:
        return self.why

    def changes(self) -> Sequence[str]:
        wants = [one for one in self.machine.at("/etc/systemd/system").glob(f"*.wants/{self.unit}") if one.is_symlink()]
        return (f"no longer start {self.unit} with the machine: {self.why}",) if wants else ()

    def make(self) -> None:
        if self.changes():
            self.record.note("disabled", unit=self.unit)
            self.programs.run("systemctl", "disable", "--quiet", self.unit)
            if self.machine.runs_systemd:
                self.programs.tried("systemctl", "stop", self.unit)


def enable(machine: Machine, programs: Programs, unit: str) -> str:
    """Have it start with the machine again. What was done, for people."""
    code, _ = programs.tried("systemctl", "enable", "--quiet", unit)
    if machine.runs_systemd:
        programs.tried("systemctl", "start", unit)
    return f"{unit} {'starts with the machine again' if code == 0 else 'could not be enabled again'}"
