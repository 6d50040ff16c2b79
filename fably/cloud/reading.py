"""Reading what a client streams, and leaving it without a trace."""

import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def read(answer: AsyncIterator[T], close: Callable[[], Awaitable[None]]) -> AsyncGenerator[T, None]:
    """The items of a client's `answer`. When the reader leaves early, the answer is closed and then read to where it breaks.

    The client builds its streams of generators that read from generators, and closes none of the inner ones. Left alone they are
    finalised by the garbage collector, in tasks of their own and with noise on standard error; read once more, each of them ends.
    """
    try:
        async for item in answer:
            yield item
    finally:
        await close()
        with contextlib.suppress(Exception):
            while True:
                await anext(answer)
