"""Whisper's process with the real faster-whisper and a tiny model, which always hears the same wish."""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import psutil
import pytest
from next_door import HEARD as WORDS
from next_door import a_whisper, needs_whisper, nothing_is_left, served
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncClient
from wyoming.event import Event
from wyoming.info import Describe, Info

from fably.core.errors import ProviderUnavailable
from fably.engines.child import Child, start
from fably.engines.whisper import LONGEST

pytestmark = needs_whisper
FORMAT = {"rate": 16_000, "width": 2, "channels": 1}
NOISE = Random(1).randbytes(32_000)  # noqa: S311


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_whisper(tmp_path_factory.mktemp("whisper") / "tiny")


@asynccontextmanager
async def whisper(model: Path, *arguments: str) -> AsyncGenerator[Child, None]:
    child = await start("whisper", "fably.engines.whisper", ["--model", str(model), *arguments])
    try:
        yield child
    finally:
        await child.end()
    assert nothing_is_left()


async def ask(child: Child, *sound: bytes, like: dict[str, object] | None = None, language: str | None = "en") -> Event:
    like = like or dict(FORMAT)
    await child.send(Transcribe(language=language).event(), Event("audio-start", like))
    await child.send(*(Event("audio-chunk", like, one) for one in sound), Event("audio-stop"))
    return await child.receive()


def test_what_is_said_is_understood_in_any_format_and_language(model: Path) -> None:
    async def scene() -> list[tuple[str, str]]:
        async with whisper(model, "--language", "tr", "--threads", "1") as child:
            answers = [await ask(child, NOISE, NOISE[:999], language=language) for language in ("en", "tr", None)]
            formats: list[dict[str, object]] = [{"rate": 44_100}, {"rate": 8_000, "channels": 2}, {"width": 4}, {"width": 1}]
            answers += [await ask(child, NOISE, like={**FORMAT, **changed}) for changed in formats]
            return [(one.data["text"], one.data["language"]) for one in answers]

    assert asyncio.run(scene()) == [(WORDS, "en"), (WORDS, "tr"), (WORDS, "tr")] + [(WORDS, "en")] * 4


def test_silence_is_no_wish(model: Path) -> None:
    async def scene() -> list[str]:
        async with whisper(model) as child:
            sounds: list[tuple[bytes, ...]] = [(), (b"",), (bytes(96_000),), (NOISE[:1_000],)]
            return [(await ask(child, *sound)).data["text"] for sound in sounds]

    assert asyncio.run(scene()) == ["", "", "", ""]


def test_only_half_a_minute_is_kept_and_understood(model: Path) -> None:
    async def scene() -> tuple[str, int]:
        async with whisper(model) as child:
            await ask(child, *[NOISE] * int(LONGEST))
            process = psutil.Process(child.process.pid)
            before = process.memory_info().rss
            text = (await ask(child, *[NOISE] * int(LONGEST * 20))).data["text"]  # 19 MB, if it were kept
            return text, process.memory_info().rss - before

    text, more = asyncio.run(scene())
    assert text == WORDS, "once: the model hears the wish in each half minute"
    assert more < 8_000_000


BAD: tuple[dict[str, object], ...] = ({"rate": 3}, {"rate": "fast"}, {"rate": None}, {"width": 9}, {"channels": 5}, {"channels": [1]})


def test_bad_sound_is_one_sentence_and_the_next_is_understood(model: Path) -> None:
    async def scene() -> str:
        async with whisper(model) as child:
            for changed in BAD:
                like = {**FORMAT, **changed}
                await child.send(Event("audio-start", like), Event("audio-chunk", like, NOISE))
                with pytest.raises(ProviderUnavailable, match=r"^whisper failed: sound of .* is none$") as fault:
                    await child.receive()
                assert fault.value.retryable
            await child.send(Event("audio-chunk"), Event("describe"))
            with pytest.raises(ProviderUnavailable, match=r"is none$"):
                await child.receive()
            assert (await child.receive()).type == "info"
            with pytest.raises(ProviderUnavailable, match="'klingon' is not a valid language code"):
                await ask(child, NOISE, language="klingon")
            return str((await ask(child, NOISE)).data["text"])

    assert asyncio.run(scene()) == WORDS


