"""The last lines that the box logged, in a file that outlives a crash and a pulled plug: the journal of a box is in memory, and not
everybody may read it.

A line is in the kernel's hands at once, so a process that is killed loses none. The kernel has it on the card within half a minute; a
warning is there at once, and whatever else was logged some seconds later, as long as that is not too often for a card. Who writes is one
thread; it sleeps when nothing is logged. Whatever goes wrong with the file is left alone.
"""

import contextlib
import json
import logging
import os
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from fably.core.appending import append, objects

NAME = "last.log"
LARGEST = 64 * 1024
"""Bytes of the file; above, the older half goes: some three hundred lines are left."""
LONGEST = 2000
"""Characters of a line, a traceback included."""
MOST_WAITING = 200
"""Lines that may wait for the disk; what comes then is lost."""
SOON = 5.0
"""Seconds until lines are to be on the card."""
OFTEN = 60
"""Times an hour that the card may be asked to keep at once what was logged: a story alone asks as often."""
BEGINS, ENDS = "begins", "ends"
"""What is noted when a process begins, and when it comes to its end by itself."""


_FACTS = {"at": str, "boot": str, "pid": int, "what": str, "says": str}


def boot_id() -> str:
    """Which time it is that the machine is switched on; empty where the kernel does not say."""
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()[:8]
    return ""


class Kept(logging.Handler):
    """Keeps what is logged in `file`. To be closed, which waits for the disk a little."""

    def __init__(self, file: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(logging.INFO)
        self._file, self._clock, self._boot = file, clock, boot_id()
        self._waiting: queue.Queue[tuple[str, bool] | None] = queue.Queue(MOST_WAITING)
        self._synced: deque[float] = deque(maxlen=OFTEN)
        self._writer = threading.Thread(target=self._write, name="keeps the last lines", daemon=True)
        with contextlib.suppress(RuntimeError):  # no memory for a thread: then nothing is kept
            self._writer.start()
        self.note(BEGINS)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._put(record.levelname.lower(), self.format(record)[:LONGEST], urgent=record.levelno >= logging.WARNING)
        except Exception:
            self.handleError(record)

    def note(self, what: str) -> None:
        """Note one of the moments in the life of a process."""
        self._put(what, "", urgent=True)

    def close(self) -> None:
        self.note(ENDS)
        with contextlib.suppress(queue.Full):
            self._waiting.put_nowait(None)
            if self._writer.ident is not None:
                self._writer.join(SOON)
        super().close()

    def _put(self, what: str, says: str, *, urgent: bool) -> None:
        at = datetime.now().astimezone().isoformat(timespec="seconds")
        line = {"at": at, "boot": self._boot, "pid": os.getpid(), "what": what, "says": says}
        with contextlib.suppress(queue.Full):
            self._waiting.put_nowait((json.dumps(line, ensure_ascii=False), urgent))

    def _write(self) -> None:
        unsynced = ends = False
        while not ends:
            lines, urgent = [], False
            try:
                one = self._waiting.get(timeout=SOON if unsynced else None)
                while True:
                    if one is None:
                        ends = True
                        break
                    lines.append(one[0])
                    urgent = urgent or one[1]
                    one = self._waiting.get_nowait()
            except queue.Empty:
                pass
            sync = (urgent or ends or not lines) and self._may_sync()
            # what is no UTF-8, such as the name of a file, is written as JSON writes it
            told = "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")
            with contextlib.suppress(OSError):
                append(self._file, told, LARGEST, mode=0o600, sync=sync)
            unsynced = bool(lines) and not sync and self._may_sync(asking=True)

    def _may_sync(self, *, asking: bool = False) -> bool:
        """Whether the card may be asked once more; it counts as asked, unless this is only `asking`."""
        now = self._clock()
        if len(self._synced) == OFTEN and now - self._synced[0] < 3600:
            return False
        if not asking:
            self._synced.append(now)
        return True


def read(file: Path) -> list[dict[str, Any]]:
    """What the file has, the oldest first, each with "at", "boot", "pid", "what" and "says"."""
    return [one for one in objects(file) if all(isinstance(one.get(name), kind) for name, kind in _FACTS.items())]
