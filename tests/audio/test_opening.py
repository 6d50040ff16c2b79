"""PortAudio is asked by one thread at a time to open or close a card, and to look again for one that was not there."""

import asyncio
import threading
from pathlib import Path

import pytest

from fably.audio import opening
from fably.audio.opening import giving_back, opened
from fably.audio.speaker import SoundCard
from fably.audio.volume import Volume
from fably.core.errors import AudioError
from fably.core.types import AudioFormat


@pytest.fixture(autouse=True)
def none_is_open() -> None:
    """Every other test has given back what it opened; else no card would ever be looked for again."""
    assert not opening._open_streams


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
    answers = threading.Event()

    def hangs() -> Stream:
        answers.wait()
        return Stream()

    async def work() -> None:
        with pytest.raises(AudioError, match="not answered"):
            await opened(hangs, "the card", 0.01)
        with giving_back(await opened(_open, "the other", 10)):
            answers.set()
        while opening._open_streams:  # noqa: ASYNC110 - a thread closes what nobody wants any more
            await asyncio.sleep(0.01)

    try:
        asyncio.run(work())
    finally:
        answers.set()


def test_a_card_that_is_plugged_in_later_is_found() -> None:
    plugged, config = 'pcm.late { type plug slave.pcm "nothing" hint.description "late" }\n', Path("home/.asoundrc")

    async def opens() -> None:
        card = SoundCard("late", Volume())
        await card.open(AudioFormat(16_000))
        await card.close()

    with pytest.raises(AudioError, match="late"):
        asyncio.run(opens())
    before = config.read_text(encoding="utf-8")
    config.write_text(before + plugged, encoding="utf-8")
    asyncio.run(opens())
    config.write_text(before, encoding="utf-8")
    opening._looked_again()
    with pytest.raises(AudioError, match="late"):  # and it is gone again
        asyncio.run(opens())
