"""What a provider does when its service misbehaves: what it gave, what it raised, and what it left behind."""

import asyncio
import tracemalloc
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from farm import Farm

from fably.cloud import Cloud
from fably.core.errors import ProviderError, ProviderTimeout
from fably.providers.deadlines import Patience, timely

T = TypeVar("T")
SILENT = ("silent", "open-end", "roles-for-ever", "comments-for-ever")
"""The faults that only a deadline ends; those it is allowed to end."""
MOST_MEMORY = 40_000_000
"""Bytes that one answer may take, however long it is."""


@dataclass
class Tried(Generic[T]):
    """What came of it."""

    items: list[T] = field(default_factory=list, repr=False)  # a task is shown with its result: that of an endless answer is long
    error: ProviderError | None = None
    tasks: int = 0
    """Those that were left, without ours."""

    @property
    def outcome(self) -> str:
        """The same words as in `farm.faults`."""
        return "ok" if self.error is None else "cut" if self.items else "fails"


def tried(farm: Farm, how: str, act: Callable[[Cloud], AsyncGenerator[T, None]]) -> Tried[T]:
    """Read what `act` gives to its end, with the deadlines that fit the fault `how`, and see what is left behind: nothing."""
    limit = 0.3 if how.startswith(SILENT) else 10
    huge = how.startswith(("huge", "endless"))
    tracemalloc.start() if huge else None
    try:
        got = asyncio.run(_tried(act, limit))
        assert not huge or tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop() if huge else None
    assert got.tasks == 0
    assert not isinstance(got.error, ProviderTimeout) or limit < 1, "it waited for nothing"
    assert nobody_is_left(farm)
    return got


async def _tried(act: Callable[[Cloud], AsyncGenerator[T, None]], limit: float) -> Tried[T]:
    got = Tried[T]()
    cloud = Cloud(3)
    try:
        async with aclosing(timely(act(cloud), Patience(limit, limit, 60), "the farm")) as items:
            async for item in items:
                got.items.append(item)
    except ProviderError as error:
        got.error = error
    finally:
        await cloud.aclose()
    for _ in range(3):  # a client's generators that came to their own end are finalised by the loop, in its next rounds
        await asyncio.sleep(0)
    got.tasks = len(asyncio.all_tasks()) - 1
    return got


def nobody_is_left(farm: Farm) -> bool:
    """Whether all clients have hung up, as soon as the farm's threads have seen it."""
    return any(farm.open_connections == 0 or farm.ended.wait(0.01) for _ in range(500))
