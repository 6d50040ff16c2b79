"""Debian's packages."""

from collections.abc import Sequence
from dataclasses import dataclass

from installing.faults import InstallError
from installing.machine import Machine
from installing.programs import Programs
from installing.record import Record


def installed(machine: Machine) -> dict[str, str]:
    """The packages that are installed, with their versions; as dpkg keeps it."""
    try:
        text = machine.at("/var/lib/dpkg/status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    found = {}
    for paragraph in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in paragraph.splitlines() if ": " in line and not line.startswith(" "))
        if fields.get("Status", "").endswith(" installed") and "Package" in fields:
            found[fields["Package"]] = fields.get("Version", "")
    return found


@dataclass(frozen=True)
class Packages:
    """A `Step`: the packages in `names` are installed, and those in `perhaps` where the system's archive has them. Where it is `offline`,
    that is what the system knows of its archive now."""

    machine: Machine
    programs: Programs
    record: Record
    names: tuple[str, ...]
    perhaps: tuple[str, ...] = ()
    offline: bool = False
    title: str = "packages of the system"

    def changes(self) -> Sequence[str]:
        missing = self._missing()
        return (f"install {' '.join(missing)} with apt-get",) if missing else ()

    def make(self) -> None:
        missing = self._missing()
        if not missing:
            return
        before = installed(self.machine)
        self.record.note("packages", names=missing)  # a note that is there although the power went
        if self._install(missing)[0]:
            _, why = self.programs.tried("apt-get", "update", "-qq")  # the lists may be old, or none
            wanted = self._missing(sure=True)
            code, said = self._install(wanted) if wanted else (0, "")
            if code:
                last = "\n".join(f"    {line}" for line in f"{why}\n{said}".strip().splitlines()[-6:])
                raise InstallError(f"apt-get could not install {' '.join(wanted)}; is the network there?\n{last}")
        new = sorted(set(installed(self.machine)) - set(before))
        note = self.record.of("packages", names=missing)
        if note is not None and new:
            self.record.strike(note)
            self.record.note("packages", names=new)

    def _missing(self, *, sure: bool = False) -> list[str]:
        there = installed(self.machine)
        wanted = (*self.names, *(name for name in self.perhaps if name not in there and self._offered(name, sure)))
        return [name for name in wanted if name not in there]

    def _install(self, names: Sequence[str]) -> tuple[int, str]:
        return self.programs.tried("apt-get", "install", "-y", "-qq", "--no-install-recommends", *names)

    def _offered(self, name: str, sure: bool) -> bool:
        """Whether the archive has it, as far as is known: without its lists everything may be there, unless one has to be `sure`."""
        if not (sure or self.offline) and next(self.machine.at("/var/lib/apt/lists").glob("*Packages*"), None) is None:
            return True
        return self.programs.tried("apt-cache", "show", name)[0] == 0


def remove(programs: Programs, names: Sequence[str]) -> str:
    """Take away what was installed for Fably, unless that takes somebody else's package along. What was done, for people."""
    code, said = programs.tried("apt-get", "-s", "purge", *names)
    gone = {line.split()[1] for line in said.splitlines() if line.startswith(("Remv ", "Purg "))}
    if code or gone - set(names):
        others = ", ".join(sorted(gone - set(names))) or "something else"
        programs.tried("apt-mark", "auto", *names)
        return f"the packages {' '.join(names)} stay, for {others} needs them; apt-get autoremove takes them once nobody does"
    code, _ = programs.tried("apt-get", "purge", "-y", "-qq", *names)
    return f"packages {'could not be ' if code else ''}removed: {' '.join(names)}"
