"""Engines that die while a story is told, and come back."""

import asyncio
from contextlib import aclosing

from fably.core.errors import EngineDied
from fably.providers.candidates import Candidates
from fably.providers.choice import Candidate

FIRST, SECOND, LAST = Candidate("piper"), Candidate("another"), Candidate("espeak")


class Engine:
    """A provider that is held. It is there at once, and never comes back."""

    def __init__(self) -> None:
        self._opened = 0

    async def open(self) -> None:
        self._opened += 1
        if self._opened > 1:
            await asyncio.Event().wait()

    async def aclose(self) -> None:
        pass


def test_one_that_dies_while_another_comes_back_leaves_nobody_behind() -> None:
    """Two engines, and both are killed for want of memory: at the end of the story nobody is on the way back."""

    async def scene() -> None:
        candidates = Candidates([FIRST, SECOND, LAST], lambda _one: Engine())
        async with aclosing(candidates):
            for one in FIRST, SECOND:
                await candidates.current()
                candidates.give_way(one, EngineDied("it ended"), begun=True)
                await asyncio.sleep(0)
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(scene())
