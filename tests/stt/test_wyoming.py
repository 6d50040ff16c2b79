"""The Wyoming recogniser, against a server that misbehaves and, in test_wyoming_peers.py, against one that people run."""

import asyncio
import threading
from typing import Any

import pytest
from wyoming_server import RAW, WyomingServer

from fably.core.errors import ProviderError, ProviderUnavailable
from fably.core.types import AudioFormat, Transcript, Utterance
from fably.stt.wyoming import WyomingTranscriber

WISH = Utterance(bytes(range(250)) * 64, AudioFormat(16_000))


def ear(server: WyomingServer, **changed: Any) -> WyomingTranscriber:
    return WyomingTranscriber(**{"address": server.url, "connect_seconds": 5.0, "language": "en", "model": None, **changed})


def transcript(one: WyomingTranscriber, wish: Utterance = WISH) -> Transcript:
    async def scene() -> Transcript:
        try:
            async with asyncio.timeout(30):  # far more than it takes: one that hangs is a failure
                return await one.transcribe(wish)
        finally:
            assert len(asyncio.all_tasks()) == 1

    return asyncio.run(scene())


def all_closed(server: WyomingServer) -> bool:
    for _ in range(1000):
        if not server.open_connections:
            return True
        threading.Event().wait(0.01)
    return False


@pytest.mark.parametrize("how", ["ok", "chunks", "chunks-only"])
def test_the_words_are_those_of_the_server_however_it_sends_them(how: str) -> None:
    with WyomingServer(how, text=" tell me about a fox\n") as server:
        assert transcript(ear(server)) == Transcript("tell me about a fox", "en")
        assert all_closed(server)


def test_the_server_gets_the_sound_as_it_is() -> None:
    format = AudioFormat(44_100, 2, 2)
    with WyomingServer() as server:
        transcript(ear(server, language="tr", model="small"), Utterance(WISH.pcm * 5, format))
        assert server.of_type("transcribe") == [{"name": "small", "language": "tr"}]
        assert bytes(server.heard) == WISH.pcm * 5
        like = {"rate": 44_100, "width": 2, "channels": 2}
        assert server.of_type("audio-start") == [like]
        assert server.of_type("audio-chunk") == [like] * 5, "of 17,640 bytes each"


@pytest.mark.parametrize("how", ["ok", "chunks-only"])
def test_nobody_spoke(how: str) -> None:
    with WyomingServer(how, text="") as server:
        assert transcript(ear(server)) == Transcript("", "en")
        assert transcript(ear(server), Utterance(b"", AudioFormat(16_000))).text == ""


@pytest.mark.parametrize(
    ("how", "says"),
    [
        *((one, "gave an answer that makes no sense") for one in RAW if one != "data is no JSON"),
        ("endless-line", "gave an answer that makes no sense"),
        ("error", "failed: the model is not there"),
        ("closes", "broke off"),
        ("resets", "broke off"),
        ("just-stops", "broke off"),
        ("endless", "does not come to an end"),
    ],
)
def test_a_server_that_misbehaves_is_one_sentence(how: str, says: str) -> None:
    with WyomingServer(how) as server:
        with pytest.raises(ProviderUnavailable, match=rf"^127\.0\.0\.1:\d+ .*{says}"):
            transcript(ear(server))
        assert all_closed(server)


@pytest.mark.parametrize("how", ["ok", "silent", "silent-later", "endless-line"])
@pytest.mark.parametrize("rounds", [0, 1, 2, 3, 5, 8, 13, 40])
def test_it_can_be_cancelled_at_any_moment(how: str, rounds: int) -> None:
    async def scene(one: WyomingTranscriber) -> int:
        task = asyncio.create_task(one.transcribe(WISH))
        for _ in range(rounds):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled() or how == "ok" or isinstance(task.exception(), ProviderError)
        return len(asyncio.all_tasks())

    with WyomingServer(how) as server:
        assert asyncio.run(scene(ear(server))) == 1
        assert all_closed(server)


def test_nobody_there() -> None:
    with WyomingServer() as server:
        one = ear(server)
    with pytest.raises(ProviderUnavailable, match=r"127\.0\.0\.1:\d+ cannot be reached: nobody listens there$"):
        transcript(one)
