"""The one primitive of the pipeline: a stage that runs ahead of its reader, by a bounded amount."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from fably.core.protocols import Source

T = TypeVar("T")


class Buffered(Generic[T]):
    """Read `source` ahead of whoever iterates over this, while what waits adds up to less than `room`.

    It begins at once, not at the first read: a request is on its way while its reader is still busy. `size` says how much room an
    item takes. Where `join` makes one item of the last that waits and the next, the one takes their place. The source's error comes
    after its items. Close it with `aclose` (see `contextlib.aclosing`): nothing may outlive the story, and closing a generator does
    not close the one it reads from, so every stage closes its own.
    """

    def __init__(
        self,
        source: Source[T],
        room: float,
        size: Callable[[T], float],
        join: Callable[[T, T], T | None] = lambda _last, _next: None,
    ) -> None:
        self._source, self._room, self._size, self._join = source, room, size, join
        self._waiting: deque[T] = deque()
        self._held = 0.0
        self.most = 0.0
        """The most that ever waited, as `size` counts it: it can be `room` and one item."""
        self._moved = asyncio.Condition()
        self._ended = False
        self._error: Exception | None = None
        self._filler = asyncio.create_task(self._fill())

    def __aiter__(self) -> "Buffered[T]":
        return self

    async def __anext__(self) -> T:
        async with self._moved:
            await self._moved.wait_for(lambda: self._waiting or self._ended)
            if self._waiting:
                item = self._waiting.popleft()
                self._held -= self._size(item)
                self._moved.notify_all()
                return item
        if self._error is not None:
            error, self._error = self._error, None
            raise error
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """Stop reading and close the source. What waits is dropped."""
        self._filler.cancel()
        await asyncio.gather(self._filler, return_exceptions=True)
        await self._source.aclose()
        self._waiting.clear()
        self._ended = True

    async def _fill(self) -> None:
        try:
            while True:
                async with self._moved:  # room first: what has been asked for is being made, and takes room as well
                    await self._moved.wait_for(lambda: self._held < self._room)
                item = await anext(self._source)
                async with self._moved:
                    self._add(item)
                    self._moved.notify_all()
        except StopAsyncIteration:
            pass
        except Exception as error:
            self._error = error
        finally:
            self._ended = True
            async with self._moved:
                self._moved.notify_all()

    def _add(self, item: T) -> None:
        one = self._join(self._waiting[-1], item) if self._waiting else None
        if one is not None:
            self._held -= self._size(self._waiting.pop())
            item = one
        self._waiting.append(item)
        self._held += self._size(item)
        self.most = max(self.most, self._held)
