"""One microphone for several: who gets what, from where on, when the card is open, and what happens when it fails."""

import asyncio
from array import array
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import TypeVar

import pytest

from fably.core.errors import AudioError
from fably.core.types import AudioFormat
from fably.listening.shared import KEPT, WAITING, SharedMicrophone

T = TypeVar("T")
RATE = 16_000
COUNT = 320  # frames of a piece


class Card:
    """A microphone that hears what a test gives it: numbers each piece by its samples, from 1 on, over all openings."""

    format = AudioFormat(RATE)

    def __init__(self) -> None:
        self.opened = self.open = self.said = 0
        self.most_open = 0
        self._given: asyncio.Queue[bytes | Exception] = asyncio.Queue(10_000)
        self.closes = asyncio.Event()
        self.closes.set()

    async def stream(self) -> AsyncGenerator[bytes, None]:
        self.opened += 1
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            while True:
                piece = await self._given.get()
                self._given.task_done()
                if isinstance(piece, Exception):
                    raise piece
                yield piece
        finally:
            await self.closes.wait()
            self.open -= 1

    @property
    def left(self) -> int:
        """Pieces that nobody has heard yet."""
        return self._given.qsize()

    async def say(self, pieces: int, *, quiet: bool = False) -> None:
        """Have so many pieces heard; returns when the last has been taken."""
        self.give(pieces, quiet=quiet)
        await self._given.join()
        await asyncio.sleep(0)  # and handed on

    def give(self, pieces: int, *, quiet: bool = False) -> None:
        for _ in range(pieces):
            self.said += 1
            self._given.put_nowait(array("h", [0 if quiet else self.said] * COUNT).tobytes())

    async def fail(self) -> None:
        self._given.put_nowait(AudioError("pulled out"))
        await self._given.join()


async def numbers(stream: AsyncGenerator[bytes, None], pieces: int) -> list[int]:
    """The numbers of the next pieces."""
    return [array("h", await anext(stream))[0] for _ in range(pieces)]


def play(scene: Callable[[SharedMicrophone, Card], AsyncGenerator[None, None]]) -> Card:
    async def work() -> Card:
        card = Card()
        shared = SharedMicrophone(card)
        async with aclosing(shared), asyncio.timeout(60):
            async for _ in scene(shared, card):
                pass
        assert len(asyncio.all_tasks()) == 1
        assert card.open == 0
        return card

    return asyncio.run(work())


async def _next(stream: AsyncGenerator[T, None]) -> T:
    return await anext(stream)


async def _close(stream: AsyncGenerator[bytes, None]) -> None:
    await stream.aclose()


async def begun(stream: AsyncGenerator[T, None]) -> "asyncio.Task[T]":
    """The first piece of a stream, once that waits for it."""
    first = asyncio.create_task(_next(stream))
    for _ in range(5):
        await asyncio.sleep(0)
    return first


def test_all_who_read_get_everything_and_the_card_is_opened_once() -> None:
    async def scene(shared: SharedMicrophone, card: Card) -> AsyncGenerator[None, None]:
        one, two = shared.stream(), shared.stream()
        async with aclosing(one), aclosing(two):
            firsts = [await begun(one), await begun(two)]
            await card.say(10)
            assert [array("h", await first)[0] for first in firsts] == [1, 1]
            assert await numbers(one, 9) == await numbers(two, 9) == [*range(2, 11)]
            async with aclosing(shared.stream()) as late:
                first = await begun(late)
                await card.say(1)
                assert array("h", await first)[0] == 11, "and not what the box itself may have said before"
        yield

    assert play(scene).opened == 1


def test_the_card_is_open_while_somebody_reads_and_no_longer() -> None:
    async def scene(shared: SharedMicrophone, card: Card) -> AsyncGenerator[None, None]:
        assert card.opened == 0
        for opened in (1, 2, 3):
            async with aclosing(shared.stream()) as stream:
                first = await begun(stream)
                await card.say(1)
                await first
                assert (card.opened, card.open) == (opened, 1)
            assert card.open == 0
        yield

    play(scene)


