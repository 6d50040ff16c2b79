"""The Wyoming voice, against a server that misbehaves and, in test_wyoming_peers.py, against those that people run."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

import pytest
from wyoming_server import RAW, WyomingServer, voice

from fably.core.errors import ProviderError, ProviderTimeout, ProviderUnavailable, VoiceUnknown
from fably.core.types import AudioFormat
from fably.tts.wyoming import WyomingVoice

TEXT = "There was a fox."


def a_voice(server: WyomingServer | str, **changed: Any) -> WyomingVoice:
    address = server if isinstance(server, str) else server.url
    settings = {"address": address, "connect_seconds": 5.0, "language": "en", "model": None, "voice": None, **changed}
    return WyomingVoice(**settings)


async def spoken(one: WyomingVoice, text: str = TEXT) -> list[bytes]:
    async with aclosing(one.synthesize(text)) as chunks:
        return [pcm async for pcm in chunks]


def speech(one: WyomingVoice, text: str = TEXT) -> bytes:
    async def scene() -> bytes:
        async with asyncio.timeout(30):  # far more than it takes: one that hangs is a failure
            chunks = await spoken(one, text)
        assert all(pcm and len(pcm) % 2 == 0 for pcm in chunks)
        assert len(asyncio.all_tasks()) == 1
        return b"".join(chunks)

    return asyncio.run(scene())


def until(condition: Callable[[], object]) -> None:
    """Wait for what another thread does."""
    for _ in range(1000):
        if condition():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it did not happen")


def test_what_the_server_says_is_what_is_heard_chunk_by_chunk() -> None:
    with WyomingServer(sound=bytes(range(250)) * 20) as server:
        one = a_voice(server)
        assert one.format == AudioFormat(22_050)
        assert len(asyncio.run(spoken(one))) == 5
        assert speech(one) == server.sound
        assert server.of_type("synthesize") == [{"text": TEXT}] * 2
        until(lambda: not server.open_connections)


def test_samples_that_are_cut_in_two_are_put_together() -> None:
    with WyomingServer(sound=bytes(range(250)) * 20, piece=777) as server:
        assert speech(a_voice(server)) == server.sound
    with WyomingServer(sound=b"\1\2\3", piece=1) as server:
        assert speech(a_voice(server)) == b"\1\2", "half a sample at the end is left out"


@pytest.mark.parametrize(
    ("rate", "width", "channels", "frame", "value"),
    [
        (22_050, 2, 2, b"\x00\x10\x00\x20", 0x1800),
        (22_050, 1, 1, b"\xa0", 0x2000),
        (22_050, 4, 1, b"\0\0\x00\x20", 0x2000),
        (16_000, 2, 1, b"\x00\x20", 0x2000),
        (44_100, 3, 2, b"\0\x00\x20\0\x00\x20", 0x2000),
        (8_000, 1, 2, b"\xa0\xa0", 0x2000),
    ],
)
def test_sound_of_another_kind_is_converted(rate: int, width: int, channels: int, frame: bytes, value: int) -> None:
    with WyomingServer(sound=frame * rate, rate=rate, width=width, channels=channels, piece=1001) as server:
        samples = memoryview(speech(a_voice(server))).cast("h")
    assert len(samples) == pytest.approx(22_050, abs=3), "a second"
    middle = samples[100:-100]
    assert max(middle) == pytest.approx(value, abs=2)
    assert min(middle) == pytest.approx(value, abs=2)


@pytest.mark.parametrize(
    ("how", "says"),
    [
        *((one, "gave an answer that makes no sense") for one in RAW if one != "data is no JSON"),
        ("endless-line", r"makes no sense \(a line without an end\)"),
        ("bad-format", "makes no sense .*1000000000 Hz"),
        ("error", "failed: the model is not there"),
        ("closes", "broke off"),
        ("resets", "broke off"),
        ("just-stops", "broke off"),
        ("endless", "does not come to an end"),
    ],
)
def test_a_server_that_misbehaves_is_one_sentence(how: str, says: str) -> None:
    with WyomingServer(how) as server:
        with pytest.raises(ProviderUnavailable, match=rf"^127\.0\.0\.1:\d+ .*{says}") as caught:
            speech(a_voice(server))
        assert caught.value.retryable is ("no sense" not in says)
        assert "\n" not in str(caught.value)
        until(lambda: not server.open_connections)


def test_a_line_without_an_end_is_not_read_to_its_end() -> None:
    with WyomingServer("endless-line") as server:
        with pytest.raises(ProviderUnavailable):
            speech(a_voice(server))
        until(lambda: not server.open_connections)
        assert server.sent < 30_000_000, "what the system's own buffers hold of it, and no more"


def test_a_server_that_says_no_sound_says_so() -> None:
    with WyomingServer(sound=b"") as server, pytest.raises(ProviderUnavailable, match=r"gave no sound$"):
        speech(a_voice(server))


def test_a_long_text_may_be_long() -> None:
    with WyomingServer(sound=bytes(44_100) * 12, piece=44_100) as server:
        assert len(speech(a_voice(server), TEXT)) == 12 * 44_100
        with pytest.raises(ProviderUnavailable, match="does not come to an end"):
            speech(a_voice(server), "Oh!")


def test_nobody_there() -> None:
    with WyomingServer() as server:
        address = server.url
    with pytest.raises(ProviderUnavailable, match=r"127\.0\.0\.1:\d+ cannot be reached: nobody listens there$"):
        speech(a_voice(address))
    for name in ("[::1%nobody]", "x" * 64):  # neither is a name to ask a name server for
        with pytest.raises(ProviderUnavailable, match=r":1 cannot be reached: there is no network, or its name is wrong$"):
            speech(a_voice(f"tcp://{name}:1"))
    with pytest.raises(ProviderUnavailable, match=r"cannot be reached: there is no such socket; check the path$"):
        speech(a_voice("unix:///no/where"))


def test_a_server_that_does_not_pick_up_in_time() -> None:
    import socket

    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        with socket.create_connection(address), pytest.raises(ProviderTimeout, match="no connection in time"):  # and its one place is taken
            speech(a_voice(f"tcp://127.0.0.1:{address[1]}", connect_seconds=0.2))


@pytest.mark.parametrize("address", ["", "http://home:1", "tcp://home", "tcp://home:word", "tcp://home:99999", "tcp://[::1:4", "unix://"])
def test_what_is_no_address_is_told_at_once(address: str) -> None:
    with pytest.raises(ProviderUnavailable, match="tcp://homeserver:10200"):
        a_voice(address)


def test_one_that_never_stops_talking_of_other_things_can_be_given_up() -> None:
    async def scene(one: WyomingVoice) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await spoken(one)
        assert len(asyncio.all_tasks()) == 1

    with WyomingServer("chatter") as server:
        asyncio.run(scene(a_voice(server)))
        until(lambda: not server.open_connections)


@pytest.mark.parametrize("how", ["ok", "silent", "silent-later", "endless-line"])
@pytest.mark.parametrize("rounds", [0, 1, 2, 3, 5, 8, 13, 40])
def test_it_can_be_cancelled_at_any_moment(how: str, rounds: int) -> None:
    async def scene(one: WyomingVoice) -> int:
        task = asyncio.create_task(spoken(one))
        for _ in range(rounds):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled() or how == "ok" or isinstance(task.exception(), ProviderError)
        return len(asyncio.all_tasks())

    with WyomingServer(how, sound=bytes(2205)) as server:
        assert asyncio.run(scene(a_voice(server))) == 1
        until(lambda: not server.open_connections)


def test_one_that_is_left_in_mid_sentence_is_closed_and_can_speak_again() -> None:
    async def scene(one: WyomingVoice) -> None:
        for _ in range(3):
            async with aclosing(one.synthesize(TEXT)) as chunks:
                await anext(chunks)
            assert len(asyncio.all_tasks()) == 1

    with WyomingServer("endless") as server:
        asyncio.run(scene(a_voice(server)))
        until(lambda: not server.open_connections)
        assert server.connections == 4, "one of them asked for the voices"


MANY = [voice(f"xx_XX-{n}", "xx_XX") for n in range(60)]
FEW = [
    voice("tr_TR-absent", "tr_TR", installed=False),
    voice("tr_TR-fahrettin", "tr_TR", title="fahrettin (medium)"),
    voice("en_GB-alan", "en_GB", title="alan (low)"),
    voice("a/b", "en"),
]


@pytest.mark.parametrize(
    ("voices", "language", "asked", "sent"),
    [
        (FEW, "tr", None, {"name": "tr_TR-fahrettin"}),
        (FEW, "en", None, {"name": "en_GB-alan"}),
        (FEW[:2], "en", None, None),
        ([], "en", None, None),
        ([*FEW[1:], *MANY], "tr", None, None),
        ([*FEW, *MANY], "tr", None, {"name": "tr_TR-fahrettin"}),
        (FEW, "en", "tr_TR-fahrettin", {"name": "tr_TR-fahrettin"}),
        (FEW, "en", "EN_gb-alan", {"name": "en_GB-alan"}),
        (FEW, "en", "Alan (low)", {"name": "en_GB-alan"}),
        (FEW, "en", "en_GB-alan/p7", {"name": "en_GB-alan", "speaker": "p7"}),
        (FEW, "en", "a/b", {"name": "a/b"}),
        ([], "en", "whatever", {"name": "whatever"}),
    ],
)
def test_which_voice_is_asked_for(voices: list[Any], language: str, asked: str | None, sent: dict[str, str] | None) -> None:
    with WyomingServer(voices=voices) as server:
        one = a_voice(server, language=language, voice=asked)
        speech(one)
        speech(one)
        assert [event.get("voice") for event in server.of_type("synthesize")] == [sent, sent]
        assert len(server.of_type("describe")) == 1
        assert speech(a_voice(server, language=language, model=asked))
        assert server.of_type("synthesize")[-1].get("voice") == sent


@pytest.mark.parametrize("asked", ["nobody", "/x", "nobody/x"])
def test_a_voice_that_is_not_there_is_named(asked: str) -> None:
    with WyomingServer(voices=FEW) as server, pytest.raises(VoiceUnknown, match=f"has no voice '{asked}'"):
        speech(a_voice(server, voice=asked))


def test_a_server_that_does_not_describe_itself_speaks_all_the_same() -> None:
    with WyomingServer(describes=False) as server:
        assert speech(a_voice(server, connect_seconds=0.2, voice="her")) == server.sound
        assert server.of_type("synthesize") == [{"text": TEXT, "voice": {"name": "her"}}]


def test_the_voices_of_a_server_are_listed() -> None:
    with WyomingServer(voices=FEW) as server:
        assert asyncio.run(a_voice(server).voices()) == ["tr_TR-absent", "tr_TR-fahrettin", "en_GB-alan", "a/b"]
        until(lambda: not server.open_connections)


def test_it_loads_what_it_needs_and_no_server() -> None:
    script = (
        "import asyncio, sys; from fably.tts.wyoming import WyomingVoice\n"
        "assert 'wyoming' not in sys.modules\n"
        "one = WyomingVoice(address=sys.argv[1], connect_seconds=5, language='en', model=None, voice=None)\n"
        "async def speak():\n    async for _ in one.synthesize('hello'): pass\n"
        "asyncio.run(speak()); print(*(name for name in sys.modules if name.startswith(('wyoming', 'numpy', 'openai'))))"
    )
    with WyomingServer() as server:
        done = subprocess.run([sys.executable, "-c", script, server.url], capture_output=True, text=True, timeout=60, check=False)
    assert set(done.stdout.split()) == {"wyoming", "wyoming.version", "wyoming.event", "wyoming.tts"}, done.stderr
