"""The Wyoming voice and recogniser with the programs that people run at home: wyoming-piper and wyoming-openai, the real ones.

What wyoming-piper has in common with our own Piper is in tts/test_piper_servers.py.
"""

import asyncio
import io
import os
import threading
import wave
from collections.abc import Iterator
from contextlib import aclosing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import psutil
import pytest
from farm import SECONDS_A_CHARACTER, Farm
from peers import SAMPLES, Peer, Peers

from fably.core.errors import ProviderUnavailable, VoiceUnknown
from fably.core.types import AudioFormat, Transcript, Utterance
from fably.stt.wyoming import WyomingTranscriber
from fably.tts.wyoming import WyomingVoice

SENTENCE = "Once upon a time, there was a fox."
VOICE, OTHER = "en_US-tiny-low", "tr_TR-tiny-low"


@pytest.fixture(scope="module")
def piper(peers: Peers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    folder = tmp_path_factory.mktemp("voices")
    peers.tiny_voice(folder, VOICE)
    peers.tiny_voice(folder, OTHER, hertz=16_000, language="tr_TR")
    with peers.piper(folder, VOICE) as one:
        yield one


@pytest.fixture(scope="module")
def openai(peers: Peers) -> Iterator[tuple[Peer, Farm, list[bytes]]]:
    """wyoming-openai, what speaks for it, and what it sent to be understood."""
    with Farm() as farm, _Listener(farm.url) as listener, peers.openai(listener.url) as one:
        yield one, farm, listener.bodies


def a_voice(peer: Peer, **changed: Any) -> WyomingVoice:
    settings = {"address": peer.address, "connect_seconds": 5.0, "language": "en", "model": None, "voice": None, **changed}
    return WyomingVoice(**settings)


def seconds(one: WyomingVoice, text: str) -> float:
    async def scene() -> float:
        async with aclosing(one.synthesize(text)) as chunks:
            return one.format.seconds(sum([len(pcm) async for pcm in chunks]))

    return asyncio.run(scene())


def of_ids(sentence: str, hertz: int = 22_050) -> float:
    """How long a tiny voice speaks, in seconds."""
    return (2 * len(sentence) + 3) * SAMPLES / hertz


def connections(peer: Peer) -> int:
    """How many this process still holds to it."""
    return sum(one.raddr == ("127.0.0.1", peer.port) for one in psutil.Process(os.getpid()).net_connections("tcp"))


def test_piper_at_16_khz_is_heard_at_the_right_speed(piper: Peer) -> None:
    assert seconds(a_voice(piper, voice=OTHER), SENTENCE) == pytest.approx(of_ids(SENTENCE, 16_000), abs=0.001)


def test_piper_lists_its_voices_and_takes_their_names(piper: Peer) -> None:
    names = asyncio.run(a_voice(piper).voices())
    assert {VOICE, OTHER} <= set(names)
    assert seconds(a_voice(piper, voice=f"{OTHER} (low)"), "Hi.") == pytest.approx(of_ids("Hi.", 16_000), abs=0.001), "its title does too"
    with pytest.raises(VoiceUnknown, match="has no voice 'nobody'"):
        seconds(a_voice(piper, voice="nobody"), SENTENCE)


def test_piper_keeps_its_own_choice_though_it_lists_more_than_it_has(piper: Peer) -> None:
    """It calls all voices of its catalogue installed; asked for one of those it would begin to download it."""
    for language in ("en", "tr"):
        assert seconds(a_voice(piper, language=language), SENTENCE) == pytest.approx(of_ids(SENTENCE))


def test_openai_hears_what_we_heard(openai: tuple[Peer, Farm, list[bytes]]) -> None:
    peer, _farm, bodies = openai
    wish = Utterance(bytes(range(250)) * 128, AudioFormat(16_000))
    one = WyomingTranscriber(address=peer.address, connect_seconds=5, language="tr", model="whisper-1")
    assert asyncio.run(one.transcribe(wish)) == Transcript("bir tilki masalı anlat", "tr")
    assert connections(peer) == 0
    body = bodies[-1]
    assert b'name="language"\r\n\r\ntr\r\n' in body
    with wave.open(io.BytesIO(body[body.index(b"RIFF") :])) as sound:
        assert (sound.getframerate(), sound.getsampwidth(), sound.getnchannels()) == (16_000, 2, 1)
        assert sound.readframes(sound.getnframes()).startswith(wish.pcm)


def test_openai_speaks_at_24_khz_and_is_heard_at_the_right_speed(openai: tuple[Peer, Farm, list[bytes]]) -> None:
    peer, farm, _bodies = openai
    assert seconds(a_voice(peer), SENTENCE) == pytest.approx(len(SENTENCE) * SECONDS_A_CHARACTER, abs=0.001)
    assert farm.spoken == [SENTENCE]


def test_an_error_of_openai_is_handed_on(openai: tuple[Peer, Farm, list[bytes]]) -> None:
    peer, farm, _bodies = openai
    farm.speech = "404"
    try:
        with pytest.raises(ProviderUnavailable, match=r"127\.0\.0\.1:\d+ failed: Text-to-speech synthesis failed"):
            seconds(a_voice(peer), SENTENCE)
    finally:
        farm.speech = "ok"


class _Listener:
    """Understands everything as the same wish, and leaves what it cannot do to the farm."""

    def __init__(self, farm: str) -> None:
        self.bodies: list[bytes] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

            def do_POST(self) -> None:
                if not self.path.endswith("/audio/transcriptions"):
                    self.send_response(307)
                    self.send_header("Location", farm.removesuffix("/v1") + self.path)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                listener.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                answer = '{"text": "bir tilki masalı anlat"}'.encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> "_Listener":
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
