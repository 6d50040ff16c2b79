"""What all providers of one event loop share: connections to services, and the engines next door."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fably.cloud import Cloud
from fably.engines.learned import Learned
from fably.engines.pool import Pool
from fably.engines.rules import Rules
from fably.memory.journal import NAME, Journal
from fably.settings import Settings


@dataclass(frozen=True)
class Shared:
    """To be closed by `sharing`, which makes it."""

    cloud: Cloud
    pool: Pool
    journal: Journal
    """What happens to the memory."""


@asynccontextmanager
async def sharing(settings: Settings, *, live: bool = True) -> AsyncIterator[Shared]:
    """Nothing is connected or started before somebody needs it. `live`: somebody listens while sound is made."""
    journal = Journal(settings.state / NAME)
    learned = Learned(settings.state / "engines.json", malloc=settings.engine_malloc)
    pool = Pool(_rules(settings), learned, journal.note, live=live)
    shared = Shared(Cloud(settings.connect_seconds), pool, journal)
    try:
        yield shared
    finally:
        try:
            await shared.pool.aclose()
        finally:
            journal.flush()
            await shared.cloud.aclose()


def _rules(s: Settings) -> Rules:
    return Rules(s.engine_policy, s.memory_limit, s.engine_idle_seconds, s.engine_growth, s.engine_requests, s.engine_malloc)
