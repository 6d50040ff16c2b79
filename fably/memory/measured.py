"""What processes hold, as the kernel counts it: their proportional share (PSS), which may be added up over a tree of processes."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_KB = 1024


class Usage(NamedTuple):
    """What one process holds, in bytes."""

    rss: int
    """Resident, what it shares with others included."""
    pss: int
    """The same, with what is shared divided among those who share it."""
    peak: int
    """The most that `rss` has ever been."""


def usage(pid: int) -> Usage | None:
    """What a process holds now; None when it is gone, or another user's."""
    process = Path("/proc", str(pid))
    try:
        status = dict(_numbers(process / "status"))
        shares = dict(_numbers(process / "smaps_rollup"))
    except OSError:
        return None if Path("/proc/self/stat").exists() else _elsewhere(pid)
    rss = status.get("VmRSS", 0)
    return Usage(rss, shares.get("Pss", rss), status.get("VmHWM", rss))


def tree(root: int | None = None) -> list[int]:
    """The process `root`, else ours, and all that descend from it."""
    children: dict[int, list[int]] = {}
    for pid, parent in _parents():
        children.setdefault(parent, []).append(pid)
    found = [os.getpid() if root is None else root]
    for pid in found:  # which grows meanwhile
        found += children.get(pid, [])
    return found


def tree_pss(root: int | None = None) -> int:
    """The PSS of a process and all its descendants together, in bytes: what the machine has to hold."""
    return sum(one.pss for pid in tree(root) if (one := usage(pid)))


def _parents() -> Iterator[tuple[int, int]]:
    """Every process with its parent."""
    with contextlib.suppress(FileNotFoundError):  # a system without /proc
        for process in Path("/proc").iterdir():
            if process.name.isdecimal():
                with contextlib.suppress(OSError, ValueError):  # it has ended meanwhile
                    # the name of a program is in brackets, and may have brackets and blanks in it
                    said = (process / "stat").read_text(encoding="utf-8", errors="replace")
                    yield int(process.name), int(said.rpartition(")")[2].split()[1])


def _numbers(file: Path) -> Iterator[tuple[str, int]]:
    """The lines "Name:  123 kB" of a file of the kernel, in bytes."""
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        name, _, rest = line.partition(":")
        words = rest.split()
        if len(words) == 2 and words[1] == "kB":
            yield name, int(words[0]) * _KB


def _elsewhere(pid: int) -> Usage | None:
    """On a system without /proc, by psutil if that is there: it has no PSS there, and takes RSS."""
    try:
        import psutil

        held = psutil.Process(pid).memory_info()
    except Exception:  # not installed, gone, not ours
        return None
    return Usage(held.rss, held.rss, getattr(held, "peak_wset", held.rss))
