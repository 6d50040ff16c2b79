"""What happened to the memory: a line for each engine that was loaded, unloaded, refused or lost, kept through power cuts.

SD cards die of writes, so lines are gathered for a minute. Several processes may write at once. The journal matters to nobody who waits
for a story: whatever goes wrong with its file is left alone.
"""

import contextlib
import json
import math
import os
import threading
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

from fably.core.appending import append, objects

NAME = "memory.jsonl"
LARGEST = 512 * 1024
"""Bytes of the file; above, the older half goes."""
GATHERED = 60.0
"""Seconds for which lines may wait."""
MOST_WAITING = 200
"""Lines that may wait; when the disk takes none, the oldest are lost."""
URGENT = frozenset({"refused", "died", "critical"})
"""What is written at once: the power may be next."""
REMEMBERED = 100
"""Notes that are kept in memory."""

Fact = str | int | float | None | Mapping[str, int]
Note = dict[str, Any]
"""A line that was read: "at", an ISO time with its zone, "what", "pid", and facts."""


class Journal:
    """Takes notes, in any thread. `file` None keeps them in memory only. To be closed by `flush`."""

    def __init__(self, file: Path | None, *, clock: Callable[[], float] = monotonic) -> None:
        self._file, self._clock = file, clock
        self._last: deque[Note] = deque(maxlen=REMEMBERED)
        self._waiting: deque[str] = deque(maxlen=MOST_WAITING)
        self._since = 0.0  # when the first of them came
        self._wanted = False  # whether a thread has been started that will write them
        self._one_writes = threading.Lock()

    def note(self, what: str, /, **facts: Fact) -> None:
        """Take a note: bytes, seconds, names. Nobody is kept waiting by a disk."""
        plain = {name: _plain(value) for name, value in facts.items()}
        note: Note = {"at": datetime.now().astimezone().isoformat(timespec="seconds"), "what": what, "pid": os.getpid(), **plain}
        self._last.append(note)
        if self._file is None:
            return
        if not self._waiting:
            self._since = self._clock()
        self._waiting.append(json.dumps(note, ensure_ascii=False, separators=(",", ":")))
        if what in URGENT:
            self._write_soon()
        else:
            self.write_due()

    def last(self, count: int) -> list[Note]:
        """The last notes of this process, the newest at the end."""
        return list(self._last)[-count:] if count > 0 else []

    def write_due(self) -> None:
        """Have written what has waited for a minute."""
        if self._waiting and self._clock() - self._since >= GATHERED:
            self._write_soon()

    def flush(self) -> None:
        """Write what waits, now and here."""
        with self._one_writes:
            self._wanted = False
            lines: list[str] = []
            with contextlib.suppress(IndexError):
                while True:
                    lines.append(self._waiting.popleft())
            if lines and self._file is not None:
                with contextlib.suppress(OSError):
                    append(self._file, "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace"), LARGEST)

    def _write_soon(self) -> None:
        """In a thread that nobody waits for, and of which there is one that writes and one that waits to at most."""
        if not self._wanted:
            self._wanted = True
            try:
                threading.Thread(target=self.flush, name="journal", daemon=True).start()
            except RuntimeError:  # no memory for a thread: the next note tries again
                self._wanted = False


def read(file: Path) -> list[Note]:
    """What the file has, the oldest first."""
    return [note for note in objects(file) if isinstance(note.get("what"), str) and _is_time(note.get("at"))]


def _is_time(at: object) -> bool:
    try:
        time = datetime.fromisoformat(at) if isinstance(at, str) else None
    except ValueError:
        return False
    return time is not None and time.tzinfo is not None and 1970 <= time.year < 9999


def _plain(value: Fact) -> Fact:
    """A figure that is short, and one that JSON has."""
    if isinstance(value, float):
        return round(value, 3) if math.isfinite(value) else None
    return dict(value) if isinstance(value, Mapping) else value
