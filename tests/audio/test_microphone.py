"""The microphone on real ALSA: the device "ear" hears what is written into a pipe."""

import asyncio
import os
import threading
from array import array
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from fably.audio import microphone, opening
from fably.audio.microphone import LATENCY, RATE, SoundCardMicrophone
from fably.audio.portaudio import portaudio
from fably.core.errors import AudioError
from fably.core.types import AudioFormat
from fably.listening.endpointing import Rules
from fably.listening.recorder import listen

COUNT = 320  # frames of a piece


class Ear:
    """Whoever is heard: numbers each piece by its samples, from 1 on."""

    def __init__(self, pipe: Path, channels: int = 1) -> None:
        self._number = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
        self._channels = channels
        self._said = 0
        while True:  # what was left unheard by the test before
            try:
                os.read(self._number, 65_536)
            except BlockingIOError:
                break

    def say(self, pieces: int) -> None:
        for _ in range(pieces):
            self._said += 1
            self.write(array("h", [self._said * (side + 1) for side in range(self._channels)] * COUNT).tobytes())

    def write(self, pcm: bytes) -> None:
        os.write(self._number, pcm)

    def close(self) -> None:
        os.close(self._number)


@asynccontextmanager
async def listened(microphone: SoundCardMicrophone, ear: Ear) -> AsyncGenerator[AsyncGenerator[bytes, None], None]:
    """The stream of a microphone, which is closed as a real one is: while there is sound, for there always is."""
    stream = microphone.stream()

    async def close() -> None:
        await stream.aclose()

    try:
        yield stream
    finally:
        closing = asyncio.create_task(close())
        await asyncio.sleep(0)  # now its thread knows that it is the end
        ear.say(2)
        await closing
        ear.close()


async def first(stream: AsyncGenerator[bytes, None], count: int) -> bytes:
    heard = b""
    while len(heard) < count:
        heard += await anext(stream)
    return heard


def test_every_piece_is_heard_once_and_in_order(ear_pipe: Path) -> None:
    async def scene() -> bytes:
        ear, heard = Ear(ear_pipe), b""
        microphone = SoundCardMicrophone("ear")
        async with listened(microphone, ear) as stream:
            for _ in range(10):
                ear.say(10)
                heard += await first(stream, 10 * COUNT * 2)
        assert microphone.format == AudioFormat(RATE)
        assert microphone.dropped == 0
        return heard

    assert list(array("h", asyncio.run(scene()))) == [number for number in range(1, 101) for _ in range(COUNT)]


def test_it_is_opened_again_and_again_and_leaves_no_thread(ear_pipe: Path) -> None:
    async def scene() -> None:
        for _ in range(5):
            ear = Ear(ear_pipe)
            async with listened(SoundCardMicrophone("ear"), ear) as stream:
                ear.say(3)
                assert len(await anext(stream)) == COUNT * 2
            while "microphone" in [one.name for one in threading.enumerate()]:  # noqa: ASYNC110 - it is about to end
                await asyncio.sleep(0)

    asyncio.run(scene())


def test_nothing_is_opened_before_somebody_listens() -> None:
    async def scene() -> None:
        await SoundCardMicrophone("no such card").stream().aclose()

    asyncio.run(scene())


@pytest.mark.parametrize("device", ["no such card", "99"])
def test_a_microphone_that_is_not_there_is_named(device: str) -> None:
    async def scene() -> None:
        await anext(SoundCardMicrophone(device).stream())

    with pytest.raises(AudioError, match=rf"the microphone '?{device}'? cannot be opened: .*--microphone-device"):
        asyncio.run(scene())


def test_two_sides_are_mixed_and_another_rate_is_converted(ear_pipe: Path) -> None:
    class Stereo(SoundCardMicrophone):
        """As a HAT that has two sides and no rate but its own; ALSA's devices without hardware have any."""

        def _open(self) -> microphone._Opened:
            return microphone._input(portaudio(), self._device, AudioFormat(48_000, channels=2))

    async def scene() -> bytes:
        ear = Ear(ear_pipe, channels=2)
        ear.say(12)
        async with listened(Stereo("ear"), ear) as stream:
            return await first(stream, 3 * COUNT * 2)

    heard = array("h", asyncio.run(scene()))
    # sides of 1, 2, 3… and 2, 4, 6…: their mean, each piece a third as long
    assert [heard[at] for at in range(50, 960, 107)] == [int(1.5 * (at * 3 // COUNT + 1)) for at in range(50, 960, 107)]


def test_digital_silence_is_a_microphone_that_does_not_work(ear_pipe: Path) -> None:
    async def scene() -> None:
        ear = Ear(ear_pipe)
        listening = asyncio.create_task(listen(SoundCardMicrophone("ear"), Rules()))
        while not listening.done():
            with suppress(BlockingIOError):
                ear.write(bytes(2 * COUNT))
            await asyncio.sleep(0.002)
        ear.close()
        await listening

    with pytest.raises(AudioError, match="gives nothing but silence"):
        asyncio.run(scene())


def test_it_is_given_back_so_that_a_card_that_is_plugged_in_later_is_looked_for(ear_pipe: Path) -> None:
    ear = Ear(ear_pipe)

    async def scene() -> None:
        async with listened(SoundCardMicrophone("ear"), ear) as stream:
            ear.say(2)
            await anext(stream)
            assert opening._open_streams

    asyncio.run(scene())
    assert not opening._open_streams


def test_the_card_holds_what_is_said_while_whoever_understands_it_is_loaded() -> None:
    assert LATENCY >= 0.4, "with 0.2 an emulated Pi lost a word of most wishes"
    assert LATENCY / 4 <= 0.1, "PortAudio wakes up four times in that time, and a press that ends a wish waits for the next"
