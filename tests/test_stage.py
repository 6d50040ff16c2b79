"""Scenes follow each other, and none waits for the last."""

import asyncio

import pytest

from fably.box.stage import Stage


def test_the_next_begins_while_the_last_is_put_away() -> None:
    seen: list[str] = []

    async def work() -> None:
        stage, put_away = Stage(), asyncio.Event()

        async def slow() -> None:
            seen.append("slow")
            try:
                await asyncio.sleep(1000)
            finally:
                await put_away.wait()
                seen.append("put away")

        async def quick() -> None:
            seen.append("quick")
            await stage.empty()
            seen.append("empty")

        stage.begin(slow)
        await asyncio.sleep(0)
        stage.begin(quick)
        for _ in range(3):
            await asyncio.sleep(0)
        assert seen == ["slow", "quick"]
        put_away.set()
        while stage.busy:  # noqa: ASYNC110 - it is looked at
            await asyncio.sleep(0)
        assert seen == ["slow", "quick", "put away", "empty"]
        await stage.close()
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(work())


def test_what_is_hammered_leaves_nothing_behind(caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> None:
        stage = Stage()
        for _ in range(1000):  # most of them never even begin
            stage.begin(lambda: asyncio.sleep(1000))
        await asyncio.sleep(0)
        stage.begin(lambda: asyncio.sleep(1000))
        await stage.close()
        assert not stage.busy
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(work())
    assert not caplog.records


def test_a_scene_that_fails_is_told_of(caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> None:
        async def fails() -> None:
            raise RuntimeError("oh")

        stage = Stage()
        stage.begin(fails)
        while stage.busy:  # noqa: ASYNC110 - it is looked at
            await asyncio.sleep(0)
        await stage.close()

    asyncio.run(work())
    assert "RuntimeError: oh" in caplog.text
