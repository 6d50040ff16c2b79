"""The units of systemd: written, made known, and begun at every start of the machine."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from installing.edits import Whole
from installing.files import ChangedFile, give_back
from installing.machine import Machine
from installing.packages import installed
from installing.programs import Programs
from installing.record import Record

PLACE = "/etc/systemd/system"
BOX = ("fably.service", "fably-trouble.service")
PAGE = ("fably-web.socket", "fably-web.service")
STARTED = {"fably.service": "multi-user.target", "fably-web.socket": "sockets.target"}
"""What begins with the machine, and what wants it."""
DROPIN = "50-this-machine.conf"


@dataclass(frozen=True)
class Wanted:
    """How this machine's units are to be."""

    folder: Path
    """Where the units are that go with the version."""
    web: bool
    whisper: bool
    mixer: str | None = None
    """The card whose mixer is set before the box starts."""
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", (*BOX, *PAGE) if self.web else BOX)


def dropin(machine: Machine, wanted: Wanted) -> str:
    """What is different on this machine. Empty where nothing is."""
    lines = []
    version = installed(machine).get("systemd", "0").split(":")[-1].split(".")[0].split("~")[0].split("-")[0]
    if version.isdigit() and int(version) >= 254:
        lines += ["# A box that fails again and again is tried less and less often.", "RestartSteps=4", "RestartMaxDelaySec=20"]
    if wanted.whisper:
        lines += ["# Whisper writes its own machine code, on x86 at least.", "MemoryDenyWriteExecute=no"]
    if wanted.mixer:
        lines += [
            "# What the card plays and hears; it forgets that without power.",
            f"ExecStartPre=-/bin/sh -c 'amixer -q -c {wanted.mixer} -s < /etc/fably/mixer'",
        ]
    return "\n".join(("# Written by tools/install.", "[Service]", *lines)) + "\n" if lines else ""


@dataclass(frozen=True)
class Units:
    """A `Step`: the units are there, and begin with the machine."""

    machine: Machine
    programs: Programs
    record: Record
    wanted: Wanted
    title: str = "the service"

    def changes(self) -> Sequence[str]:
        return [
            *(line for one in self._files() for line in one.changes()),
            *(f"remove {note['path']}" for note in self._too_many()),
            *(f"start {unit} with the machine" for unit in self._not_enabled()),
        ]

    def make(self) -> None:
        files = [one for one in self._files() if one.changes()]
        for one in files:
            one.make()
        for note in self._too_many():
            disable(self.machine, self.programs, note["path"].rsplit("/", 1)[-1])
            give_back(self.machine, self.record, note)
            self.record.strike(note)
        if files and self.machine.runs_systemd:
            self.programs.run("systemctl", "daemon-reload")
        for unit in self._not_enabled():
            self.record.note("enabled", unit=unit)
            self.programs.run("systemctl", "enable", "--quiet", unit)

    def _files(self) -> Iterator[ChangedFile]:
        for name in self.wanted.names:
            text = (self.wanted.folder / name).read_text(encoding="utf-8")
            yield ChangedFile(self.machine, self.record, f"{PLACE}/{name}", Whole(text), f"the unit {name}")
        if special := dropin(self.machine, self.wanted):
            path = f"{PLACE}/fably.service.d/{DROPIN}"
            yield ChangedFile(self.machine, self.record, path, Whole(special), "what is special about this machine")

    def _too_many(self) -> list[dict[str, Any]]:
        """The notes of units of the page, where that is left out from now on."""
        return [] if self.wanted.web else [note for name in PAGE if (note := self.record.of("file", path=f"{PLACE}/{name}"))]

    def _not_enabled(self) -> list[str]:
        if not self.machine.real:
            return []
        wanted = {unit: target for unit, target in STARTED.items() if unit in self.wanted.names}
        return [unit for unit, target in wanted.items() if not self.machine.at(f"{PLACE}/{target}.wants/{unit}").is_symlink()]


def disable(machine: Machine, programs: Programs, unit: str) -> str:
    """Stop it, and have it no longer begin with the machine. What was done, for people."""
    if machine.runs_systemd:
        programs.tried("systemctl", "stop", unit)
    programs.tried("systemctl", "disable", "--quiet", unit)
    return f"{unit} no longer starts with the machine"
