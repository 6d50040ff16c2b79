"""Who of the engines may be loaded, and who must leave; with real processes."""

import asyncio
from dataclasses import replace
from typing import Any

import psutil
import pytest
from pool_house import MB, PLENTY, A, B, C, house, noise, scene
from wyoming.event import Event

from fably.core.errors import EngineTooBig
from fably.core.types import EngineState
from fably.engines.learned import Learned
from fably.engines.rules import Rules
from fably.engines.table import ENGINES, Wanted
from fably.memory.limits import Limits


def test_every_state_of_its_life_is_seen_and_recorded() -> None:
    async def work() -> None:
        async with house() as one:
            assert one.pool.state(A) is EngineState.UNLOADED
            await one.pool.load(A)
            assert one.pool.is_loaded(A)
            assert await one.say(A, "hello") == "hello"
            (of_a,) = one.pool.memory_usage().values()
            assert 1 * MB < of_a.pss <= of_a.rss <= of_a.peak
            assert of_a.percent == round(of_a.pss / PLENTY.total * 100, 1)
            await one.pool.unload(A)
            assert one.pool.memory_usage() == {}
            assert [state for _who, state in one.states] == ["loading", "ready", "processing", "ready", "unloading", "unloaded"]
        (load,), (unload,) = one.noted("load"), one.noted("unload")
        assert load["engine"] == unload["engine"] == "noise"
        assert load["seconds"] > 0
        assert load["peak"] >= load["pss"] > 1 * MB
        assert unload["peak"] >= load["peak"]
        assert 1 * MB < unload["back"] == pytest.approx(load["after"] - load["before"], abs=5 * MB)
        assert (unload["why"], unload["served"]) == ("nobody needs it", 1)

    scene(work)


@pytest.mark.parametrize(("policy", "kept"), [("aggressive", {"c"}), ("lazy", {"b", "c"})])
def test_the_least_recently_used_leaves_first(policy: Any, kept: set[str]) -> None:
    async def work() -> None:
        async with house(Rules(policy)) as one:
            for wanted in (B, A, B, C):
                await one.say(wanted)
                await one.until(lambda: len(one.loaded()) <= (1 if policy == "aggressive" else 2))
            assert one.loaded() == kept

    scene(work)


def test_one_that_listens_is_none_of_those_that_come_and_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENGINES, "ear", replace(ENGINES["noise"], listens=True))
    ear = Wanted("ear", "ear", (), 0)

    async def work() -> None:
        async with house() as one:
            for wanted in (ear, A, B, C, B):
                await one.say(wanted)
            await one.until(lambda: one.loaded() == {"b", "c"})
            assert one.pool.is_loaded(ear)

    scene(work)


@pytest.mark.parametrize(("policy", "kept"), [("aggressive", set()), ("lazy", {"a"})])
def test_one_whose_work_is_done_leaves_before_the_next_comes_where_there_is_one_at_a_time(policy: Any, kept: set[str]) -> None:
    async def work() -> None:
        async with house(Rules(policy)) as one:
            await one.say(A)
            await one.pool.spare(A)
            assert one.loaded() == kept

    scene(work)


def test_where_there_is_one_at_a_time_there_are_not_two_for_a_moment() -> None:
    async def work() -> None:
        async with house(Rules("aggressive")) as one:
            await one.say(A)
            one.states.clear()
            await one.say(B)
            assert one.states[:3] == [("a", "unloading"), ("a", "unloaded"), ("b", "loading")]

    scene(work)


def test_how_many_a_machine_keeps() -> None:
    assert [Rules("hybrid").most_loaded(total) for total in (400 * MB, 2_000 * MB, 8_000 * MB, None)] == [1, 2, 3, 3]
    assert [Rules(policy).most_loaded(400 * MB) for policy in ("aggressive", "lazy")] == [1, 2]


def test_where_both_do_not_fit_the_other_leaves_before() -> None:
    """The room is what is left of 150 MB with 100 for each that is loaded."""

    async def work() -> None:
        def bounds(_limit: int | None) -> Limits:
            return Limits(150 * MB, (150 - 100 * len(psutil.Process().children())) * MB)

        async with house(bounds=bounds) as one:
            await one.say(A)
            one.states.clear()
            await one.say(B)
            assert one.states[:4] == [("a", "unloading"), ("a", "unloaded"), ("b", "loading"), ("b", "ready")]
            assert one.noted("switch") == [{"engine": "noise", "model": "b", "instead": "noise with a"}]

    scene(work)


def test_where_one_is_at_work_it_is_waited_for() -> None:
    async def work() -> None:
        def bounds(_limit: int | None) -> Limits:
            return Limits(150 * MB, (150 - 100 * len(psutil.Process().children())) * MB)

        async with house(bounds=bounds) as one:
            async with one.pool.use(A) as child:
                next_one = asyncio.create_task(one.say(B))
                await one.until(lambda: one.pool._one_changes.locked())
                await child.send(Event("say", {"text": "still"}))
                assert (await child.receive()).data["text"] == "still"
            assert await next_one == "well"
            assert one.loaded() == {"b"}

    scene(work)


