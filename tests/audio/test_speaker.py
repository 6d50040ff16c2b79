"""The sound card on real ALSA: its default device is a file, so what was played can be looked at."""

import asyncio
import threading
import time
from array import array
from itertools import pairwise
from pathlib import Path

import pytest

from fably.audio import speaker
from fably.audio.speaker import LATENCY, STEP, SoundCard
from fably.audio.volume import Volume
from fably.core.errors import AudioError
from fably.core.types import AudioFormat
from fably.pulse import Pulse

FORMAT = AudioFormat(16_000)
CARD = Path()


@pytest.fixture(autouse=True)
def card(card_file: Path) -> None:
    """Where the card of these tests plays to."""
    global CARD
    CARD = card_file


def sound(seconds: float, level: int = 1000) -> bytes:
    return level.to_bytes(2, "little", signed=True) * int(seconds * FORMAT.rate)


async def heard() -> bytes:
    """All that was played, once the card has taken the last of it."""
    while not CARD.exists():  # noqa: ASYNC110, ASYNC240 - another process writes it
        await asyncio.sleep(0.005)
    return CARD.read_bytes()  # noqa: ASYNC240


async def at_least(seconds: float) -> None:
    """Wait until so much has been played."""
    playing = CARD.with_name(CARD.name + ".part")
    while not playing.exists() or playing.stat().st_size < FORMAT.bytes_in(seconds):  # noqa: ASYNC110
        await asyncio.sleep(0.001)


async def play(*pieces: bytes, volume: Volume | None = None) -> bytes:
    card = SoundCard(None, volume or Volume())
    await card.open(FORMAT)
    for piece in pieces:
        await card.write(piece)
    await card.drain()
    await at_least(FORMAT.seconds(sum(map(len, pieces))) + 0.05)  # it goes on with silence
    await card.close()
    return await heard()


def test_every_sample_is_played_once_and_in_order() -> None:
    pieces = [sound(0.5, 100), sound(0.013, 200), sound(1.0, 300)]
    played = array("h", asyncio.run(play(*pieces)))
    # on a machine that is busy with others the writer may be late, and there is silence in between; never a sample less or twice
    assert [sample for sample in played if sample] == list(array("h", b"".join(pieces)))
    assert not any(played[-100:]), "after the sound there is silence"


def test_each_sample_is_as_loud_as_the_volume_says() -> None:
    assert asyncio.run(play(sound(0.1, 1000), volume=Volume(50))).startswith(sound(0.1, 100)), "20 decibels down"


def test_a_change_is_heard_in_what_waits_already_and_without_a_click() -> None:
    async def scene() -> bytes:
        volume = Volume()
        card = SoundCard(None, volume)
        await card.open(FORMAT)
        writing = asyncio.create_task(card.write(sound(60, 10_000)))  # all of it waits from now on
        await at_least(0.1)
        volume.set(50)
        await at_least(FORMAT.seconds(CARD.with_name(CARD.name + ".part").stat().st_size) + 1.0)
        await card.abort()
        await asyncio.wait_for(writing, 5)
        await card.close()
        return await heard()

    for _ in range(10):
        played = array("h", asyncio.run(scene()))
        soft = played.index(1000)
        loud = max(at for at, sample in enumerate(played[:soft]) if sample == 10_000)
        fading = played[loud:soft]
        if all(fading):  # else the writer was late on a busy machine: there was silence, and what follows that need not fade
            break
    assert soft - loud == pytest.approx(0.05 * FORMAT.rate, abs=2)
    assert max(abs(a - b) for a, b in pairwise(fading)) <= 9000 / (0.05 * FORMAT.rate) + 1


def test_a_change_while_nothing_is_heard_counts_from_the_first_sample_of_what_is_heard_next() -> None:
    async def scene() -> bytes:
        volume = Volume()
        card = SoundCard(None, volume)
        await card.open(FORMAT)
        volume.set(75)
        await card.write(sound(0.1, 10_000))
        await card.drain()
        await at_least(0.2)  # silence has come after it
        volume.set(50)
        await card.write(sound(0.1, 10_000))
        await card.drain()
        await card.close()
        return await heard()

    levels = set(array("h", asyncio.run(scene())))
    assert levels == {0, 3162, 1000}, "10 decibels down, and 20; nothing in between"


