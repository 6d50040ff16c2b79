"""The engine memory manager: who of the engines may be loaded, who must leave, and what to do when there is no room.

Unloading an engine is ending its process: the voice, the engine and its libraries go in one step, and all their memory comes back.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from fably.core.errors import EngineDied, EngineTooBig
from fably.core.types import EngineState
from fably.engines.learned import Learned
from fably.engines.rules import MemoryUsage, Rules
from fably.engines.slot import Note, Slot
from fably.engines.table import ENGINES, Wanted
from fably.memory.limits import Limits, limits
from fably.memory.measured import usage

if TYPE_CHECKING:
    from fably.engines.child import Child

_FULL_AFTER = 5.0
"""Seconds for which an engine is waited for that is at work where there is no room for the next."""


def _nothing(_what: str, /, **_facts: str | int | float | None) -> None:
    pass


class Pool:
    """The engines of one event loop. To be closed; without an engine there is nothing to close."""

    def __init__(
        self,
        rules: Rules | None = None,
        learned: Learned | None = None,
        note: Note = _nothing,
        *,
        bounds: Callable[[int | None], Limits | None] = limits,
        live: bool = True,
    ) -> None:
        self._rules, self.learned, self.note, self._bounds = rules or Rules(), learned or Learned(None), note, bounds
        self.live = live
        """Whether somebody listens while sound is made: then an engine that cannot keep up is of no use."""
        self._slots: dict[Wanted, Slot] = {}
        self._one_changes = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._timers: dict[Wanted, asyncio.TimerHandle] = {}
        self._observers: list[Callable[[Wanted, EngineState], None]] = []
        self._short = False

    # ---- what it says ----------------------------------------------------------------------------------------------------

    def state(self, wanted: Wanted) -> EngineState:
        """Where an engine is in its life."""
        return self._slots[wanted].state if wanted in self._slots else EngineState.UNLOADED

    def is_loaded(self, wanted: Wanted) -> bool:
        """Whether an engine could answer at once."""
        return self.state(wanted) in (EngineState.READY, EngineState.PROCESSING)

    @property
    def is_empty(self) -> bool:
        """Whether no engine is loaded."""
        return not self._loaded()

    def observe(self, observer: Callable[[Wanted, EngineState], None]) -> None:
        """Have `observer` called at every change of an engine's state."""
        self._observers.append(observer)

    def memory_usage(self) -> dict[Wanted, MemoryUsage]:
        """What each engine holds that is loaded."""
        bounds, found = self._bounds(self._rules.limit), {}
        for slot in self._loaded():
            if slot.child is not None and (now := usage(slot.child.process.pid)):
                found[slot.wanted] = MemoryUsage(*now, round(100 * now.pss / bounds.total, 1) if bounds else None)
        return found

    # ---- what it does ----------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def use(self, wanted: Wanted) -> AsyncGenerator[Child, None]:
        """The engine, loaded if need be, for one request; whoever comes meanwhile waits. Left in the middle, or by an error, its process is
        ended: it would go on with what nobody wants to have.

        Raises `EngineTooBig`, `EngineDied` while one rests that has died again and again, and what else a load may raise.
        """
        slot = self._slot(wanted)
        try:
            async with slot.turn:
                if slot.child is None and slot.rests:
                    raise EngineDied(
                        f"{wanted} has died again and again ({slot.how}); it is left alone for {math.ceil(slot.rests)} seconds",
                        retryable=False,
                    )
                await self._ready(slot)
                child, whole = slot.begin(), False
                try:
                    yield child
                    whole = True
                finally:
                    if whole:
                        slot.end()
                    else:
                        await slot.unload("left in the middle")
            await self._look_at(slot)
        finally:  # also where it was given up between its load and its request
            self._wait_for_idleness(slot)

    async def load(self, wanted: Wanted) -> None:
        """Have an engine ready ahead of its first request, after a rest where it has died before. Raises `ProviderError`."""
        slot = self._slot(wanted)
        if slot.child is None and slot.rests:
            await asyncio.sleep(slot.rests)
        try:
            async with slot.turn:
                await self._ready(slot)
        finally:
            self._wait_for_idleness(slot)

    async def unload(self, wanted: Wanted, why: str = "nobody needs it") -> None:
        """End an engine, as soon as it has served its request."""
        if slot := self._slots.get(wanted):
            async with slot.turn:
                await slot.unload(why)

    def hold(self, wanted: Wanted) -> None:
        """It will be used again soon, also after a pause: it does not leave for being idle."""
        self._slot(wanted).holders += 1

    async def release(self, wanted: Wanted) -> None:
        """The end of `hold`."""
        slot = self._slot(wanted)
        slot.holders = max(0, slot.holders - 1)
        if not slot.holders and (self._short or not self._rules.idle_seconds):
            await self.unload(wanted)
        self._wait_for_idleness(slot)

    async def spare(self, wanted: Wanted) -> None:
        """What follows needs another engine: where one at a time is loaded, this one leaves before that comes."""
        if await self._most() == 1:
            await self.unload(wanted, "the next one comes")

    async def leave_idle(self, why: str = "memory is short") -> None:
        """End all engines that nobody uses or holds."""
        for slot in self._free():
            if not slot.holders:
                await self._leave(slot, why)

    async def shrink(self) -> None:
        """Memory is very short: from now on one engine at a time, and none that nobody uses, until `relax`."""
        self._short = True
        await self.leave_idle()

    def relax(self) -> None:
        """The end of `shrink`."""
        self._short = False

    async def aclose(self) -> None:
        """End all engines, whatever they do."""
        for timer in self._timers.values():
            timer.cancel()
        for slot in list(self._slots.values()):  # somebody may ask for another one meanwhile
            await slot.unload("the end")
        if self._tasks:
            await asyncio.wait(self._tasks)

    # ---- who must leave --------------------------------------------------------------------------------------------------

    def _slot(self, wanted: Wanted) -> Slot:
        if wanted not in self._slots:
            self._slots[wanted] = Slot(wanted, self.learned, self.note, self._seen)
        return self._slots[wanted]

    def _seen(self, wanted: Wanted, state: EngineState) -> None:
        for observer in self._observers:
            observer(wanted, state)

    def _loaded(self) -> list[Slot]:
        return [slot for slot in self._slots.values() if slot.child is not None]

    def _free(self) -> list[Slot]:
        """Those that could leave now, the least recently used first."""
        idle = [slot for slot in self._loaded() if slot.state is EngineState.READY and not slot.turn.locked()]
        return sorted(idle, key=lambda slot: (slot.holders > 0, slot.used_at))

    async def _ready(self, slot: Slot) -> None:
        """Load an engine if it is not there. One comes or goes at a time, so that what is measured belongs to it."""
        self._stop_waiting(slot)
        if slot.child is not None:
            return
        async with self._one_changes:
            needed = self._rules.needed(slot.wanted, self.learned)
            if await self._most() == 1:  # not for a moment are there two
                for other in self._coming_and_going(self._free()):
                    await self._make_way(other, slot)
            await self._make_room(slot, needed)
            await slot.load(self._rules.data(needed), self._rules.malloc)
        most = await self._most()
        too_many = max(0, len(self._coming_and_going(self._loaded())) - most)
        for other in self._coming_and_going(self._free())[:too_many]:  # all fit, so nobody waits for it
            self._in_background(self._leave(other, f"no more than {most} at a time"))

    @staticmethod
    def _coming_and_going(slots: list[Slot]) -> list[Slot]:
        return [one for one in slots if not ENGINES[one.wanted.engine].listens]

    async def _most(self) -> int:
        total = bounds.total if (bounds := await self._limits()) else None
        return 1 if self._short else self._rules.most_loaded(total)

    async def _limits(self) -> Limits | None:
        return await asyncio.to_thread(self._bounds, self._rules.limit)

    async def _make_room(self, slot: Slot, needed: int) -> None:
        """Let others leave until there is room for `slot`, which needs so many bytes. Raises `EngineTooBig`."""
        waits = True
        while (bounds := await self._limits()) is not None and bounds.room < needed:
            if free := [one for one in self._free() if one is not slot]:
                await self._make_way(free[0], slot)
            elif waits:
                waits = await self._one_is_done(slot)  # and then we look once more: there may be room by now
            else:
                self.note("refused", engine=slot.wanted.engine, model=slot.wanted.model, needed=needed, room=bounds.room)
                raise EngineTooBig(
                    f"{slot.wanted} needs {needed / 1e6:.0f} MB of memory and there are {max(0, bounds.room) / 1e6:.0f}; "
                    "choose a smaller one, or give it more with --memory-limit",
                    detail=f"{needed / 1e6:.0f} MB",
                )

    async def _make_way(self, one: Slot, slot: Slot) -> None:
        """Let `one`, which nobody uses, leave for `slot`; nothing happens where somebody was quicker and has it now."""
        if await self._has_turn(one):
            try:
                self.note("switch", engine=slot.wanted.engine, model=slot.wanted.model, instead=str(one.wanted))
                await one.unload(f"room for {slot.wanted}")
            finally:
                one.turn.release()

    async def _one_is_done(self, slot: Slot) -> bool:
        """Wait a moment for one that leaves, or is at work: a recogniser that is about to be done leaves before the voice must come."""
        for one in self._slots.values():
            if not one.stays.is_set():
                return await one.stays.wait()
            if one is not slot and one.child is not None and one.turn.locked() and not one.holders:
                done = await self._has_turn(one)
                if done:
                    one.turn.release()
                return done
        return False

    @staticmethod
    async def _has_turn(one: Slot) -> bool:
        """Take the turn of another, to be given back; False where it is not to be had soon: whoever has it may be waiting for us to be
        done with our change."""
        try:
            async with asyncio.timeout(_FULL_AFTER):
                return await one.turn.acquire()
        except TimeoutError:
            return False

    async def _leave(self, slot: Slot, why: str) -> None:
        async with slot.turn:
            await slot.unload(why)

    async def _look_at(self, slot: Slot) -> None:
        """Between two requests: is it to be replaced?"""
        if slot.served >= self._rules.requests:
            await self._leave(slot, f"it has served {slot.served} requests")
        elif slot.child is not None and (grown := await asyncio.to_thread(slot.grown)) > self._rules.growth:
            await self._leave(slot, f"it has grown by {grown / 1e6:.0f} MB")
        elif not slot.holders and (self._short or not self._rules.idle_seconds):
            await self._leave(slot, "nobody needs it")

    # ---- idleness --------------------------------------------------------------------------------------------------------

    def _wait_for_idleness(self, slot: Slot) -> None:
        self._stop_waiting(slot)
        if not slot.holders and slot.child is not None:
            gone = asyncio.get_running_loop().call_later(self._rules.idle_seconds, self._is_idle, slot)
            self._timers[slot.wanted] = gone

    def _stop_waiting(self, slot: Slot) -> None:
        if timer := self._timers.pop(slot.wanted, None):
            timer.cancel()

    def _is_idle(self, slot: Slot) -> None:
        if slot in self._free() and not slot.holders:
            self._in_background(self._leave(slot, f"idle for {self._rules.idle_seconds:g} seconds"))

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
