"""Looks from outside at what a tree of processes holds, while it lives."""

import contextlib
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import sound_card

from fably.memory.measured import tree

MB = 1_000_000
EVERY = 0.04
"""Seconds between two looks at the tree, each of which takes as much again."""


class Watch:
    """Looks at what a tree of processes holds, every `EVERY` seconds, until it is stopped. The far end of the sound card is not of it."""

    def __init__(self, root: int) -> None:
        self._root = root
        self._seen: list[tuple[float, float]] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.wait(EVERY):
            self._seen.append((time.monotonic(), held([pid for pid in tree(self._root) if not _is_card(pid)]) / MB))

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def between(self, begin: float, end: float) -> list[float]:
        """What was held between two moments, at least one of them."""
        inside = [held for at, held in self._seen if begin <= at <= end]
        return inside or [min(self._seen, key=lambda one: abs(one[0] - begin))[1]]


def held(pids: Sequence[int]) -> int:
    """What these processes hold together, in bytes, each page once: the sum of their PSS where nobody else has a page of theirs.

    The kernel's own PSS counts a page less where a program of somebody else has it too: 20 MB of libraries with another Piper beside.
    """
    anonymous, files = 0, defaultdict[str, int](int)
    for pid in pids:
        mapped = defaultdict[str, int](int)
        with contextlib.suppress(OSError):  # it has ended meanwhile
            where = ""
            for line in Path("/proc", str(pid), "smaps").read_text(encoding="utf-8").splitlines():
                name, _, rest = line.partition(" ")
                if not name.endswith(":"):
                    _permissions, offset, device, inode = rest.split()[:4]
                    where = f"{device} {inode} {offset}" if inode != "0" else ""
                elif name == "Rss:":
                    mapped[where] += int(rest.split()[0]) * 1024
                elif name == "Anonymous:":
                    mapped[where] -= int(rest.split()[0]) * 1024
                    anonymous += int(rest.split()[0]) * 1024
        for place, size in mapped.items():
            files[place] = max(files[place], size)
    return anonymous + sum(files.values())


def _is_card(pid: int) -> bool:
    try:
        return sound_card.CARD.name.encode() in Path("/proc", str(pid), "cmdline").read_bytes()
    except OSError:
        return False
