"""Deadlines, written once around every provider."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from typing import TypeVar

from fably.core.errors import FablyError, ProviderTimeout
from fably.providers.surprises import as_fault

log = logging.getLogger(__name__)
T = TypeVar("T")
LAST = 30.0
"""Seconds that the last of several has at least for each item."""


@dataclass(frozen=True)
class Patience:
    """Deadlines in seconds: for the first item, for each further one, and for the time spent waiting for all of them together."""

    first: float
    between: float
    whole: float

    def less(self, waited: float) -> "Patience":
        """What is left for the next provider when those before it have been waited for: a third of the time for the first item at least,
        or the child would wait as often as long as there are providers."""
        return replace(self, first=max(self.first / 3, self.first - waited))

    def longest(self) -> "Patience":
        """For the one after whom nobody comes: to give it up on a machine that is busy is to give the story up."""
        return Patience(max(self.first, LAST), max(self.between, LAST), max(self.whole, LAST * 4))


async def timely(source: AsyncGenerator[T, None], patience: Patience, who: str, since: float | None = None) -> AsyncGenerator[T, None]:
    """Give the items of `source`, each counted from the moment it is asked for; when one does not come, `ProviderTimeout` names `who`.

    Time in which nobody asks does not count: a story is read as slowly as it is told. `since` is the loop's time from which on the
    first item is waited for, if that is not now. What `source` raises by mistake is a `ProviderError` too.
    """
    loop = asyncio.get_running_loop()
    limit, left = patience.first, patience.whole
    late = 0.0 if since is None else loop.time() - since
    try:
        while True:
            asked = loop.time()
            try:
                async with asyncio.timeout(max(0.0, min(limit, left) - late)) as deadline:
                    item = await anext(source)
            except StopAsyncIteration:
                return
            except FablyError:
                raise
            except TimeoutError as error:
                if not deadline.expired():  # a socket's own
                    raise as_fault(error, who) from error
                if left < limit:
                    raise ProviderTimeout(f"{who} is too slow: it is not ready after {patience.whole:g} seconds", place=who) from error
                raise ProviderTimeout(f"{who} said nothing for {limit:g} seconds", place=who) from error
            except Exception as error:
                raise as_fault(error, who) from error
            left = max(0.0, left - (loop.time() - asked))
            yield item
            limit, late = patience.between, 0.0
    finally:
        try:
            await source.aclose()
        except Exception:  # it was left early: nobody wants more of it, and a fault would only be taken for one of the story's
            log.debug("%s could not be left in peace", who, exc_info=True)
