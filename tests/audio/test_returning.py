"""A card that is pulled out while it plays, and put back."""

import asyncio
from collections.abc import Callable

import pytest
from fakes import FORMAT, FakeSpeaker

from fably.audio.returning import Returning
from fably.audio.speaker import SoundCard
from fably.audio.volume import Volume
from fably.core.errors import AudioError
from fably.loudspeaker import loudspeaker
from fably.pulse import Pulse
from fably.settings import load

PIECE = bytes(range(100))


def cards(*fails: int | None) -> tuple[list[FakeSpeaker], Callable[[], FakeSpeaker]]:
    """Those that were made, and what makes them: each fails after so many bytes, and the last kind is made for ever."""
    made: list[FakeSpeaker] = []

    def card() -> FakeSpeaker:
        made.append(FakeSpeaker(fails[min(len(made), len(fails) - 1)]))
        return made[-1]

    return made, card


def test_what_the_card_refused_is_played_when_it_is_back() -> None:
    made, card = cards(300, 0, 0, None)

    async def story() -> None:
        one = Returning(card, pause=0)
        await one.open(FORMAT)
        for _ in range(5):
            await one.write(PIECE)
        await one.drain()
        await one.close()

    asyncio.run(story())
    assert [len(one.heard) for one in made] == [300, 0, 0, 200]
    assert all(one.closed for one in made)
    assert made[-1].drained
    assert made[-1].format == FORMAT


def test_one_that_stays_away_is_told_of_in_the_words_of_the_first_fault() -> None:
    made, card = cards(100, 0)

    async def story() -> None:
        one = Returning(card, patience=0.05, pause=0.01)
        await one.open(FORMAT)
        await one.write(PIECE)
        try:
            await one.write(PIECE)
        finally:
            await one.close()

    with pytest.raises(AudioError, match="the card is gone"):
        asyncio.run(story())
    assert len(made) > 1
    assert all(one.closed for one in made)


def test_one_that_is_not_there_to_begin_with_is_not_waited_for() -> None:
    made, card = cards(0)

    async def story() -> None:
        await Returning(card).open(FORMAT)

    with pytest.raises(AudioError, match="no card"):
        asyncio.run(story())
    assert len(made) == 1


def test_who_waits_for_it_can_be_stopped() -> None:
    made, card = cards(0, 0)
    made_first = asyncio.Event()

    async def story() -> None:
        one = Returning(lambda: card() if made_first.is_set() else FakeSpeaker(100), pause=0)
        await one.open(FORMAT)
        await one.write(PIECE)
        made_first.set()
        waits = asyncio.create_task(one.write(PIECE))
        while len(made) < 3:  # noqa: ASYNC110 - it tries again and again
            await asyncio.sleep(0)
        waits.cancel()
        await asyncio.wait([waits])
        assert waits.cancelled()
        await one.close()
        assert made[-1].closed

    asyncio.run(story())


def test_a_real_card_that_fails_is_opened_anew() -> None:
    real: list[SoundCard] = []

    def card() -> SoundCard:
        real.append(SoundCard(None, Volume()))
        return real[-1]

    async def story() -> None:
        one = Returning(card, pause=0.01)
        await one.open(FORMAT)
        second = bytes(FORMAT.bytes_in(0.1))
        await one.write(second)
        while not real[0]._begun:  # noqa: ASYNC110 - its thread has it
            await asyncio.sleep(0.01)
        real[0]._stream.abort()  # as a card that is pulled out: the next write of the thread fails
        for _ in range(20):
            await one.write(second)
        await one.drain()
        await one.close()

    asyncio.run(story())
    assert len(real) == 2


def test_each_card_has_a_pulse_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that hangs in a driver is not to be taken for well because the next one plays, nor to take the next one's pulse when it ends."""
    pulses: list[Pulse] = []

    def card(_device: str | None, _volume: Volume, pulse: Pulse) -> FakeSpeaker:
        pulses.append(pulse)
        return FakeSpeaker(100 if len(pulses) == 1 else None)

    async def story() -> None:
        one = loudspeaker(load({}, {}), pulse=lambda: Pulse("the sound card", 5.0))
        await one.open(FORMAT)
        await one.write(PIECE)
        await one.write(PIECE)
        await one.close()

    monkeypatch.setattr("fably.loudspeaker.SoundCard", card)
    asyncio.run(story())
    assert len({id(one) for one in pulses}) == 2