def test_what_does_not_fit_is_not_even_tried() -> None:
    async def work() -> None:
        async with house(bounds=Limits(200 * MB, 120 * MB)) as one:
            with pytest.raises(EngineTooBig, match=r"^noise with big needs 150 MB of memory and there are 120; .*--memory-limit$") as fault:
                await one.say(noise("big", size=50 * MB))
            assert isinstance(fault.value, MemoryError)
            assert one.states == []
            assert one.noted("refused") == [{"engine": "noise", "model": "big", "needed": 150 * MB, "room": 120 * MB}]
            assert await one.say(A) == "well"

    scene(work)


def test_an_engine_that_keeps_what_is_freed_is_expected_to_take_twice_as_much() -> None:
    async def work() -> None:
        async with house(Rules(malloc="fast"), bounds=Limits(300 * MB, 280 * MB)) as one:
            with pytest.raises(EngineTooBig, match=r"^noise with big needs 300 MB of memory and there are 280"):
                await one.say(noise("big", size=50 * MB))
            assert await one.say(A) == "well"

    scene(work)


def test_what_was_learned_of_one_that_keeps_what_is_freed_counts_for_such_a_one_only(tmp_path: Any) -> None:
    """Or whoever goes from a large mode to a small one never hears the voice again: it is not tried, so nothing new is learned of it."""
    small, fast = Learned(tmp_path / "engines.json"), Learned(tmp_path / "engines.json", malloc="fast")
    small.note_peak(A, 219 * MB)
    assert (small.peak(A), fast.peak(A)) == (219 * MB, None)
    again = Learned(tmp_path / "engines.json", malloc="fast")
    again.note_peak(A, 447 * MB)
    again.note_speed(A, 0.1)
    of_small, of_fast = Learned(tmp_path / "engines.json"), Learned(tmp_path / "engines.json", malloc="fast")
    assert (of_small.peak(A), of_small.speed(A)) == (219 * MB, None)
    assert (of_fast.peak(A), of_fast.speed(A)) == (447 * MB, 0.1)


def test_what_was_measured_here_counts_for_more_than_the_estimate(tmp_path: Any) -> None:
    file = tmp_path / "state" / "engines.json"

    async def work() -> None:
        async with house(learned=Learned(file)) as one:
            await one.say(A)
        assert Learned(file).peak(A) == one.noted("unload")[0]["peak"] < 90 * MB
        async with house(learned=Learned(file), bounds=Limits(90 * MB, 90 * MB)) as one:
            assert await one.say(A) == "well"
            with pytest.raises(EngineTooBig):  # of which nobody knows
                await one.say(B)
            with pytest.raises(EngineTooBig):  # the file of its model is another
                await one.say(noise("a", size=1))

    scene(work)


def test_who_is_idle_leaves_and_who_is_held_stays() -> None:
    async def work() -> None:
        async with house(Rules("lazy", idle_seconds=0.05)) as one:
            one.pool.hold(A)
            await one.say(A)
            await one.say(B)
            await one.until(lambda: len(one.noted("unload")) == 1)
            assert one.noted("unload")[0]["why"] == "idle for 0.05 seconds"
            assert one.loaded() == {"a"}
            await one.pool.release(A)
            await one.until(lambda: one.loaded() == set())

    scene(work)


@pytest.mark.parametrize(
    ("rules", "why"),
    [(Rules("lazy", requests=3), "it has served 3 requests"), (Rules("lazy", growth=10 * MB), "it has grown by 4")],
    ids=["requests", "growth"],
)
def test_one_that_has_served_or_grown_is_replaced_between_two_requests(rules: Rules, why: str) -> None:
    async def work() -> None:
        async with house(rules) as one:
            for _ in range(2):
                await one.say(A)
            await one.ask(A, Event("take", {"bytes": 40 * MB}))
            assert one.loaded() == set()
            assert one.noted("unload")[0]["why"].startswith(why)
            assert await one.say(A) == "well"

    scene(work)


def test_it_serves_one_at_a_time() -> None:
    async def work() -> None:
        async with house() as one:
            said = await asyncio.gather(*(one.say(A, str(number)) for number in range(20)))
            assert said == [str(number) for number in range(20)]
            assert len(one.noted("load")) == 1

    scene(work)


def test_when_memory_is_very_short_nobody_stays_who_is_not_needed() -> None:
    async def work() -> None:
        async with house() as one:
            for wanted in (A, B):
                await one.say(wanted)
            one.pool.hold(B)
            await one.pool.shrink()
            assert one.loaded() == {"b"}
            await one.say(B)
            assert one.loaded() == {"b"}, "it is held"
            await one.say(A)
            await one.until(lambda: one.loaded() == set())  # one at a time, and the last leaves as soon as it has served
            await one.say(B)
            await one.pool.release(B)
            assert one.loaded() == set()
            one.pool.relax()
            await one.say(A)
            assert one.loaded() == {"a"}

    scene(work)
