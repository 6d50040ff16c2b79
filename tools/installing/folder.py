"""The box's state directory: stories, voices and settings."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from installing.accounts import STATE
from installing.machine import Machine
from installing.record import Record

MODE = 0o750


@dataclass(frozen=True)
class StateFolder:
    """A `Step`: it is there, and belongs to the box, also when it is left from before and its owner has another number now."""

    machine: Machine
    record: Record
    title: str = "the folder of stories and settings"

    def changes(self) -> Sequence[str]:
        folder = self.machine.at(STATE)
        if not folder.is_dir():
            return (f"make {STATE}",)
        owner = self.machine.user("fably")
        return (f"give {STATE} to the user fably",) if self.machine.real and folder.stat().st_uid != owner else ()

    def make(self) -> None:
        if not self.changes():
            return
        folder = self.machine.at(STATE)
        self.record.note("state", path=STATE)
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(MODE)
        user, group = self.machine.user("fably"), self.machine.group("fably")
        if self.machine.real and user is not None and group is not None:
            os.chown(folder, user, group)
            for parent, folders, files in os.walk(folder):
                if "web" in folders and Path(parent) == folder:
                    folders.remove("web")  # the page's own; systemd gives it that
                for name in (*folders, *files):
                    os.chown(os.path.join(parent, name), user, group, follow_symlinks=False)  # noqa: PTH118 - os.walk's own
