"""Watches what the whole tree of our processes holds, and tells those who can give some back when it gets tight."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from fably.memory.journal import Journal
from fably.memory.levels import Ladder, Level, Thresholds
from fably.memory.limits import limits
from fably.memory.measured import shares
from fably.memory.pressure import Pressure, pressure
from fably.memory.programs import program

log = logging.getLogger(__name__)
SECONDS = 30.0
"""Between two readings. One costs a millisecond."""
REMEMBERED = 240
"""Readings that are kept: two hours of them."""
STIRRED = 2_000_000
"""Bytes by which the tree must have changed for a reading to be worth a line in the journal; or a twentieth, if that is more."""
CALL_SECONDS = 20.0
"""For whoever is told of a level to be done. Ending an engine takes one or two."""
_MOST_CHECKPOINTS = 32  # that wait to be read
_UNREADABLE = (OSError, RuntimeError)  # no file descriptor left, no memory for a thread: the next reading may fare better


class Reading(NamedTuple):
    """What was seen at one moment, in bytes."""

    processes: Mapping[str, int]
    """PSS by the name of the program: fably, piper, …"""
    total: int | None
    """What the tree may take, None where nothing says so."""
    room: int
    """What is left of it."""
    stalled: Pressure | None

    @property
    def pss(self) -> int:
        """What the tree holds."""
        return sum(self.processes.values())

    @property
    def percent(self) -> float | None:
        """How much of what there is to be had is used up."""
        return None if not self.total or self.total < 0 else max(0.0, 100.0 * (self.total - self.room) / self.total)


class Point(NamedTuple):
    """A reading on the timeline."""

    at: float
    """Seconds since the epoch."""
    state: str
    pss: int


def look(wanted: int | None = None) -> Reading:
    """Read what there is to be read; `wanted` is the user's own limit in bytes."""
    held = shares()
    bound = limits(wanted, held=sum(held.values()))
    processes: dict[str, int] = {}
    for pid, pss in held.items():
        name = program(pid)
        processes[name] = processes.get(name, 0) + pss
    return Reading(processes, bound.total if bound else None, bound.room if bound else 0, pressure())


class Monitor:
    """Reads from time to time. `watch` is to be run as one task, which has an owner; cancelled, it has ended.

    Each of `on_level` is called with every new level. What one raises is logged, and one that takes too long is cancelled.
    """

    def __init__(
        self,
        journal: Journal,
        *,
        limit: int | None = None,
        seconds: float = SECONDS,
        at: Thresholds = Thresholds(),  # noqa: B008 - it never changes
        on_level: Sequence[Callable[[Level], Awaitable[None]]] = (),
        read: Callable[[], Reading] | None = None,
    ) -> None:
        """`limit` is the user's own in bytes (--memory-limit)."""
        self.timeline: deque[Point] = deque(maxlen=REMEMBERED)
        self.state = "start"
        self._journal, self._seconds, self._on_level = journal, seconds, on_level
        self._read = read or partial(look, limit)
        self._ladder = Ladder(at)
        self._passed: deque[str] = deque([self.state], maxlen=_MOST_CHECKPOINTS)
        self._woken = asyncio.Event()
        self._noted: tuple[str, int] | None = None  # state and PSS of the last sample in the journal

    @property
    def level(self) -> Level:
        """How tight it is."""
        return self._ladder.level

    def checkpoint(self, name: str) -> None:
        """Note that the box has come to `name`, which is its state until the next one: start, listening, telling, told, idle.

        Nobody waits for the reading: `watch` takes it at once.
        """
        self.state = name
        self._passed.append(name)
        self._woken.set()

    async def watch(self) -> None:
        """Read at each checkpoint and every so many seconds, until cancelled."""
        try:
            due = 0.0
            while True:
                regular = time.monotonic() >= due
                if regular:
                    due = time.monotonic() + self._seconds
                self._woken.clear()
                with suppress(*_UNREADABLE):
                    if self._take(await asyncio.to_thread(self._read), regular=regular):
                        await self._tell(self.level)
                self._journal.write_due()
                with suppress(TimeoutError):
                    async with asyncio.timeout(max(0.0, due - time.monotonic())):
                        await self._woken.wait()
        finally:
            self.checkpoint("end")
            with suppress(*_UNREADABLE):
                self._take(self._read(), regular=False)
            self._journal.flush()

    def _take(self, reading: Reading, *, regular: bool) -> bool:
        """Note a reading. Whether the level is another now; only the regular readings lower it, however many checkpoints there are."""
        while self._passed:
            name = self._passed.popleft()
            self._remember(name, reading)
            self._journal.note("checkpoint", name=name, pss=reading.pss)
        if regular:
            self._remember(self.state, reading)
            self._sample(reading)
        rung = self._ladder.step if regular else self._ladder.climb
        if not rung(reading.percent, reading.stalled):
            return False
        some, full = reading.stalled or (None, None)
        self._journal.note(self.level.word, percent=reading.percent, pss=reading.pss, some=some, full=full)
        return True

    def _remember(self, state: str, reading: Reading) -> None:
        self.timeline.append(Point(time.time(), state, reading.pss))

    def _sample(self, reading: Reading) -> None:
        """A line in the journal, if there is any news."""
        if self._noted is not None:
            state, pss = self._noted
            if state == self.state and abs(reading.pss - pss) < max(STIRRED, pss // 20):
                return
        self._noted = self.state, reading.pss
        self._journal.note("sample", state=self.state, pss=reading.pss, limit=reading.total, processes=reading.processes)

    async def _tell(self, level: Level) -> None:
        for callback in self._on_level:
            called = asyncio.ensure_future(callback(level))
            try:
                await asyncio.wait([called], timeout=CALL_SECONDS)
            finally:
                called.cancel()
                await asyncio.wait([called], timeout=CALL_SECONDS)
            if not called.done() or called.cancelled():
                log.warning("who was told that memory is at %s was not done in %g seconds", level.word, CALL_SECONDS)
            elif fault := called.exception():
                log.warning("who was told that memory is at %s failed", level.word, exc_info=fault)
