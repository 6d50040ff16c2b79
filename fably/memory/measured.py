"""What processes hold, as the kernel counts it: their proportional share (PSS), which may be added up over a tree of processes."""

import contextlib
import os
from collections.abc import Callable, Iterator
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
    try:
        status = dict(_numbers(f"/proc/{pid}/status"))
        rollup = dict(_numbers(f"/proc/{pid}/smaps_rollup"))
    except OSError:
        return None if Path("/proc/self/stat").exists() else _elsewhere(pid)
    rss = status.get("VmRSS", 0)
    return Usage(rss, rollup.get("Pss", rss), status.get("VmHWM", rss))


def anonymous(pid: int) -> int | None:
    """What a process holds of its own in bytes, without files and what it shares: it does not move when others start or end."""
    rollup = _rollup(pid)
    return None if rollup is None else rollup.get("Pss_Anon", rollup.get("Pss"))


def tree(root: int | None = None) -> list[int]:
    """The process `root`, else ours, and all that descend from it."""
    found = [os.getpid() if root is None else root]
    children = _children if Path("/proc/thread-self/children").exists() else _listed(parents())
    for pid in found:  # which grows meanwhile
        found += children(pid)
    return found


def shares(root: int | None = None) -> dict[int, int]:
    """The PSS in bytes of each process of the tree, by its number. One that has ended meanwhile is not there."""
    found = {}
    for pid in tree(root):
        rollup = _rollup(pid)
        if rollup is None and (held := usage(pid)):
            found[pid] = held.pss
        elif rollup:
            found[pid] = rollup.get("Pss", 0)
    return found


def tree_pss(root: int | None = None) -> int:
    """The PSS of a process and all its descendants together, in bytes: what the machine has to hold."""
    return sum(shares(root).values())


def _rollup(pid: int) -> dict[str, int] | None:
    try:
        return dict(_numbers(f"/proc/{pid}/smaps_rollup"))
    except OSError:
        return None


def _children(pid: int) -> list[int]:
    """As the kernel lists them, a thread at a time: 0.03 ms here, where a look at every process of the machine takes 4."""
    found = []
    with contextlib.suppress(OSError):  # it has ended meanwhile
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - names are wanted
            with contextlib.suppress(OSError):
                found += [int(one) for one in _read(f"/proc/{pid}/task/{thread}/children").split()]
    return found


def _listed(known: Iterator[tuple[int, int]]) -> Callable[[int], list[int]]:
    """Where the kernel has no such lists (it needs CONFIG_PROC_CHILDREN)."""
    children: dict[int, list[int]] = {}
    for pid, parent in known:
        children.setdefault(parent, []).append(pid)
    return lambda pid: children.get(pid, [])


def parents() -> Iterator[tuple[int, int]]:
    """Every process with its parent."""
    with contextlib.suppress(FileNotFoundError):  # a system without /proc
        for process in Path("/proc").iterdir():
            if process.name.isdecimal():
                with contextlib.suppress(OSError, ValueError):  # it has ended meanwhile
                    # the name of a program is in brackets, and may have brackets and blanks in it
                    said = (process / "stat").read_text(encoding="utf-8", errors="replace")
                    yield int(process.name), int(said.rpartition(")")[2].split()[1])


def _read(file: str) -> str:
    """Without pathlib, which interns each part of each path: the numbers of processes and threads never end, and the table of all such
    words grew by half a megabyte at once, now and then."""
    with open(file, encoding="utf-8", errors="replace") as kernel:  # noqa: PTH123
        return kernel.read()


def _numbers(file: str) -> Iterator[tuple[str, int]]:
    """The lines "Name:  123 kB" of a file of the kernel, in bytes."""
    for line in _read(file).splitlines():
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
