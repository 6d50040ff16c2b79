"""A pool of engines for tests: the noisy engine in three sizes, and what is seen of them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from next_door import nothing_is_left
from wyoming.event import Event

from fably.engines.pool import Pool
from fably.engines.rules import Rules
from fably.engines.table import Wanted
from fably.memory.limits import Limits

MB = 1_000_000
PLENTY = Limits(2_000 * MB, 2_000 * MB)


def noise(name: str, *arguments: str, size: int = 0) -> Wanted:
    return Wanted("noise", name, arguments, size)


A, B, C = noise("a"), noise("b"), noise("c")


@dataclass
class House:
    """A pool, and what was seen of it."""

    pool: Pool
    states: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def loaded(self) -> set[str]:
        return {one.model for one in (A, B, C) if self.pool.is_loaded(one)}

    def noted(self, what: str) -> list[dict[str, Any]]:
        return [facts for of, facts in self.notes if of == what]

    async def say(self, wanted: Wanted, text: str = "well") -> str:
        return str((await self.ask(wanted, Event("say", {"text": text}))).data["text"])

    async def ask(self, wanted: Wanted, what: Event) -> Event:
        async with self.pool.use(wanted) as child:
            await child.send(what)
            return await child.receive()

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait for what happens in the background."""
        while not true():  # noqa: ASYNC110 - a state is looked at
            await asyncio.sleep(0.002)


@asynccontextmanager
async def house(rules: Rules | None = None, bounds: Limits | Callable[[int | None], Limits] = PLENTY, **more: Any) -> AsyncIterator[House]:
    seen: list[tuple[str, str]] = []
    notes: list[tuple[str, dict[str, Any]]] = []
    told = bounds if callable(bounds) else lambda _limit: bounds
    pool = Pool(rules or Rules("lazy"), note=lambda what, /, **facts: notes.append((what, facts)), bounds=told, **more)
    pool.observe(lambda wanted, state: seen.append((wanted.model, state.value)))
    try:
        yield House(pool, seen, notes)
    finally:
        await pool.aclose()
        assert nothing_is_left()
        assert len(asyncio.all_tasks()) == 1


def scene(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(work())
