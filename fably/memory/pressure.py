"""How long programs wait for memory, as the kernel counts it: a machine that is short of it is slow before it is full."""

import contextlib
from pathlib import Path
from typing import NamedTuple


class Pressure(NamedTuple):
    """Percent of the last ten seconds."""

    some: float
    """In which at least one program waited for memory."""
    full: float
    """In which all that had something to do waited: nothing was done at all."""


def pressure(proc: Path = Path("/proc"), cgroups: Path = Path("/sys/fs/cgroup")) -> Pressure | None:
    """The greater of the machine's and that of the control group we are in, which waits at its own limit while the machine has plenty.

    None where the kernel does not count: Raspberry Pi OS begins to with `psi=1` in cmdline.txt.
    """
    found = [one for file in (proc / "pressure" / "memory", *_own(proc, cgroups)) if (one := _read(file))]
    return Pressure(max(one.some for one in found), max(one.full for one in found)) if found else None


def parsed(text: str) -> Pressure | None:
    """The kernel's two lines, "some avg10=0.00 avg60=…" and "full avg10=…"; None for anything else."""
    found = {}
    for line in text.splitlines():
        kind, *figures = line.split() or [""]
        with contextlib.suppress(LookupError, ValueError):
            found[kind] = float(dict(one.split("=", 1) for one in figures)["avg10"])
    return Pressure(found["some"], found.get("full", 0.0)) if "some" in found else None


def _own(proc: Path, cgroups: Path) -> list[Path]:
    """The file of our own group. What its ancestors' limits do to us is in it."""
    with contextlib.suppress(OSError):
        for line in (proc / "self" / "cgroup").read_text(encoding="utf-8").splitlines():
            if line.startswith("0::"):  # version 2; version 1 has no such file
                return [cgroups / line[3:].lstrip("/") / "memory.pressure"]
    return []


def _read(file: Path) -> Pressure | None:
    try:
        return parsed(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
