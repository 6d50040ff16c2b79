"""Who comes and goes in the pool at the very same moment; with real processes."""

import asyncio
import os
import signal

import psutil
import pytest
from pool_house import MB, A, B, house, scene

from fably.core.types import EngineState
from fably.engines import pool as pools
from fably.engines.child import Child
from fably.engines.rules import Rules
from fably.engines.table import Wanted
from fably.memory.limits import Limits


def test_one_that_is_taken_while_it_is_about_to_leave_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """B comes, and A is to make room. In that moment A is given up by the first, is ended for the second, and loaded anew for the third,
    who waits for B to be loaded; B waits for the third."""
    monkeypatch.setattr(pools, "_FULL_AFTER", 0.1)

    async def work() -> None:
        async with house(bounds=lambda _limit: Limits(150 * MB, (150 - 100 * len(psutil.Process().children())) * MB)) as one:
            pool, looked, go = one.pool, asyncio.Event(), asyncio.Event()

            async def first() -> None:
                async with pool.use(A):
                    await go.wait()

            using = asyncio.create_task(first())
            await one.until(lambda: pool.state(A) is EngineState.PROCESSING)
            ending, third = asyncio.create_task(pool.unload(A)), asyncio.create_task(one.say(A))
            await asyncio.sleep(0)
            known = pool._limits

            async def limits() -> Limits | None:
                found = await known()
                looked.set()
                await go.wait()
                return found

            monkeypatch.setattr(pool, "_limits", limits)
            coming = asyncio.create_task(one.say(B))
            await looked.wait()
            go.set()  # the first goes on, and then B, in one breath
            async with asyncio.timeout(120):
                await asyncio.gather(using, ending, third, coming)
            assert pool.is_loaded(A)  # it came after B

    scene(work)


def test_a_load_that_is_given_up_when_it_is_done_leaves_for_being_idle() -> None:
    async def work() -> None:
        async with house(Rules("lazy", idle_seconds=0.05)) as one:
            loading = asyncio.create_task(one.pool.load(A))

            def given_up(_wanted: Wanted, state: EngineState) -> None:
                if state is EngineState.READY:
                    loading.cancel()

            one.pool.observe(given_up)
            with pytest.raises(asyncio.CancelledError):
                await loading
            async with asyncio.timeout(60):
                await one.until(lambda: one.loaded() == set())

    scene(work)


def test_closed_while_another_is_asked_for() -> None:
    async def work() -> None:
        async with house() as one:
            await one.say(A)
            asked: list[str] = []

            def another(_wanted: Wanted, state: EngineState) -> None:
                if state is EngineState.UNLOADED:
                    one.pool.hold(B)
                    asked.append(B.model)

            one.pool.observe(another)
            await one.pool.aclose()
            assert asked == ["b"]

    scene(work)


def test_let_go_by_somebody_who_did_not_hold_it_it_is_still_held_by_who_does() -> None:
    async def work() -> None:
        async with house(Rules("lazy", idle_seconds=0)) as one:
            await one.pool.release(A)
            one.pool.hold(A)
            await one.say(A)
            assert one.loaded() == {"a"}

    scene(work)


def test_one_that_nobody_waits_for_while_it_leaves_has_left_all_the_same() -> None:
    """Or whoever needs its room waits for ever for it to come back."""

    async def work() -> None:
        async with house() as one:
            await one.pool.load(A)
            leaving = asyncio.create_task(one.pool.unload(A))
            await one.until(lambda: one.pool.state(A) is EngineState.UNLOADING)
            while not leaving.done():
                leaving.cancel()
                await asyncio.sleep(0)
            assert one.pool.state(A) is EngineState.UNLOADED
            await one.until(lambda: len(asyncio.all_tasks()) == 1)  # it is buried behind our back

    scene(work)


def test_one_that_is_started_again_while_the_dead_one_is_buried_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would never make room for another: who is not loaded need not leave."""

    async def work() -> None:
        async with house() as one:
            await one.pool.load(A)
            buries, go = asyncio.Event(), asyncio.Event()
            end = Child.end

            async def slowly(child: Child) -> None:
                buries.set()
                await go.wait()
                await end(child)

            with monkeypatch.context() as patched:
                patched.setattr(Child, "end", slowly)
                os.kill(psutil.Process().children()[0].pid, signal.SIGKILL)
                await buries.wait()
                await one.pool.load(A)
            go.set()
            await one.until(lambda: len(one.noted("died")) == 1)
            assert one.pool.is_loaded(A)

    scene(work)
