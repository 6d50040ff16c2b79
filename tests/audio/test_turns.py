"""One card, and several who want to be heard."""

import asyncio

import pytest
from fakes import FORMAT, FakeSpeaker

from fably.audio.turns import Turns
from fably.core.errors import AudioError
from fably.core.types import AudioFormat


def test_the_card_is_taken_at_the_first_sound_and_given_on_when_it_is_closed() -> None:
    cards: list[FakeSpeaker] = []

    def card() -> FakeSpeaker:
        cards.append(FakeSpeaker())
        return cards[-1]

    async def work() -> None:
        turns = Turns(card)
        story, word = turns.speaker(), turns.speaker()
        await story.open(FORMAT)
        assert not cards  # the storyteller thinks: a word may be said meanwhile
        await word.open(FORMAT)
        await word.write(b"\1\0")
        begins = asyncio.create_task(story.write(b"\2\0"))
        await asyncio.sleep(0)
        assert len(cards) == 1
        assert not begins.done()
        await word.drain()
        await word.close()
        await begins
        await story.close()
        assert [bytes(one.heard) for one in cards] == [b"\1\0", b"\2\0"]
        assert all(one.closed for one in cards)

    asyncio.run(work())


def test_who_waits_and_is_cancelled_or_has_no_card_leaves_the_turn_to_others() -> None:
    async def work() -> None:
        fails = [None, None, 0, None]
        turns = Turns(lambda: FakeSpeaker(fails.pop(0)))
        first, second, third, fourth = (turns.speaker() for _ in range(4))
        for one in (first, second, third, fourth):
            await one.open(FORMAT)
        await first.write(b"\1\0")
        waits = asyncio.create_task(second.write(b"\2\0"))
        await asyncio.sleep(0)
        waits.cancel()
        await asyncio.wait([waits])
        await second.close()
        await first.abort()
        await first.close()
        await first.close()
        await second.write(b"\2\0")  # it may come back
        await second.close()
        with pytest.raises(AudioError):
            await third.write(b"\3\0")
        await third.drain()
        await fourth.write(b"\4\0")
        await fourth.close()

    asyncio.run(work())


def test_a_card_that_is_still_being_closed_is_not_taken_though_who_closes_it_is_called_away() -> None:
    """A press in the moment in which the box falls silent: a card that is in use cannot be opened."""
    in_use, given_back = [0, 0], asyncio.Event()

    class Slow(FakeSpeaker):
        async def open(self, format: AudioFormat) -> None:
            in_use[0] += 1
            in_use[1] = max(in_use)

        async def close(self) -> None:
            await given_back.wait()
            in_use[0] -= 1

    async def work() -> None:
        turns = Turns(Slow)
        story, chime = turns.speaker(), turns.speaker()
        for one in (story, chime):
            await one.open(FORMAT)
        await story.write(b"\1\0")
        leaves = asyncio.create_task(story.close())
        await asyncio.sleep(0)
        begins = asyncio.create_task(chime.write(b"\2\0"))
        leaves.cancel()
        for _ in range(3):
            await asyncio.sleep(0)
        assert not leaves.done(), "and nobody leaves it behind"
        given_back.set()
        await asyncio.wait([leaves])
        assert leaves.cancelled()
        await begins
        await chime.close()
        assert in_use == [0, 1]

    asyncio.run(work())
