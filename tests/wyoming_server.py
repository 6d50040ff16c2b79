"""A Wyoming server on loopback, made with the `wyoming` package itself, that misbehaves when it is told to.

It lives in a thread with a loop of its own, so that what is tested never shares a loop with what tests it.
"""

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from wyoming.asr import Transcript, TranscriptChunk, TranscriptStart, TranscriptStop
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import Attribution, Info, TtsProgram, TtsVoice
from wyoming.server import AsyncEventHandler, AsyncTcpServer

MAKER = Attribution("the tests", "")
RAW = {
    "garbage": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "list": b"[1, 2]\n",
    "no type": b'{"data": {}}\n',
    "deep": b"[" * 30_000 + b"\n",
    "data is a list": b'{"type": "audio-chunk", "data": [1]}\n',
    "huge length": b'{"type": "audio-chunk", "payload_length": 9000000000}\n',
    "huge data": b'{"type": "audio-chunk", "data_length": 9000000000}\n',
    "negative length": b'{"type": "audio-chunk", "payload_length": -1}\n',
    "length is a word": b'{"type": "audio-chunk", "data_length": "five"}\n',
    "length is true": b'{"type": "audio-chunk", "data_length": true}\n',
    "data is no JSON": b'{"type": "audio-chunk", "data_length": 5}\n{"a":',
    "not UTF-8": b"\xff\xfe\n",
}
"""What is sent instead of an answer."""


def voice(name: str, *languages: str, title: str = "", installed: bool = True) -> TtsVoice:
    return TtsVoice(name, MAKER, installed, title or None, None, list(languages))


@dataclass
class WyomingServer:
    """Set what it should do, then ask it. `asked` holds the events that came, without the sound of audio-chunks."""

    how: str = "ok"
    """ok, a key of `RAW`, or: silent silent-later error closes resets endless-line endless chatter just-stops; for speech also bad-format,
    for words also chunks chunks-only"""
    sound: bytes = b"\1\2" * 2205
    rate: int = 22_050
    width: int = 2
    channels: int = 1
    piece: int = 1000
    """Bytes of sound in one event."""
    text: str = "tell me about a fox"
    voices: Sequence[TtsVoice] = ()
    describes: bool = True
    asked: list[Event] = field(default_factory=list)
    heard: bytearray = field(default_factory=bytearray)
    sent: int = 0
    """Bytes of an endless line that went out."""
    open_connections: int = 0
    connections: int = 0

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._server = AsyncTcpServer("127.0.0.1", 0)
        asyncio.run_coroutine_threadsafe(self._server.start(lambda *ends: _Handler(self, *ends)), self._loop).result(10)
        return self

    def __exit__(self, *_exc: object) -> None:
        async def end() -> None:
            for _ in range(10):  # who has just come in is let in first: asyncio forgets those whom a server is closed upon
                await asyncio.sleep(0)
            await self._server.stop()
            me = {asyncio.current_task()}
            while rest := asyncio.all_tasks() - me:  # also those of connections that were accepted just now
                await asyncio.wait(rest)
            for _ in range(3):  # a transport is closed in the loop's next round
                await asyncio.sleep(0)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def url(self) -> str:
        assert isinstance(self._server._server, asyncio.Server)
        return f"tcp://127.0.0.1:{self._server._server.sockets[0].getsockname()[1]}"

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        """The data of the events of one type, in order."""
        return [one.data for one in self.asked if one.type == kind]


class _Handler(AsyncEventHandler):
    def __init__(self, asked: WyomingServer, *ends: Any) -> None:
        super().__init__(*ends)
        self.asked = asked
        asked.connections += 1
        asked.open_connections += 1

    async def run(self) -> None:
        try:
            await super().run()
        except OSError:
            pass  # a client that hangs up is no news
        finally:
            self.asked.open_connections -= 1

    async def handle_event(self, event: Event) -> bool:
        asked = self.asked
        asked.heard += event.payload or b""
        asked.asked.append(Event(event.type, event.data))
        if event.type == "describe" and asked.describes:
            await self.write_event(Info(tts=[TtsProgram("farm", MAKER, True, None, None, list(asked.voices))]).event())
        elif event.type in ("synthesize", "audio-stop"):
            return await self._answer(event.type == "synthesize")
        return True

    async def _answer(self, speech: bool) -> bool:
        how = self.asked.how
        if how in RAW:
            self.writer.write(RAW[how])
            await self.writer.drain()
        elif how == "error":
            await self.write_event(Error("the model\nis not there").event())
        elif how == "endless-line":
            while True:
                self.asked.sent += 10_000
                self.writer.write(b"x" * 10_000)
                await self.writer.drain()
        elif how == "chatter":
            while True:
                await self.write_event(Event("ping", {"text": "are you there?"}))
        elif how == "closes":
            return False
        elif how == "resets":
            self.writer.transport.abort()
        elif how != "silent":
            return await (self._speak() if speech else self._understand())
        return True

    async def _speak(self) -> bool:
        asked = self.asked
        like = (asked.rate, asked.width, asked.channels)
        if asked.how == "bad-format":
            like = (10**9, 2, 1)
        await self.write_event(AudioStart(*like).event())
        while True:
            for start in range(0, len(asked.sound), asked.piece):
                await self.write_event(AudioChunk(*like, asked.sound[start : start + asked.piece]).event())
                if start and asked.how in ("silent-later", "just-stops"):
                    return asked.how == "silent-later"
            if asked.how != "endless":
                break
        await self.write_event(AudioStop().event())
        return True

    async def _understand(self) -> bool:
        how, text = self.asked.how, self.asked.text
        if how in ("chunks", "chunks-only", "endless", "silent-later", "just-stops"):
            await self.write_event(TranscriptStart(language="en").event())
            for start in range(0, len(text), 5):
                await self.write_event(TranscriptChunk(text[start : start + 5]).event())
            while how == "endless":
                await self.write_event(TranscriptChunk(" and on" * 100).event())
        if how in ("ok", "chunks"):
            await self.write_event(Transcript(text).event())
        if how in ("chunks", "chunks-only"):
            await self.write_event(TranscriptStop().event())
        return how != "just-stops"