def test_it_opens_no_socket_to_anywhere(model: Path) -> None:
    async def scene() -> None:
        async with whisper(model) as child:
            process = psutil.Process(child.process.pid)
            for _ in range(5):
                await ask(child, NOISE)
                assert process.net_connections("inet") == []

    asyncio.run(scene())


def test_any_wyoming_client_can_talk_to_it(model: Path) -> None:
    async def ask_as_others_do(client: AsyncClient) -> Event:
        await client.write_event(Transcribe(language="tr").event())
        await client.write_event(AudioStart(16_000, 2, 1).event())
        for _ in range(3):
            await client.write_event(AudioChunk(16_000, 2, 1, NOISE).event())
        await client.write_event(AudioStop().event())
        event = await client.read_event()
        assert event
        return event

    async def scene(uri: str) -> Info:
        async with AsyncClient.from_uri(uri) as client, AsyncClient.from_uri(uri) as other:
            await client.write_event(Describe().event())
            info = await client.read_event()
            assert info
            for event in await asyncio.gather(ask_as_others_do(client), ask_as_others_do(other)):
                assert Transcript.from_event(event) == Transcript(WORDS, language="tr")
            return Info.from_event(info)

    with served("fably.engines.whisper", "--model", str(model)) as uri:
        (program,) = asyncio.run(scene(uri)).asr
    assert [(one.name, one.installed, {"en", "tr"} <= set(one.languages)) for one in program.models] == [("tiny", True, True)]


def refused(model: Path, *arguments: str, hidden: str = "") -> str:
    """The one sentence with which it ends at its start."""
    words = [sys.executable, "-m", "fably.engines.whisper"]
    if hidden:
        words[1:] = ["-c", f"import sys; sys.modules[{hidden!r}] = None; from fably.engines.whisper import main; main()"]
    done = subprocess.run([*words, "--model", str(model), *arguments], input="", capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (78, ""), done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr.strip()


BROKEN: dict[str, Callable[[Path], object]] = {
    "no model": lambda folder: (folder / "model.bin").unlink(),
    "no tokens": lambda folder: (folder / "tokenizer.json").unlink(),
    "no configuration": lambda folder: (folder / "config.json").unlink(),
    "an empty model": lambda folder: (folder / "model.bin").write_bytes(b""),
    "garbage": lambda folder: (folder / "model.bin").write_bytes(b"garbage" * 999),
    "a model that is cut": lambda folder: (folder / "model.bin").write_bytes((folder / "model.bin").read_bytes()[:100_000]),
    "a page of the web": lambda folder: (folder / "model.bin").write_text("<!DOCTYPE html><title>404</title>"),
    "tokens of another kind": lambda folder: (folder / "tokenizer.json").write_text("[]"),
    "no vocabulary": lambda folder: (folder / "vocabulary.json").unlink(),
    "another vocabulary": lambda folder: (folder / "vocabulary.json").write_text('["a"]'),
    "no folder": shutil.rmtree,
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_model_is_one_sentence(model: Path, tmp_path: Path, how: str) -> None:
    folder = Path(shutil.copytree(model, tmp_path / "tiny"))
    BROKEN[how](folder)
    assert refused(folder).startswith(f"{folder} is no model ")


def test_a_language_that_the_model_does_not_understand_is_refused(model: Path, tmp_path: Path) -> None:
    english = a_whisper(tmp_path / "tiny.en", "--english")
    said = refused(english, "--language", "tr")
    assert said == "the model tiny.en understands English only; take one without .en in its name"
    assert refused(model, "--language", "klingon") == "the model tiny understands no language 'klingon'"


@pytest.mark.parametrize("package", ["faster_whisper", "numpy"])
def test_a_missing_package_is_named_with_its_pip_line(model: Path, package: str) -> None:
    assert refused(model, hidden=package) == f"whisper needs the package {package}; install it with: pip install 'fably[whisper]'"
