"""The users that the box and its page run as, and the groups of the devices."""

from collections.abc import Sequence
from dataclasses import dataclass

from installing.machine import Machine
from installing.programs import Programs
from installing.record import Record

STATE = "/var/lib/fably"
WEB_STATE = "/var/lib/fably/web"
DEVICES = ("audio", "gpio", "spi")
"""The groups that may use sound cards, pins and lights. Raspberry Pi OS has them all; Debian has the first."""


@dataclass(frozen=True)
class Accounts:
    """A `Step`: they are there. `web`: the page's too."""

    machine: Machine
    programs: Programs
    record: Record
    web: bool
    title: str = "users and groups"

    @property
    def _users(self) -> dict[str, str]:
        return {"fably": STATE, **({"fably-web": WEB_STATE} if self.web else {})}

    def changes(self) -> Sequence[str]:
        groups = [name for name in DEVICES if self.machine.group(name) is None]
        users = [name for name in self._users if self.machine.user(name) is None]
        return [*(f"add the group {name}" for name in groups), *(f"add the user {name}, who cannot log in" for name in users)]

    def make(self) -> None:
        for name in (*DEVICES, *self._users):
            if self.machine.group(name) is None:
                self.record.note("group", name=name)
                self.programs.run("groupadd", "--system", name)
        for name, home in self._users.items():
            if self.machine.user(name) is None:
                self.record.note("user", name=name)
                self.programs.run(
                    "useradd", "--system", "--gid", name, "--home-dir", home, "--no-create-home", "--shell", "/usr/sbin/nologin", name
                )
        self.programs.run("usermod", "--append", "--groups", ",".join(DEVICES), "fably")


def remove(machine: Machine, programs: Programs, what: str, name: str) -> str:
    """Take the user or group away. What was done, for people."""
    if (machine.user(name) if what == "user" else machine.group(name)) is None:
        return f"the {what} {name} is gone already"
    code, said = programs.tried("userdel" if what == "user" else "groupdel", name)
    return f"{what} {name} removed" if code == 0 else f"the {what} {name} stays: {said.strip()}"