def test_who_comes_while_the_card_is_being_closed_has_it_opened_again_and_never_twice_at_once() -> None:
    async def scene(shared: SharedMicrophone, card: Card) -> AsyncGenerator[None, None]:
        one = shared.stream()
        first = await begun(one)
        await card.say(3)
        await first
        card.closes.clear()
        leaving = asyncio.create_task(_close(one))
        await asyncio.sleep(0)
        given_up = shared.stream()
        waits = await begun(given_up)
        waits.cancel()
        await asyncio.wait([waits])
        two = shared.stream()
        again = await begun(two)
        assert (card.opened, card.open) == (1, 1)
        card.closes.set()
        await leaving
        await card.say(1)
        assert array("h", await again)[0] == 4, "what was heard before the card was closed is gone"
        await two.aclose()
        yield

    card = play(scene)
    assert (card.opened, card.most_open) == (2, 1)


def test_behind_a_wake_word_it_begins_where_it_was_quiet_last_and_nothing_of_it_is_lost() -> None:
    async def scene(shared: SharedMicrophone, card: Card) -> AsyncGenerator[None, None]:
        word = shared.pieces(0.08)
        first = await begun(word)
        await card.say(60)
        await card.say(3, quiet=True)  # 61 to 63: between the word and the wish
        await card.say(17)
        place, pcm = await first
        assert (place, len(pcm)) == (0, 60 * COUNT * 2)
        shared.a_word_ended(80 * COUNT)
        await word.aclose()
        await card.say(40)  # nobody reads, and yet it is heard
        async with aclosing(shared.stream()) as wish:
            heard = array("h", b"".join([await anext(wish) for _ in range(58)]))
            assert [*dict.fromkeys(heard[COUNT * 2 :])] == [*range(64, 121)]
            assert not any(heard[:COUNT])
            await card.say(1)
            assert await numbers(wish, 2) == [120, 121]
        yield

    assert play(scene).opened == 1


def test_where_nobody_comes_for_the_wish_the_card_is_closed() -> None:
    async def scene(shared: SharedMicrophone, card: Card) -> AsyncGenerator[None, None]:
        word = shared.pieces(0.08)
        first = await begun(word)
        await card.say(50)
        await first
        shared.a_word_ended(50 * COUNT)
        await word.aclose()
        assert card.open == 1
        card.give(int(KEPT / 0.02) + 1)
        while card.open:  # noqa: ASYNC110 - it is about to be closed
            await asyncio.sleep(0)
        left = card.left
        async with aclosing(shared.stream()) as later:
            card.give(1)
            assert array("h", await anext(later))[0] == card.said - left, "nothing of before"
        yield

    assert play(scene).opened == 2


def test_who_does_not_fetch_loses_the_oldest_and_sees_it_and_nobody_else_does() -> None:
    async def scene(shared: SharedMicrophone, card: Card) -> AsyncGenerator[None, None]:
        slow, quick = shared.pieces(0.08), shared.stream()
        async with aclosing(quick):
            async with aclosing(slow):
                firsts = [await begun(slow), await begun(quick)]
                await card.say(4)
                for first in firsts:
                    await first
                for _ in range(200):
                    await card.say(1)
                    await anext(quick)
                place, pcm = await anext(slow)
                assert len(pcm) == shared.format.bytes_in(WAITING)
                assert place == 204 * COUNT - len(pcm) // 2
                assert array("h", pcm)[0] == place // COUNT + 1
            assert shared.dropped == (204 - 4) * COUNT - len(pcm) // 2
        yield

    play(scene)


def test_a_card_that_fails_is_told_of_to_all_and_the_next_who_comes_opens_it_anew() -> None:
    async def scene(shared: SharedMicrophone, card: Card) -> AsyncGenerator[None, None]:
        one, two = shared.stream(), shared.pieces(0.08)
        firsts = [await begun(one), await begun(two)]
        await card.say(1)
        await firsts[0]
        await card.fail()
        with pytest.raises(AudioError, match="pulled out"):
            await anext(one)
        with pytest.raises(AudioError, match="pulled out"):
            await firsts[1]
        shared.a_word_ended(COUNT)  # which is nobody's any more
        async with aclosing(shared.stream()) as again:
            first = await begun(again)
            await card.say(1)
            assert array("h", await first)[0] == 2
        yield

    assert play(scene).opened == 2
