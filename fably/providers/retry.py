"""Trying again, written once around every provider: what may well succeed a moment later is asked for once more."""

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import TypeVar

from fably.core.errors import ProviderError, ProviderTimeout
from fably.providers.deadlines import Patience, timely

T = TypeVar("T")
PAUSES = (0.4, 0.8)
"""Seconds before the second and the third attempt, half as much to half as much again: a child waits, and a service that needs longer
to recover is better replaced. Nobody else's box should knock at the same moment, hence the chance."""


async def retried(attempt: Callable[[], AsyncGenerator[T, None]], patience: Patience, who: str) -> AsyncGenerator[T, None]:
    """Give the items of `attempt()`, or of the next attempt where one fails before it has given anything and the fault is retryable.

    All attempts together have the time of one: the deadline for the first item counts from the first attempt, pauses included, and a
    service that asks for more time than is left (`ProviderError.after`) is not asked again.
    """
    loop = asyncio.get_running_loop()
    since, before = loop.time(), None
    for pause in (*PAUSES, None):
        begun = False
        try:
            async with aclosing(timely(attempt(), patience, who, since)) as items:
                async for item in items:
                    begun = True
                    yield item
        except ProviderError as fault:
            if before is not None and not begun and isinstance(fault, ProviderTimeout):
                raise before from fault  # which says more than that there was no time left
            if begun or pause is None or not fault.retryable:
                raise
            before = fault
            wait = max(fault.after or 0.0, pause * random.uniform(0.5, 1.5))  # noqa: S311 - no secret depends on it
            if loop.time() + wait >= since + patience.first:
                raise
            await asyncio.sleep(wait)
        else:
            return


async def answered(ask: Callable[[], Awaitable[T]], seconds: float, who: str) -> T:
    """What `ask()` gives, asked for in the same way; all attempts together have `seconds`."""

    async def once() -> AsyncGenerator[T, None]:
        yield await ask()

    async with aclosing(retried(once, Patience(seconds, seconds, seconds), who)) as answers:
        return await anext(answers)
