"""Piper's process with the real piper-tts and a tiny voice, over its standard input and output. As a server: tts/test_piper_servers.py."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from next_door import SENTENCE, VOICE, needs_piper
from peers import SAMPLES, Peers
from wyoming.event import Event
from wyoming.tts import Synthesize

from fably.engines.child import Child, start
from fably.engines.piper import LONGEST, SYMBOLS_A_SECOND
from fably.engines.piper import _answer as answer_of

pytestmark = needs_piper
MOST = int(LONGEST * SYMBOLS_A_SECOND)
LONG = " ".join(["word"] * 80) + "."


@pytest.fixture(scope="module")
def voice(peers: Peers, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("voices")
    peers.tiny_voice(folder, VOICE)
    return folder / f"{VOICE}.onnx"


@asynccontextmanager
async def piper(voice: Path, *arguments: str) -> AsyncGenerator[Child, None]:
    child = await start("piper", "fably.engines.piper", ["--voice", str(voice), *arguments])
    try:
        yield child
    finally:
        await child.end()


async def answer(child: Child, text: str) -> list[Event]:
    await child.send(Synthesize(text).event())
    events = [await child.receive()]
    while events[-1].type != "audio-stop":
        events.append(await child.receive())
    return events


def samples(events: list[Event]) -> list[int]:
    """How many each piece has."""
    return [len(one.payload or b"") // 2 for one in events if one.type == "audio-chunk"]


def of_letters(count: int) -> int:
    return (2 * count + 3) * SAMPLES


def test_a_sentence_is_spoken_to_its_last_sample(voice: Path) -> None:
    async def scene() -> list[Event]:
        async with piper(voice) as child:
            return await answer(child, SENTENCE)

    events = asyncio.run(scene())
    assert [one.type for one in events] == ["audio-start", "audio-chunk", "audio-stop"]
    assert events[0].data | {"rate": 22_050, "width": 2, "channels": 1} == events[0].data
    assert samples(events) == [of_letters(len(SENTENCE))]


def test_400_letters_without_a_comma_are_made_in_pieces_of_four_seconds(voice: Path) -> None:
    async def scene() -> list[Event]:
        async with piper(voice) as child:
            return await answer(child, LONG)

    made = samples(asyncio.run(scene()))
    assert len(made) == -(-len(LONG) // MOST)
    assert max(made) <= of_letters(MOST)
    assert sum(made) == pytest.approx(of_letters(len(LONG)), rel=0.05)


def test_each_piece_is_sent_before_the_next_is_made() -> None:
    made = []

    def speak(text: str, _pace: float) -> Iterator[SimpleNamespace]:
        for word in text.split():
            made.append(word)
            yield SimpleNamespace(audio_int16_bytes=word.encode())

    async def scene() -> list[tuple[bytes, int]]:
        answers = answer_of(speak, {"rate": 8_000, "width": 2, "channels": 1}, asyncio.Lock(), Synthesize("one two three").event())
        return [(event.payload, len(made)) async for event in answers if event.payload]

    assert asyncio.run(scene()) == [(b"one", 1), (b"two", 2), (b"three", 3)]


def test_nothing_is_made_that_nobody_takes(voice: Path) -> None:
    """The text is so long that its sound does not fit into the pipe: whoever makes it all before it sends any would need another 40 MB."""

    async def scene() -> int:
        async with piper(voice) as child:
            process = psutil.Process(child.process.pid)
            before = process.memory_info().rss
            await child.send(Synthesize(f"{LONG} " * 20).event())
            while (await child.receive()).type != "audio-chunk":
                pass
            await asyncio.sleep(0.3)  # more time only makes it harder
            return process.memory_info().rss - before

    assert asyncio.run(scene()) < 10_000_000


def test_text_without_words_and_no_text_are_silence(voice: Path) -> None:
    async def scene() -> list[list[Event]]:
        async with piper(voice) as child:
            return [await answer(child, text) for text in ("", "a")]

    nothing, something = asyncio.run(scene())
    assert [one.type for one in nothing][:: len(nothing) - 1] == ["audio-start", "audio-stop"]
    assert samples(something) == [of_letters(1)]


def test_it_is_as_slow_as_it_is_told_and_then_cuts_sooner(voice: Path) -> None:
    async def scene() -> list[Event]:
        async with piper(voice, "--length-scale", "2", "--threads", "1") as child:
            return await answer(child, LONG)

    assert max(samples(asyncio.run(scene()))) <= 2 * of_letters(MOST // 2)


def test_an_address_that_is_none_or_taken_is_one_sentence(voice: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        for uri, code in (("http://x", 78), (f"tcp://127.0.0.1:{taken.getsockname()[1]}", 1)):
            said = refused(voice, "--uri", uri, code=code)
            assert ("tcp://homeserver:10200" in said) or ("in use" in said)


def refused(voice: Path, *arguments: str, code: int = 78, hidden: str = "") -> str:
    """What Piper's process says when it cannot begin: one sentence."""
    words = [sys.executable, "-m", "fably.engines.piper"]
    if hidden:
        words[1:] = ["-c", f"import sys; sys.modules[{hidden!r}] = None; from fably.engines.piper import main; main()"]
    done = subprocess.run([*words, "--voice", str(voice), *arguments], input="", capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr.strip()


@pytest.mark.parametrize("package", ["piper.voice", "onnxruntime"])
def test_a_missing_package_is_named_with_its_pip_line(voice: Path, package: str) -> None:
    assert refused(voice, hidden=package) == f"piper needs the package {package}; install it with: pip install 'fably[piper]'"


def test_an_unknown_speaker_is_refused(voice: Path) -> None:
    assert refused(voice, "--speaker", "3") == f"{VOICE} has no speaker 3; it has 1, counted from 0"
