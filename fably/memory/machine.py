"""How much memory this machine has for us, whoever holds it now: what is built in, or what a control group allows if that is less."""

import contextlib
from pathlib import Path

from fably.memory.limits import groups, meminfo


def machine_memory(proc: Path = Path("/proc"), cgroups: Path = Path("/sys/fs/cgroup")) -> int | None:
    """Bytes, read from files only. None on a system that tells nothing."""
    found = [one.limit for one in groups(proc, cgroups)]
    with contextlib.suppress(OSError, LookupError, ValueError):
        found.append(meminfo(proc)["MemTotal"])
    return min(found, default=None)
