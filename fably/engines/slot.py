"""One engine's place: whether it is there, how it comes and goes, what that took and gave back. Who may be there the pool decides."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from fably.core.errors import EngineDied, ProviderError
from fably.core.types import EngineState
from fably.engines.learned import Learned
from fably.engines.table import ENGINES, Wanted
from fably.memory.children import Malloc
from fably.memory.measured import Usage, tree_pss, usage

if TYPE_CHECKING:
    from fably.engines.child import Child

log = logging.getLogger(__name__)

PAUSES = (0.0, 1.0, 4.0, 15.0, 60.0)
"""Seconds before an engine is started again that has died so many times in a row."""
WELL = 20
"""Requests served in a row after which earlier deaths are forgotten."""


class Note(Protocol):
    """Takes what is recorded: `fably.memory.journal` keeps it."""

    def __call__(self, what: str, /, **facts: str | int | float | None) -> None: ...


class Slot:
    """The place of one engine. Its methods are called by one task at a time, apart from `died`."""

    def __init__(self, wanted: Wanted, learned: Learned, note: Note, observe: Callable[[Wanted, EngineState], None]) -> None:
        self.wanted, self._learned, self._note, self._observe = wanted, learned, note, observe
        self._state = EngineState.UNLOADED
        self.turn = asyncio.Lock()
        """Held by whoever uses it."""
        self.stays = asyncio.Event()
        """Set unless it is about to leave: until then its memory is not back."""
        self.stays.set()
        self.used_at = 0.0
        """The loop's time of the last use."""
        self.holders = 0
        """How many will use it again soon: while there are any, it does not leave for being idle."""
        self.served = 0
        """Requests since it was loaded."""
        self.loaded = Usage(0, 0, 0)
        """What it held when it was ready."""
        self.child: Child | None = None
        self.how = ""
        """How it has died the last time."""
        self._deaths, self._rests_until = 0, 0.0
        self._watch: asyncio.Task[None] | None = None

    @property
    def state(self) -> EngineState:
        return self._state

    def _enter(self, state: EngineState) -> None:
        if state is not self._state:
            self._state = state
            (self.stays.clear if state is EngineState.UNLOADING else self.stays.set)()
            self._observe(self.wanted, state)

    @property
    def rests(self) -> float:
        """Seconds for which it is left alone, because it has died."""
        return max(0.0, self._rests_until - asyncio.get_running_loop().time())

    async def load(self, data: int, malloc: Malloc) -> None:
        """Start the process, with `data` bytes at most. Raises `ProviderError`, and nothing is left then."""
        from fably.engines.child import start

        loop = asyncio.get_running_loop()
        began, before = loop.time(), await asyncio.to_thread(tree_pss)
        name = self.wanted.engine
        self._enter(EngineState.LOADING)
        try:
            self.child = await start(name, ENGINES[name].module, self.wanted.arguments, data=data, malloc=malloc)
        except ProviderError as fault:
            if fault.retryable:
                self._has_died(str(fault))
            raise
        finally:
            if self.child is None:
                self._enter(EngineState.UNLOADED)
        self.served, self.used_at = 0, loop.time()
        self.loaded = usage(self.child.process.pid) or self.loaded
        self._watch = asyncio.create_task(self._until_it_dies(self.child))
        self._enter(EngineState.READY)
        seconds, after = round(loop.time() - began, 3), await asyncio.to_thread(tree_pss)
        self._note("load", **self._who, seconds=seconds, pss=self.loaded.pss, peak=self.loaded.peak, before=before, after=after)
        log.debug("%s is loaded after %.2f s and holds %.0f MB", self.wanted, seconds, self.loaded.pss / 1e6)

    @property
    def _who(self) -> dict[str, str]:
        return {"engine": self.wanted.engine, "model": self.wanted.model}

    async def unload(self, why: str) -> None:
        """End the process, whatever it does: all its memory comes back. Nothing happens where there is none."""
        child, self.child = self.child, None
        if child is None:
            return
        loop = asyncio.get_running_loop()
        began = loop.time()
        if self._watch is not None:
            self._watch.cancel()
        self._enter(EngineState.UNLOADING)
        try:
            last = usage(child.process.pid)
            before = await asyncio.to_thread(tree_pss)
        finally:  # also where nobody waits for it any more
            try:
                await child.end()
            finally:
                self._enter(EngineState.UNLOADED)
        if child.died:  # while it was wanted, and nobody had heard of it yet
            self._has_died(child.how)
            return
        after = await asyncio.to_thread(tree_pss)
        if last:
            self._learned.note_peak(self.wanted, last.peak)
        seconds, peak = round(loop.time() - began, 3), last.peak if last else None
        self._note("unload", **self._who, seconds=seconds, why=why, peak=peak, back=before - after, after=after, served=self.served)
        log.debug("%s has left (%s); %.0f MB came back", self.wanted, why, (before - after) / 1e6)

    def begin(self) -> Child:
        """It has a request now. Raises `EngineDied` when it has ended since it was made ready."""
        if self.child is None:
            raise EngineDied(f"{self.wanted} has ended")
        self._enter(EngineState.PROCESSING)
        return self.child

    def end(self) -> None:
        """It has served a request."""
        self.served += 1
        self.used_at = asyncio.get_running_loop().time()
        if self.served >= WELL:
            self._deaths = 0
        if self.child is not None:
            self._enter(EngineState.READY)

    def grown(self) -> int:
        """Bytes that it holds beyond what it held when it was ready."""
        child = self.child  # asked in a thread: it may go meanwhile
        now = usage(child.process.pid) if child else None
        return now.pss - self.loaded.pss if now else 0

    async def _until_it_dies(self, child: Child) -> None:
        """Notice at once that the process has ended by itself. In the middle of a request whoever waits for its answer notices."""
        await child.process.wait()
        if self.child is child and self._state is EngineState.READY:
            self.child = None
            with contextlib.suppress(asyncio.CancelledError):  # it is dead: to bury it takes no time
                await child.end()
            if self.state is EngineState.READY and self.child is None:  # nobody has started another meanwhile
                self._enter(EngineState.UNLOADED)
            self._has_died(child.how)

    def _has_died(self, how: str) -> None:
        from fably.engines.child import KILLED

        if how.endswith(KILLED):
            self._learned.forget_peak(self.wanted)
        self.how, pause = how, PAUSES[min(self._deaths, len(PAUSES) - 1)]
        self._deaths += 1
        self._rests_until = asyncio.get_running_loop().time() + pause
        self._note("died", **self._who, how=how[:200], served=self.served, rests=pause)
        log.debug("%s has died: %s", self.wanted, how)
