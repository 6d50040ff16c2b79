"""How much memory there is to be had: by the user's word, by the control group we are in, by what the machine has left."""

import contextlib
from pathlib import Path
from typing import NamedTuple

from fably.memory.measured import tree_pss

_V2, _V1 = ("memory.max", "memory.current", "inactive_file"), ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
_NO_LIMIT = 1 << 50  # version 1 writes a huge number where version 2 writes "max"


class Group(NamedTuple):
    """The figures of a control group that has a limit, in bytes."""

    limit: int
    held: int
    """By all processes in it, without what the kernel drops when it needs room (pages of files that nobody uses)."""


class Limits(NamedTuple):
    """What bounds us, in bytes."""

    total: int
    """What the whole tree of our processes may take."""
    room: int
    """What is left of it now."""


def limits(
    wanted: int | None = None, proc: Path = Path("/proc"), cgroups: Path = Path("/sys/fs/cgroup"), held: int | None = None
) -> Limits | None:
    """What bounds us: `wanted` (--memory-limit), the tightest control group we are in, and what the machine has available.

    `held` is what our tree holds, where that is known already. None on a system that tells nothing, where nothing was wanted either.
    """
    held = tree_pss() if held is None else held
    found = [Limits(wanted, wanted - held)] if wanted is not None else []
    if group := tightest(proc, cgroups):
        found.append(Limits(group.limit, group.limit - group.held))
    with contextlib.suppress(OSError, LookupError, ValueError):
        left = meminfo(proc)["MemAvailable"]
        found.append(Limits(held + left, left))
    if not found:
        return None
    return Limits(min(one.total for one in found), min(one.room for one in found))


def tightest(proc: Path = Path("/proc"), cgroups: Path = Path("/sys/fs/cgroup")) -> Group | None:
    """The control group above us which leaves the least room; None where none has a limit."""
    return min(groups(proc, cgroups), key=lambda one: one.limit - one.held, default=None)


def groups(proc: Path, cgroups: Path) -> list[Group]:
    """The control groups above us that have a limit.

    On Raspberry Pi OS there is none before `cgroup_enable=memory` is in cmdline.txt.
    """
    found: list[Group] = []
    with contextlib.suppress(OSError, ValueError):
        for line in (proc / "self" / "cgroup").read_text(encoding="utf-8").splitlines():
            _number, controllers, path = line.split(":", 2)
            if controllers in ("", "memory"):
                root, names = (cgroups / "memory", _V1) if controllers else (cgroups, _V2)
                folder = root / path.lstrip("/")
                found += [group for one in (folder, *folder.parents) if one.is_relative_to(root) and (group := _group(one, *names))]
    return found


def _group(folder: Path, most: str, now: str, droppable: str) -> Group | None:
    try:
        limit = int((folder / most).read_text(encoding="ascii"))  # "max" is no number
        held = int((folder / now).read_text(encoding="ascii"))
        stat = dict(line.split() for line in (folder / "memory.stat").read_text(encoding="ascii").splitlines())
    except (OSError, ValueError):
        return None
    return Group(limit, max(0, held - int(stat.get(droppable, 0)))) if limit < _NO_LIMIT else None


def meminfo(proc: Path = Path("/proc")) -> dict[str, int]:
    """What the kernel says of the machine's memory, in bytes: MemTotal, MemAvailable, … Raises `OSError` and `ValueError`."""
    lines = (line.split() for line in (proc / "meminfo").read_text(encoding="ascii").splitlines())
    return {words[0].rstrip(":"): int(words[1]) * 1024 for words in lines if len(words) > 1}
