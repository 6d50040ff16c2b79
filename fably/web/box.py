"""What the page knows of the box: one line to its control socket, which all who look share."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from fably.control.client import Client, NobodyThere, connected
from fably.control.protocol import Refused
from fably.core.types import Language

log = logging.getLogger(__name__)
AGAIN = 2.0
"""Seconds until a box that is not there is looked for again."""
WAITING = 64
"""Events that may wait for one who looks on; who does not take them in time has lost the thread, and begins anew."""
Event = Mapping[str, Any]


class Box:
    """The box at one of `places`, as far as it is there."""

    def __init__(self, places: Sequence[Path]) -> None:
        self._places = places
        self._client: Client | None = None
        self._lookers: set[asyncio.Queue[Event | None]] = set()
        self.status: Mapping[str, Any] | None = None
        """What it said last of what it is doing; None while it is not there."""

    async def live(self) -> None:
        """Stay in touch, until cancelled."""
        while True:
            try:
                async with connected(self._places) as client:
                    self.status = await client.ask("watch")
                    self._client = client
                    self._tell({"event": "state", **self.status})
                    async for event in client.events():
                        self._take(event)
            except (NobodyThere, Refused) as error:
                log.debug("%s", error)
            finally:
                self._client = None
                if self.status is not None:
                    self.status = None
                    self._tell({"event": "gone"})
            await asyncio.sleep(AGAIN)

    async def ask(self, do: str, /, **given: Any) -> dict[str, Any]:
        """What the box gives for a command. Raises `Refused`, and `NobodyThere` where there is no box."""
        if self._client is not None:
            return await self._client.ask(do, **given)
        async with connected(self._places) as client:  # it may have come a moment ago
            return await client.ask(do, **given)

    async def hear(self, sound: bytes, language: Language) -> dict[str, Any]:
        """What the box understands of a wish. It has a line of its own for that: whoever presses a button meanwhile need not wait. Raises
        what `ask` does."""
        async with connected(self._places) as client:
            return await client.hear(sound, language)

    async def events(self) -> AsyncGenerator[Event, None]:
        """What happens from now on, until somebody is too slow for it."""
        with self._looking() as waiting:
            while (event := await waiting.get()) is not None:
                yield event

    @contextlib.contextmanager
    def _looking(self) -> Iterator[asyncio.Queue[Event | None]]:
        waiting: asyncio.Queue[Event | None] = asyncio.Queue(WAITING)
        self._lookers.add(waiting)
        try:
            yield waiting
        finally:
            self._lookers.discard(waiting)

    def _take(self, event: Event) -> None:
        if self.status is not None:
            if event["event"] == "state":
                self.status = {name: value for name, value in event.items() if name != "event"}
            elif event["event"] == "volume":
                self.status = {**self.status, "volume": {name: value for name, value in event.items() if name != "event"}}
            elif event["event"] == "passage":
                self.status = {**self.status, "story": event.get("story")}
        self._tell(event)

    def _tell(self, event: Event) -> None:
        for waiting in list(self._lookers):
            if waiting.full():
                self._lookers.discard(waiting)
                waiting.get_nowait()
                waiting.put_nowait(None)
            else:
                waiting.put_nowait(event)