def test_a_gap_in_the_story_is_filled_with_silence() -> None:
    async def scene() -> bytes:
        card = SoundCard(None, Volume())
        await card.open(FORMAT)
        await card.write(sound(0.1))
        await card.drain()
        await at_least(0.3)  # the thread goes on by itself
        await card.write(sound(0.1))
        await card.drain()
        await card.close()
        return await heard()

    played = asyncio.run(scene())
    assert played.startswith(sound(0.1) + bytes(FORMAT.bytes_in(0.1)))
    assert played.count(sound(0.1)) == 2


def test_nothing_is_opened_for_a_story_that_never_begins() -> None:
    async def scene() -> None:
        card = SoundCard(None, Volume())
        await card.open(FORMAT)
        await card.close()

        assert await heard() == b""

    asyncio.run(scene())


def test_aborting_fades_out_and_drops_what_was_waiting() -> None:
    async def scene() -> bytes:
        card = SoundCard(None, Volume())
        await card.open(FORMAT)
        writing = asyncio.create_task(card.write(sound(60)))
        await at_least(0.1)
        await card.abort()
        await asyncio.wait_for(writing, 5)
        await card.close()
        return await heard()

    played = asyncio.run(scene())
    samples = memoryview(played).cast("h")
    last = max(index for index, value in enumerate(samples) if value)
    faded = [value for value in samples[: last + 1] if value != 1000]
    assert len(samples) < FORMAT.rate * 60
    assert faded == sorted(faded, reverse=True)
    assert len(faded) >= STEP * FORMAT.rate * 0.9, "twenty milliseconds of fading, not a cut"


def test_no_thread_is_left() -> None:
    before = threading.active_count()
    asyncio.run(play(sound(0.1)))
    assert [one.name for one in threading.enumerate() if one.name == "speaker"] == []
    assert threading.active_count() <= before + 1  # asyncio's own, for blocking calls


@pytest.mark.parametrize("device", ["no such card", "99"])
def test_a_card_that_is_not_there_is_named(device: str) -> None:
    async def scene() -> None:
        await SoundCard(device, Volume()).open(FORMAT)

    with pytest.raises(AudioError, match="cannot be opened"):
        asyncio.run(scene())


def test_a_card_that_fails_in_the_middle_tells_whoever_writes() -> None:
    async def scene() -> None:
        card = SoundCard(None, Volume())
        await card.open(FORMAT)
        await card.write(sound(0.1))
        await at_least(0.05)
        card._stream.abort()  # as a card that is pulled out: the next write of the thread fails
        try:
            for _ in range(100):
                await card.write(sound(0.1))
        finally:
            await card.close()

    with pytest.raises(AudioError, match="failed"):
        asyncio.run(scene())


def test_a_card_that_takes_nothing_any_more_is_told_of_and_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speaker, "STALLED", 0.1)
    released = threading.Event()

    class Wedged:
        """As a USB card whose driver hangs: it opens, and then no write ever returns."""

        def write(self, _pcm: bytes) -> None:
            released.wait()

        def start(self) -> None: ...

        stop = abort = close = start

    class WedgedCard(SoundCard):
        def _open(self) -> Wedged:
            return Wedged()

    pulse, failing = Pulse("the sound card", 0.0), []

    async def scene() -> None:
        card = WedgedCard(None, Volume(), pulse)
        await card.open(FORMAT)
        failing.append(pulse.failing)
        try:
            await card.write(sound(10))
        finally:
            await card.close()
            failing.append(pulse.failing)
            released.set()

    with pytest.raises(AudioError, match="has taken no sound for"):
        asyncio.run(scene())
    for thread in threading.enumerate():
        if thread.name == "speaker":
            thread.join()
    failing.append(pulse.failing)
    assert failing == [False, True, False], "not before the first sound; but when nobody wants the card any more and its thread still hangs"


def test_the_card_holds_little_enough_to_be_stopped_in_time() -> None:
    assert LATENCY + 2 * STEP <= 0.15, "what the card holds is heard after a press"


def test_a_card_that_never_opens_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speaker, "SILENT", 0.1)
    over = threading.Event()
    monkeypatch.setattr(SoundCard, "_open", lambda _card: over.wait(20))
    begun = time.monotonic()
    with pytest.raises(AudioError, match=r"cannot be opened: it has not answered for 0\.1 seconds"):
        asyncio.run(SoundCard(None, Volume()).open(FORMAT))
    assert time.monotonic() - begun < 10, "the loop does not wait for the thread when it ends"
    over.set()
