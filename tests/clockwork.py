"""An event loop whose time stands still until a test lets some of it pass: a button is held for three seconds in no time, and a machine
that is busy makes no short press a long one. What threads, processes and the other end of a socket do goes on in their own time."""

import asyncio
import time
from collections.abc import Callable

from fably.running import Loop

STEP = 0.02
"""Seconds of a step: the piece of sound that a microphone gives."""
TURNS = 4
"""Of the loop in each step, for what is due in it."""
PATIENCE = 120.0
"""Real seconds after which something counts as never coming: a busy machine takes its time."""


class Clockwork(Loop):
    """The loop."""

    def __init__(self) -> None:
        self._now = 1000.0
        super().__init__()

    def time(self) -> float:
        return self._now

    async def passes(self, seconds: float) -> None:
        """Let so much time pass."""
        for _ in range(round(seconds / STEP)):
            self._now += STEP
            for _ in range(TURNS):
                await asyncio.sleep(0)

    async def until(self, true: Callable[[], object], what: Callable[[], str]) -> None:
        """Let the world go on, but no time pass, until it is `true`; `what` is asked when it never is."""
        given_up = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < given_up, what()
            time.sleep(0.001)  # noqa: ASYNC251 - the loop's own time stands still, so it cannot sleep
            await asyncio.sleep(0)
