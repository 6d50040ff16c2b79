"""Deadlines, written once around every provider."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TypeVar

from fably.core.errors import ProviderError, ProviderTimeout

T = TypeVar("T")


async def timely(source: AsyncGenerator[T, None], first: float, between: float, who: str) -> AsyncGenerator[T, None]:
    """Give the items of `source`. The first must come within `first` seconds and each further one within `between`, counted from
    the moment it is asked for; else `ProviderTimeout` names `who`."""
    limit = first
    async with aclosing(source) as items:
        while True:
            try:
                async with asyncio.timeout(limit):
                    item = await anext(items)
            except StopAsyncIteration:
                return
            except ProviderError:
                raise
            except TimeoutError as error:
                raise ProviderTimeout(f"{who} said nothing for {limit:g} seconds") from error
            yield item
            limit = between
