"""The way from a button to whoever wants its gestures: bounded, and open to any thread."""

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import AsyncGenerator
from time import monotonic
from typing import Generic, Protocol, TypeVar

from fably.core.types import Gesture

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)

ROOM = 64
"""Of what waits. A contact that chatters makes a dozen edges; more wait only when the loop is stuck."""


class Recogniser(Protocol[T_contra]):
    """Makes gestures of what is fed to it. Times are those of `time.monotonic`, which is the event loop's clock."""

    @property
    def due(self) -> float | None: ...

    def feed(self, what: T_contra, at: float) -> list[Gesture]: ...

    def until(self, at: float) -> list[Gesture]: ...


class Inbox(Generic[T]):
    """What happened, with its time, until it is asked for. Made in the event loop, filled by any thread.

    When it is full the oldest two go, for a press is two edges and what is left must still make sense; `dropped` counts them.
    """

    def __init__(self, room: int = ROOM) -> None:
        self._loop, self._room = asyncio.get_running_loop(), room
        self._waiting: deque[tuple[T, float]] = deque()
        self._lock = threading.Lock()
        self._came = asyncio.Event()
        self.dropped = 0
        self.closed = False

    def put(self, what: T) -> None:
        """Something happens now. Nothing is raised: the thread that calls is not ours."""
        with self._lock:
            if len(self._waiting) >= self._room:
                self._waiting.popleft()
                self._waiting.popleft()
                self.dropped += 2
            news = not self._waiting  # else the loop has been told, and a stuck one is not told a thousand times
            self._waiting.append((what, monotonic()))
        if news:
            self._wake()

    def close(self) -> None:
        """Nothing more will happen."""
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has gone home
            self._loop.call_soon_threadsafe(self._came.set)

    async def taken(self, due: float | None) -> list[tuple[T, float]]:
        """All that has happened since the last time, the oldest first; waits for it, but not beyond the time `due`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(due):
                await self._came.wait()
        self._came.clear()
        with self._lock:
            waiting = list(self._waiting)
            self._waiting.clear()
        return waiting


async def recognised(inbox: Inbox[T], recogniser: Recogniser[T]) -> AsyncGenerator[Gesture, None]:
    """The gestures that `recogniser` makes of what comes into `inbox`, each when it is due, until the inbox is closed."""
    while not inbox.closed:
        happened = await inbox.taken(recogniser.due)
        for what, at in happened:
            for gesture in recogniser.feed(what, at):
                yield gesture
        if not happened:  # else what came in meanwhile comes first
            for gesture in recogniser.until(monotonic()):
                yield gesture
