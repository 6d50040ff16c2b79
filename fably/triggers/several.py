"""Several triggers at once."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import AsyncExitStack, aclosing

from fably.core.errors import FablyError
from fably.core.protocols import Trigger
from fably.core.types import Gesture

log = logging.getLogger(__name__)


class Several:
    """A trigger made of several. One that fails is told of, and the others go on; the last one's failure is raised.

    `besides` are those with which alone nothing could be begun, such as a button for the volume: they do not count as the last.
    A trigger that ends has been asked by a person to end everything, so all end with it.
    """

    def __init__(self, triggers: Sequence[Trigger], besides: Sequence[Trigger] = ()) -> None:
        self._triggers, self._besides = triggers, besides

    async def gestures(self) -> AsyncGenerator[Gesture, None]:
        """What is done to any of them, as it is done. Raises the `FablyError` of the last one that is left."""
        async with AsyncExitStack() as stack:
            both = [*self._triggers, *self._besides]
            streams = [await stack.enter_async_context(aclosing(trigger.gestures())) for trigger in both]
            needed = set(streams[: len(self._triggers)])
            # one answer of each is awaited at a time, so nothing waits here but one gesture of each
            asked = {asyncio.create_task(_next(stream)): stream for stream in streams}
            stack.push_async_callback(_forget, asked)
            while asked:
                done, _ = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
                for task in [task for task in asked if task in done]:  # in the order in which they were asked
                    stream = asked.pop(task)
                    try:
                        gesture = task.result()
                    except FablyError as error:
                        needed.discard(stream)
                        if not needed:
                            raise
                        log.warning("%s", error)
                        continue
                    if gesture is None:
                        return
                    asked[asyncio.create_task(_next(stream))] = stream
                    yield gesture


async def _next(stream: AsyncGenerator[Gesture, None]) -> Gesture | None:
    return await anext(stream, None)


async def _forget(asked: Iterable[asyncio.Task[Gesture | None]]) -> None:
    """Before a stream can be closed, nobody may be waiting for it."""
    for task in asked:
        task.cancel()
    await asyncio.gather(*asked, return_exceptions=True)
