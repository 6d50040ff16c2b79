"""Looks from outside at what a tree of processes holds, while it lives."""

import threading
import time
from collections.abc import Sequence
from pathlib import Path

import sound_card

from fably.memory.measured import tree, usage

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
    """The PSS of these processes together, in bytes. Pages that other Pythons on this machine have as well count in part: with those of the
    benchmark beside it, a story by cloud services reads some MB less than alone."""
    return sum(one.pss for pid in pids if (one := usage(pid)))


def _is_card(pid: int) -> bool:
    try:
        return sound_card.CARD.name.encode() in Path("/proc", str(pid), "cmdline").read_bytes()
    except OSError:
        return False
