"""PortAudio is asked by one thread at a time to open or close a card."""

import asyncio
import threading

import pytest

from fably.audio import opening
from fably.audio.opening import giving_back, opened
from fably.core.errors import AudioError


class Stream:
    """A stream that notices when somebody else opens or closes one meanwhile."""

    at_work = 0
    most = 0

    @classmethod
    def works(cls) -> None:
        cls.at_work += 1
        cls.most = max(cls.most, cls.at_work)
        threading.Event().wait(0.01)  # long enough for another to come
        cls.at_work -= 1

    def close(self) -> None:
        self.works()


def _open() -> Stream:
    Stream.works()
    return Stream()


def test_cards_are_opened_and_closed_one_at_a_time() -> None:
    async def one() -> None:
        with giving_back(await opened(_open, "the card", 10)):
            pass

    async def work() -> None:
        await asyncio.gather(*(one() for _ in range(8)))

    Stream.most = 0
    asyncio.run(work())
    assert Stream.most == 1


def test_a_card_that_hangs_does_not_silence_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MOST_WAITING", 0.05)
    hangs = threading.Event()

    async def work() -> None:
        with pytest.raises(AudioError, match="not answered"):
            await opened(hangs.wait, "the card", 0.01)
        assert isinstance(await opened(_open, "the other", 10), Stream)

    try:
        asyncio.run(work())
    finally:
        hangs.set()
