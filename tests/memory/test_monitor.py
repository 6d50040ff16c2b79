"""The monitor, with readings that are made up for it, and with real ones."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from fably.memory import monitor
from fably.memory.journal import Journal, Note, read
from fably.memory.levels import Level, Thresholds
from fably.memory.monitor import REMEMBERED, Monitor, Reading, look
from fably.memory.pressure import Pressure

MB = 1_000_000
CALM, WARNING, CRITICAL = Level
HOUR = 3600.0


def at(percent: float, stalled: Pressure | None = None) -> Reading:
    """A reading of a tree that may hold 100 MB."""
    held = round(percent * MB)
    return Reading({"fably": held}, 100 * MB, 100 * MB - held, stalled)


class Readings:
    """Gives the readings it was made with, the last one for ever, and lets a test wait until so many have been asked for."""

    def __init__(self, *readings: Reading | Exception) -> None:
        self.asked, self._readings, self._loop = 0, readings, asyncio.get_running_loop()
        self._more = asyncio.Event()

    def __call__(self) -> Reading:
        found = self._readings[min(self.asked, len(self._readings) - 1)]
        self.asked += 1
        self._loop.call_soon_threadsafe(self._more.set)
        if isinstance(found, Exception):
            raise found
        return found

    async def until(self, count: int) -> None:
        """Until what was asked for the `count`th time has been taken."""
        while self.asked <= count:
            self._more.clear()
            await self._more.wait()


@asynccontextmanager
async def watching(one: Monitor) -> AsyncIterator[None]:
    task = asyncio.create_task(one.watch())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert task.cancelled()


async def points(one: Monitor, count: int) -> None:
    """Until there are so many on the timeline."""
    while len(one.timeline) < count:  # noqa: ASYNC110 - a deque has no event to wait for
        await asyncio.sleep(0)


def noted(journal: Journal, *what: str) -> list[Note]:
    return [one for one in journal.last(100) if one["what"] in what]


def test_an_idle_box_is_read_and_nothing_is_written() -> None:
    async def main() -> None:
        journal, readings = Journal(None), Readings(at(40.0), at(40.5), at(41.9), at(39.0))
        one = Monitor(journal, seconds=0.0, read=readings)
        async with watching(one):
            await readings.until(2 * REMEMBERED)
        assert len(noted(journal, "sample")) == 1
        assert [note["name"] for note in noted(journal, "checkpoint")] == ["start", "end"]
        assert len(one.timeline) == REMEMBERED

    asyncio.run(main())


def test_what_changes_is_written_with_what_holds_it() -> None:
    async def main() -> None:
        loaded = Reading({"fably": 40 * MB, "piper": 30 * MB}, 100 * MB, 30 * MB, None)
        journal, readings = Journal(None), Readings(at(40), at(40), loaded, loaded, at(41))
        async with watching(Monitor(journal, seconds=0.0, read=readings)):
            await readings.until(10)
        assert [note["pss"] for note in noted(journal, "sample")] == [40 * MB, 70 * MB, 41 * MB]
        assert noted(journal, "sample")[1]["processes"] == {"fably": 40 * MB, "piper": 30 * MB}

    asyncio.run(main())


def test_a_checkpoint_is_read_at_once_and_is_the_state_from_then_on(tmp_path: Path) -> None:
    async def main() -> None:
        file = tmp_path / "memory.jsonl"
        readings = Readings(at(10), at(20), at(30))
        one = Monitor(Journal(file), seconds=HOUR, read=readings)
        async with watching(one):
            await points(one, 2)
            one.checkpoint("telling")
            await points(one, 3)
        assert [(point.state, point.pss) for point in one.timeline] == [
            ("start", 10 * MB), ("start", 10 * MB), ("telling", 20 * MB), ("end", 30 * MB)
        ]  # fmt: skip
        assert [(note["name"], note["pss"]) for note in read(file) if note["what"] == "checkpoint"] == [
            ("start", 10 * MB), ("telling", 20 * MB), ("end", 30 * MB)
        ], "and the journal is on the disk"  # fmt: skip

    asyncio.run(main())


async def told(*readings: Reading | Exception, until: int, at: Thresholds = Thresholds()) -> tuple[list[Level], list[Note]]:  # noqa: B008
    """What a callback is told of these readings."""
    heard: list[Level] = []
    journal, given = Journal(None), Readings(*readings)

    async def hear(level: Level) -> None:
        heard.append(level)

    async with watching(Monitor(journal, seconds=0.0, read=given, on_level=[hear], at=at)):
        await given.until(until)
    return heard, noted(journal, "calm", "warning", "critical")


def test_levels_are_told_once_each_up_at_once_and_down_in_steps() -> None:
    heard, notes = asyncio.run(told(at(50), at(85), at(85), at(95), at(95), at(10), until=20))
    assert heard == [WARNING, CRITICAL, WARNING, CALM]
    assert [(one["what"], one["percent"]) for one in notes] == [("warning", 85), ("critical", 95), ("warning", 10), ("calm", 10)]


def test_the_kernels_waiting_is_a_level_too_and_thresholds_can_be_set() -> None:
    assert asyncio.run(told(at(10), at(10, Pressure(30, 20)), until=5))[0] == [CRITICAL]
    assert asyncio.run(told(at(50), at(65), at(75), until=5, at=Thresholds(60, 70)))[0] == [WARNING, CRITICAL]
    assert asyncio.run(told(Reading({"fably": 99 * MB}, None, 0, None), until=5))[0] == [], "nobody says how much there is"


def test_a_reading_that_fails_is_passed_over() -> None:
    assert asyncio.run(told(at(10), OSError("too many open files"), RuntimeError("no thread"), at(85), until=6))[0] == [WARNING]


def test_a_checkpoint_may_raise_the_level() -> None:
    async def main() -> None:
        levels: asyncio.Queue[Level] = asyncio.Queue(1)
        one = Monitor(Journal(None), seconds=HOUR, read=Readings(at(10), at(95)), on_level=[levels.put])
        async with watching(one):
            await points(one, 1)
            one.checkpoint("telling")
            assert await levels.get() is CRITICAL
            assert one.level is CRITICAL

    asyncio.run(main())


async def raises(_level: Level) -> None:
    raise ValueError("it broke")


async def is_cancelled(_level: Level) -> None:
    raise asyncio.CancelledError


async def hangs(_level: Level) -> None:
    await asyncio.Event().wait()


async def will_not_go(_level: Level) -> None:
    """Hangs once more when it is cancelled."""
    with suppress(asyncio.CancelledError):
        await asyncio.Event().wait()
    await asyncio.Event().wait()


@pytest.mark.parametrize("bad", [raises, is_cancelled, hangs, will_not_go])
def test_whoever_is_told_and_fails_ends_neither_the_watch_nor_the_turn_of_the_next(
    bad: Callable[[Level], Awaitable[None]], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(monitor, "CALL_SECONDS", 0.01)

    async def main() -> None:
        heard: asyncio.Queue[Level] = asyncio.Queue(2)
        readings = Readings(at(85), at(95))
        async with watching(Monitor(Journal(None), seconds=0.0, read=readings, on_level=[bad, heard.put])):
            assert [await heard.get(), await heard.get()] == [WARNING, CRITICAL]
            await readings.until(4)

    asyncio.run(main())
    assert "who was told that memory is at warning" in caplog.text


def test_percent_of_what_there_is_to_be_had() -> None:
    assert at(85).percent == 85
    assert Reading({}, None, 0, None).percent is None
    assert Reading({}, 100, -20, None).percent == 120
    assert Reading({}, 0, -5, None).percent is None, "nothing is no limit"


def test_a_look_at_this_machine_names_the_programs() -> None:
    waits = "import sys; print(flush=True); sys.stdin.read()"
    started = [
        subprocess.Popen([sys.executable, "-c", waits, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for name in ("fably.engines.piper", "fably.engines.piper", "other")
    ]
    for one in started:
        assert one.stdout is not None
        one.stdout.readline()
    seen = look(wanted=50 * MB)
    for one in started:
        one.communicate()
    assert seen.processes.keys() >= {"fably", "piper", Path(sys.executable).name}
    assert seen.processes["piper"] > 5 * MB
    assert seen.pss == sum(seen.processes.values())
    assert seen.total == 50 * MB
    assert seen.room == 50 * MB - seen.pss
