"""Keeps the program within its memory while it lives: the monitor looks, and engines and caches give way."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from fably.memory.caches import forget
from fably.memory.levels import Level, Thresholds
from fably.memory.malloc import trim
from fably.memory.monitor import Monitor
from fably.providers.shared import Shared
from fably.settings import Settings

BEGINS = 3.0
"""Seconds after which the first look is taken: until then everything makes haste for the first sound."""


@asynccontextmanager
async def watching(settings: Settings, shared: Shared) -> AsyncIterator[Callable[[str], None]]:
    """Watch the memory. Gives what names the state that the program has come to."""

    async def give_way(level: Level) -> None:
        """At a warning what is idle leaves. When it is critical there is one engine at a time and none to spare, until it is over."""
        shared.pool.relax()
        if level is Level.CALM:
            return
        await (shared.pool.shrink() if level is Level.CRITICAL else shared.pool.leave_idle())
        forget()
        await asyncio.to_thread(trim)

    monitor = Monitor(
        shared.journal,
        limit=settings.memory_limit,
        seconds=settings.monitor_seconds,
        at=Thresholds(settings.memory_warning, settings.memory_critical),
        on_level=[give_way],
    )
    watch = asyncio.create_task(_watch(monitor), name="watches the memory")
    try:
        yield monitor.checkpoint
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch


async def _watch(monitor: Monitor) -> None:
    await asyncio.sleep(BEGINS)
    await monitor.watch()
