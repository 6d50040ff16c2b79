"""Opening a card that somebody no longer wants, while the next one waits for it: a card can be opened once only."""

import asyncio
import threading

from fably.audio.opening import giving_back, opened


class Card:
    """A card that is open or not."""

    def __init__(self) -> None:
        self.is_open = False
        self.slow = threading.Event()

    def open(self) -> "Card":
        self.slow.wait()
        assert not self.is_open, "in use"
        self.is_open = True
        return self

    def close(self) -> None:
        self.is_open = False


def test_a_card_that_is_not_wanted_any_more_is_free_for_the_next_one() -> None:
    async def main() -> None:
        card = Card()
        first = asyncio.create_task(opened(card.open, "the card", 60))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.wait([first])
        second = asyncio.create_task(opened(card.open, "the card", 60))
        await asyncio.sleep(0)
        card.slow.set()
        with giving_back(await second) as stream:
            assert stream is card

    asyncio.run(main())


def test_a_card_that_is_opened_after_the_end_of_the_loop_is_closed() -> None:
    card = Card()

    async def main() -> None:
        first = asyncio.create_task(opened(card.open, "the card", 60))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.wait([first])

    asyncio.run(main())
    card.slow.set()
    for one in threading.enumerate():
        if one.name == "opens the card":
            one.join()
    assert not card.is_open
