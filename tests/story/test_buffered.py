"""`Buffered` runs ahead, but not far, and leaves nothing behind."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from fably.story.buffered import Buffered


class Counter:
    """Counts to `end` and knows how far it got."""

    def __init__(self, end: int, fault: Exception | None = None) -> None:
        self.end, self.fault, self.given, self.closed = end, fault, 0, False

    async def items(self) -> AsyncGenerator[int, None]:
        try:
            for number in range(self.end):
                self.given += 1
                yield number
            if self.fault:
                raise self.fault
        finally:
            self.closed = True


async def settle() -> None:
    """Let every task that can run do so."""
    for _ in range(20):
        await asyncio.sleep(0)


def one(_item: int) -> float:
    return 1


def test_everything_arrives_in_order() -> None:
    async def scene() -> list[int]:
        async with aclosing(Buffered(Counter(100).items(), 3, one)) as items:
            return [item async for item in items]

    assert asyncio.run(scene()) == list(range(100))


def test_begins_before_it_is_read_and_asks_for_no_more_than_there_is_room_for() -> None:
    async def scene() -> tuple[int, int]:
        counter = Counter(100)
        async with aclosing(Buffered(counter.items(), 3, one)) as items:
            await settle()
            before = counter.given
            await anext(items)
            await settle()
            return before, counter.given

    assert asyncio.run(scene()) == (3, 4)


def test_room_is_measured_by_size() -> None:
    async def scene() -> int:
        counter = Counter(100)
        async with aclosing(Buffered(counter.items(), 10, lambda item: item)) as items:
            await settle()
            assert items.most == 10  # which is counted
            return counter.given

    assert asyncio.run(scene()) == 5  # 0 + 1 + 2 + 3 is less than 10, with 4 there is no more room


def test_an_error_comes_after_the_items_before_it_and_only_once() -> None:
    async def scene() -> list[int]:
        async with aclosing(Buffered(Counter(3, ValueError("torn")).items(), 10, one)) as items:
            await settle()
            got = [await anext(items) for _ in range(3)]
            with pytest.raises(ValueError, match="torn"):
                await anext(items)
            assert [item async for item in items] == []
        return got

    assert asyncio.run(scene()) == [0, 1, 2]


@pytest.mark.parametrize("read", [0, 1, 5])
def test_closing_early_closes_the_source_and_leaves_no_task(read: int) -> None:
    async def scene() -> tuple[bool, int]:
        counter = Counter(100)
        async with aclosing(Buffered(counter.items(), 2, one)) as items:
            await settle()
            for _ in range(read):
                await anext(items)
        return counter.closed or counter.given == 0, len(asyncio.all_tasks())

    assert asyncio.run(scene()) == (True, 1)


def test_cancelling_the_reader_ends_everything() -> None:
    async def never() -> AsyncGenerator[int, None]:
        await asyncio.Event().wait()
        yield 1

    async def read() -> None:
        async with aclosing(Buffered(never(), 2, one)) as items:
            async for _item in items:
                pass

    async def scene() -> int:
        task = asyncio.create_task(read())
        await settle()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return len(asyncio.all_tasks())

    assert asyncio.run(scene()) == 1


def test_waiting_items_that_join_become_one() -> None:
    async def scene() -> list[int]:
        def small(last: int, following: int) -> int | None:
            return last + following if last + following < 10 else None

        async with aclosing(Buffered(Counter(8).items(), 2, one, small)) as items:
            await settle()
            return [item async for item in items]

    got = asyncio.run(scene())
    assert sum(got) == sum(range(8))
    assert got[0] == 0 + 1 + 2 + 3, "four of them waited together and were less than ten"
