"""What a card and its driver may do to the microphone: be of another kind, be missing, fail, hang, and come too late."""

import asyncio
import threading
from contextlib import aclosing
from typing import Any, NoReturn

import pytest

from fably.audio import microphone, opening
from fably.audio.microphone import RATE, SoundCardMicrophone
from fably.audio.portaudio import portaudio
from fably.core.errors import AudioError
from fably.core.types import AudioFormat

COUNT = 320  # frames of a piece


class Foreign:
    """What stands for the module sounddevice where ALSA has no device of that kind."""

    def __init__(self, info: dict[str, Any], refused: AudioFormat | None = None, code: int = -9997) -> None:
        self._info, self._refused, self._code = info, refused, code
        self.PortAudioError = portaudio().PortAudioError
        self.asked: list[AudioFormat] = []

    def query_devices(self, _device: object, _kind: str) -> dict[str, Any]:
        return self._info

    def RawInputStream(self, *, samplerate: int, channels: int, **_rest: object) -> object:  # noqa: N802 - its own name
        self.asked.append(AudioFormat(samplerate, channels=channels))
        if self.asked[-1] == self._refused:
            raise self.PortAudioError("Error opening RawInputStream: no", self._code)
        return self


@pytest.mark.parametrize(("sides", "channels"), [(1, 1), (2, 2), (32, 1)])
def test_a_card_is_opened_in_the_format_that_it_has(monkeypatch: pytest.MonkeyPatch, sides: int, channels: int) -> None:
    card = Foreign({"max_input_channels": sides, "default_samplerate": 44_100.0}, AudioFormat(RATE, channels=channels))
    monkeypatch.setattr(microphone, "installed", lambda _what: card)
    assert SoundCardMicrophone(None)._open().format == AudioFormat(44_100, channels=channels)
    assert card.asked == [AudioFormat(RATE, channels=channels), AudioFormat(44_100, channels=channels)]


def test_a_card_that_is_in_use_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    card = Foreign({"max_input_channels": 1, "default_samplerate": 16_000.0}, AudioFormat(RATE), code=-9985)
    monkeypatch.setattr(microphone, "installed", lambda _what: card)
    with pytest.raises(AudioError, match="cannot be opened: Error opening"):
        SoundCardMicrophone(None)._open()
    assert len(card.asked) == 1


def test_without_portaudio_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> NoReturn:
        raise OSError("PortAudio library not found")

    monkeypatch.setattr(opening, "portaudio", missing)
    with pytest.raises(AudioError, match=r"no microphone: PortAudio is not installed .*apt-get install libportaudio2"):
        SoundCardMicrophone(None)._open()


def test_a_machine_that_has_no_memory_for_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    card = Card(1, threading.Event())

    def none_left(_thread: threading.Thread) -> NoReturn:
        raise RuntimeError("can't start new thread")

    async def scene(then: str) -> None:
        real = threading.Thread.start
        if then == "opened":
            monkeypatch.setattr(microphone, "opened", lambda *_: answered(Given(card)._open()))
        monkeypatch.setattr(threading.Thread, "start", none_left)
        try:
            await anext(Given(card).stream())
        finally:
            monkeypatch.setattr(threading.Thread, "start", real)

    async def answered(value: object) -> object:
        return value

    with pytest.raises(AudioError, match="cannot be opened: can't start new thread"):
        asyncio.run(scene("not opened"))
    with pytest.raises(AudioError, match="cannot be read: can't start new thread"):
        asyncio.run(scene("opened"))
    assert card.closed.is_set()


async def first_piece(one: SoundCardMicrophone) -> bytes:
    return await anext(one.stream())


class Card:
    """A stream that does as a driver may: it gives some pieces, and then fails, or never returns."""

    def __init__(self, pieces: int, then: Exception | threading.Event) -> None:
        self._left, self._then = pieces, then
        self.closed = threading.Event()
        self.emptied = threading.Event()

    def read(self, frames: int) -> tuple[bytes, bool]:
        if self._left == 0:
            self.emptied.set()
            if isinstance(self._then, Exception):
                raise self._then
            self._then.wait()
        self._left -= 1
        return bytes(2 * frames), True

    def start(self) -> None: ...

    def abort(self) -> None: ...

    def close(self) -> None:
        self.closed.set()


class Given(SoundCardMicrophone):
    """A microphone on such a card."""

    def __init__(self, card: Card) -> None:
        super().__init__(None)
        self._card = card

    def _open(self) -> microphone._Opened:
        return microphone._Opened(self._card, AudioFormat(RATE))


def test_a_card_that_is_pulled_out_is_told_of_after_all_that_it_gave() -> None:
    card = Card(3, OSError("Unanticipated host error"))

    async def scene() -> None:
        async with aclosing(Given(card).stream()) as stream:
            async for piece in stream:
                heard.append(piece)  # noqa: PERF401 - it raises in the middle

    heard: list[bytes] = []
    with pytest.raises(AudioError, match="the microphone failed: Unanticipated host error"):
        asyncio.run(scene())
    assert len(heard) == 3
    assert card.closed.is_set()


def test_a_card_that_gives_nothing_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(microphone, "STALLED", 0.05)
    released = threading.Event()
    card = Card(0, released)

    async def scene() -> None:
        async with aclosing(Given(card).stream()) as stream:
            try:
                await anext(stream)
            finally:
                released.set()

    with pytest.raises(AudioError, match=r"has given no sound for 0\.05 seconds"):
        asyncio.run(scene())
    assert card.closed.wait(10)


def test_what_nobody_fetches_is_dropped_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    released = threading.Event()
    card = Card(1000, released)

    async def scene() -> tuple[int, int]:
        microphone = Given(card)
        async with aclosing(microphone.stream()) as stream:
            await anext(stream)
            card.emptied.wait()  # the loop is held up for all of that time: twenty seconds of sound
            heard = 0
            while heard < 100:
                heard += len(await anext(stream)) // 2 // COUNT
            released.set()
        return heard, microphone.dropped

    heard, dropped = asyncio.run(scene())
    assert heard == 100, "two seconds wait"
    assert 1000 * COUNT - dropped <= (100 + 3) * COUNT
    assert "the microphone lost" in caplog.text


def test_a_card_that_opens_when_nobody_wants_it_any_more_is_closed() -> None:
    wanted, opens = threading.Event(), threading.Event()
    card = Card(0, threading.Event())

    class Slow(Given):
        def _open(self) -> microphone._Opened:
            wanted.set()
            opens.wait()
            return super()._open()

    async def scene() -> None:
        listening = asyncio.create_task(anext(Slow(card).stream()))
        await asyncio.to_thread(wanted.wait)
        listening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await listening
        opens.set()
        await asyncio.to_thread(card.closed.wait, 10)

    asyncio.run(scene())
    assert card.closed.is_set()


def test_a_microphone_that_never_opens_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(microphone, "SILENT", 0.05)
    over = threading.Event()
    monkeypatch.setattr(SoundCardMicrophone, "_open", lambda _one: over.wait(20))
    with pytest.raises(AudioError, match=r"the microphone cannot be opened: it has not answered for 0\.05 seconds"):
        asyncio.run(first_piece(SoundCardMicrophone(None)))
    over.set()
