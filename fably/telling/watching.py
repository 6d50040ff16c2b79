"""Keeps the program within its memory while it lives: the monitor looks, and engines and caches give way."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from fably.providers.shared import Shared
from fably.settings import Settings

if TYPE_CHECKING:
    from fably.memory.levels import Level
    from fably.memory.monitor import Monitor

BEGINS = 3.0
"""Seconds before the first look: until then everything makes haste for the first sound."""
_MOST_WAITING = 32  # names of states that come before the monitor


@asynccontextmanager
async def watching(settings: Settings, shared: Shared) -> AsyncIterator[Callable[[str], None]]:
    """Watch the memory, as soon as an engine is loaded, or from the start where it is bounded: a story that comes from the cloud has
    nothing to give way, and need not pay for being looked at. Gives what names the state that the program has come to."""
    watch = _Watch(settings, shared)
    task = asyncio.create_task(watch.run(), name="watches the memory")
    try:
        yield watch.checkpoint
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class _Watch:
    def __init__(self, settings: Settings, shared: Shared) -> None:
        self._settings, self._shared = settings, shared
        self._needed = asyncio.Event()
        self._before: deque[str] = deque(maxlen=_MOST_WAITING)
        self._monitor: Monitor | None = None
        shared.pool.observe(lambda _wanted, _state: self._needed.set())
        if settings.memory_limit is not None or not shared.pool.is_empty:
            self._needed.set()

    def checkpoint(self, name: str) -> None:
        (self._monitor.checkpoint if self._monitor else self._before.append)(name)

    async def run(self) -> None:
        await self._needed.wait()
        await asyncio.sleep(BEGINS)
        from fably.memory.levels import Thresholds
        from fably.memory.monitor import Monitor

        s = self._settings
        self._monitor = Monitor(
            self._shared.journal,
            limit=s.memory_limit,
            seconds=s.monitor_seconds,
            at=Thresholds(s.memory_warning, s.memory_critical),
            on_level=[self._give_way],
        )
        for name in self._before:
            self._monitor.checkpoint(name)
        await self._monitor.watch()

    async def _give_way(self, level: Level) -> None:
        """At a warning what is idle leaves. When it is critical there is one engine at a time and none to spare, until it is over."""
        from fably.memory.caches import forget
        from fably.memory.levels import Level
        from fably.memory.malloc import trim

        pool = self._shared.pool
        pool.relax()
        if level is Level.CALM:
            return
        await (pool.shrink() if level is Level.CRITICAL else pool.leave_idle())
        forget()
        await asyncio.to_thread(trim)
