"""Engines of the pool that end, or are ended, when nobody thought of it; with real processes."""

import asyncio
import os
import signal

import psutil
import pytest
from pool_house import MB, A, B, C, house, noise, scene
from wyoming.event import Event

from fably.core.errors import EngineDied, EngineTooBig, ProviderUnavailable
from fably.core.types import EngineState
from fably.engines import slot as slots
from fably.engines.learned import Learned
from fably.memory.limits import Limits


def test_a_death_in_idleness_is_noticed_at_once_and_the_next_request_starts_another() -> None:
    async def work() -> None:
        async with house() as one:
            await one.say(A)
            os.kill(psutil.Process().children()[0].pid, signal.SIGKILL)
            await one.until(lambda: one.pool.state(A) is EngineState.UNLOADED)
            (died,) = one.noted("died")
            assert (died["how"], died["rests"]) == ("ended with SIGKILL", 0.0)
            assert await one.say(A) == "well"

    scene(work)


def test_what_was_learned_of_one_that_is_killed_is_forgotten() -> None:
    """It has needed more than it ever did, or nobody would have killed it: the next load is judged by the estimate."""
    learned = Learned(None)
    learned.note_peak(A, 20 * MB)

    async def work() -> None:
        async with house(bounds=Limits(200 * MB, 90 * MB), learned=learned) as one:
            request = asyncio.create_task(one.ask(A, Event("wait")))
            await one.until(lambda: one.pool.state(A) is EngineState.PROCESSING)
            psutil.Process().children()[0].kill()
            with pytest.raises(EngineDied):
                await request
            assert learned.peak(A) is None
            with pytest.raises(EngineTooBig, match="needs 100 MB"):
                await one.say(A)

    scene(work)


def test_one_that_dies_again_and_again_is_left_alone_longer_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "PAUSES", (0.0, 600.0))

    async def work() -> None:
        async with house() as one:
            for _ in range(2):
                with pytest.raises(EngineDied, match=r"^noise ended with code 7: it was time$"):
                    await one.ask(A, Event("leave"))
            assert [each["rests"] for each in one.noted("died")] == [0.0, 600.0]
            with pytest.raises(EngineDied, match=r"\(ended with code 7: it was time\); .* left alone for \d{3} seconds$") as fault:
                await one.say(A)
            assert not fault.value.retryable
            assert await one.say(B) == "well"

    scene(work)


def test_one_that_cannot_begin_is_no_death() -> None:
    async def work() -> None:
        async with house() as one:
            for _ in range(3):
                with pytest.raises(ProviderUnavailable, match="this is no voice"):
                    await one.pool.load(noise("a", "refuse"))
            assert one.noted("died") == []
            assert one.states == [("a", "loading"), ("a", "unloaded")] * 3

    scene(work)


def test_what_runs_away_fails_alone() -> None:
    """It may ask for 300 MB, or for twice what it is expected to take."""

    async def work() -> None:
        async with house() as one:
            with pytest.raises(ProviderUnavailable, match="MemoryError"):
                await one.ask(A, Event("take", {"bytes": 400 * MB}))
            assert (await one.ask(A, Event("take", {"bytes": 50 * MB}))).type == "taken"

    scene(work)


def test_left_in_the_middle_it_is_ended() -> None:
    async def work() -> None:
        async with house() as one:
            task = asyncio.create_task(one.ask(A, Event("wait")))
            await one.until(lambda: one.pool.state(A) is EngineState.PROCESSING)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert one.pool.state(A) is EngineState.UNLOADED
            assert one.noted("died") == []
            assert await one.say(A) == "well"

    scene(work)


def test_closed_at_any_moment_nothing_is_left() -> None:
    async def work() -> None:
        for moment in range(15):
            async with house() as one:
                tasks = [asyncio.create_task(one.say(wanted)) for wanted in (A, B, C, A)]
                await asyncio.sleep(moment * 0.03)
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    scene(work)
