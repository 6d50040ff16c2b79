"""Putting a version in force, once it is seen to work; and back again."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from installing.checking import health, worse
from installing.faults import InstallError
from installing.machine import Machine
from installing.programs import Programs
from installing.units import Units
from installing.versions import Build, Versions

USER = "fably"


@dataclass(frozen=True)
class Checked:
    """A `Step`: the new version is no worse than the one in force, or it goes away again. `tell` takes what a person should mend."""

    machine: Machine
    programs: Programs
    build: Build
    tell: Callable[[str], None]
    title: str = "fably doctor"

    def changes(self) -> Sequence[str]:
        return () if Versions(self.machine).named("current") == self.build.folder else ("ask its doctor whether it works",)

    def make(self) -> None:
        if not self.changes():
            return
        old = Versions(self.machine).named("current")
        try:
            new = health(self.programs, self.build.folder, USER)
            before = health(self.programs, old, USER) if old is not None and not new.ok else None
        except InstallError as error:
            shutil.rmtree(self.build.folder, ignore_errors=True)
            raise InstallError(f"{error}\nIt was taken away again{', and the version before goes on' if old else ''}.") from error
        if before is not None and (faults := worse(new, before)):
            shutil.rmtree(self.build.folder, ignore_errors=True)
            said = "\n".join(f"    {one}" for one in faults)
            raise InstallError(f"the new version does not do what the one before does, which goes on:\n{said}")
        for _, what in new.failed:
            self.tell(f"to be mended: {what}")


@dataclass(frozen=True)
class Switched:
    """A `Step`: the version that was built is in force."""

    machine: Machine
    build: Build
    title: str = "the switch"

    def changes(self) -> Sequence[str]:
        folder = self.build.folder
        return () if Versions(self.machine).named("current") == folder else (f"put {folder.name} in force, and keep the one before",)

    def make(self) -> None:
        if self.changes():
            Versions(self.machine).switch(self.build.folder)


def start(machine: Machine, programs: Programs, *, web: bool) -> str | None:
    """Start the box anew; it waits until the button works. What is wrong where it does not."""
    if not machine.runs_systemd:
        return None
    programs.tried("systemctl", "stop", "fably-trouble.service", "fably-web.service")
    programs.tried("systemctl", "reset-failed", "fably.service")
    code, said = programs.tried("systemctl", "restart", "fably.service")
    if web:
        programs.tried("systemctl", "start", "fably-web.socket")
    if code == 0:
        return None
    _, log = programs.tried("journalctl", "-u", "fably.service", "-n", "8", "--no-pager", "-o", "cat")
    return f"{said.strip()}\n{log.strip()}"


def take_up(machine: Machine, programs: Programs, units: Units) -> str:
    """Start the version that is in force again, with its units. Its name. Raises `InstallError`."""
    folder = Versions(machine).named("current")
    assert folder is not None  # noqa: S101 - whoever calls has just put it there
    replace(units, wanted=replace(units.wanted, folder=folder / "systemd")).make()
    if fault := start(machine, programs, web=units.wanted.web):
        raise InstallError(f"{folder.name} is in force again, but does not start:\n{fault}")
    return folder.name
