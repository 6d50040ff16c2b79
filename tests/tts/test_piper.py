"""Piper as a voice of Fably, with the real piper-tts next door and a tiny voice: what it says, and what it leaves when it is left."""

import asyncio
import importlib.util
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import psutil
import pytest
from peers import SAMPLES, Peers

from fably.core.errors import MissingDependency, ProviderError, ProviderUnavailable, VoiceUnknown
from fably.core.protocols import Held, TextToSpeech
from fably.core.types import AudioFormat
from fably.providers import retry
from fably.providers.candidates import Candidates
from fably.providers.choice import Candidate, choose
from fably.providers.deadlines import Patience
from fably.providers.fallback import FallbackVoice
from fably.settings import load
from fably.tts.espeak import EspeakVoice
from fably.tts.piper import PiperVoice

CHANCE = random.Random(20)  # noqa: S311 - the same each time
MOMENTS = [0, *CHANCE.sample(range(1, 30), 19)]
pytestmark = pytest.mark.skipif(importlib.util.find_spec("piper") is None, reason="piper-tts is not installed; ./tools/test installs it")

VOICE, OTHER = "en_US-tiny-low", "tr_TR-tiny-low"
SENTENCE = "Once upon a time, there was a fox."
STORY = [f"{SENTENCE} It was the {count} evening, and it went out, over the hill, to look for a star that fell." for count in range(12)]
PATIENCE = Patience(60, 60, 600)


@pytest.fixture(scope="module")
def folder(peers: Peers, tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("voices")
    peers.tiny_voice(found, VOICE)
    peers.tiny_voice(found, OTHER, hertz=16_000, language="tr_TR")
    return found


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "PAUSES", (0.01, 0.01))


def a_voice(folder: Path, **changed: Any) -> PiperVoice:
    settings: dict[str, Any] = {"folder": folder, "language": "en", "voice": None, **changed}
    return PiperVoice(**settings)


def nothing_is_left() -> bool:
    return psutil.Process().children() == []


def said(one: PiperVoice, *texts: str) -> list[list[bytes]]:
    """The chunks of each text."""

    async def scene() -> list[list[bytes]]:
        async with aclosing(one):
            return [[pcm async for pcm in one.synthesize(text)] for text in texts]

    heard = asyncio.run(scene())
    assert nothing_is_left()
    return heard


def of_letters(count: int) -> int:
    """Bytes of a sentence of that many, by a tiny voice."""
    return (2 * count + 3) * SAMPLES * 2


def test_it_speaks_to_the_last_sample_in_the_format_of_the_voice(folder: Path) -> None:
    one = a_voice(folder)
    assert isinstance(one, Held)
    assert (one.format, one.at_once, one.voice) == (AudioFormat(22_050), 1, VOICE)
    (first,), (second,) = said(one, SENTENCE, "It slept.")
    assert (len(first), len(second)) == (of_letters(len(SENTENCE)), of_letters(len("It slept.")))


def test_a_story_has_one_process_which_is_started_ahead(folder: Path) -> None:
    async def scene() -> set[int]:
        pids = set()
        async with aclosing(a_voice(folder)) as one:
            await one.open()
            pids |= {child.pid for child in psutil.Process().children()}
            for text in STORY:
                async for _ in one.synthesize(text):
                    pids |= {child.pid for child in psutil.Process().children()}
            await one.open()
        return pids

    assert len(asyncio.run(scene())) == 1
    assert nothing_is_left()


def test_what_is_long_comes_in_chunks(folder: Path) -> None:
    (chunks,) = said(a_voice(folder), " ".join(STORY))
    assert len(chunks) >= 12
    assert max(map(len, chunks)) <= of_letters(72)


def test_a_passage_with_nothing_to_say_is_no_fault(folder: Path) -> None:
    assert len(said(a_voice(folder), "…", SENTENCE)) == 2


def test_voices_go_by_language_name_or_file(folder: Path, tmp_path: Path) -> None:
    assert a_voice(folder, language="tr").format == AudioFormat(16_000)
    assert a_voice(folder, voice=OTHER.upper()).voice == OTHER
    assert a_voice(tmp_path, voice=str(folder / f"{OTHER}.onnx")).voice == OTHER
    assert asyncio.run(a_voice(folder).voices()) == [VOICE, OTHER]


@pytest.mark.parametrize("name", ["nobody", "../voices", "nobody.onnx", "/", ".", ".onnx", f"x/{VOICE}"])
def test_a_voice_that_is_not_there_is_named_with_those_that_are(folder: Path, name: str) -> None:
    with pytest.raises(VoiceUnknown, match=f"there is {VOICE}, {OTHER}$"):
        a_voice(folder, voice=name)


def test_where_there_is_no_voice_it_says_where_to_put_one(tmp_path: Path) -> None:
    with pytest.raises(VoiceUnknown, match=rf"put NAME\.onnx and NAME\.onnx\.json into {tmp_path}$"):
        a_voice(tmp_path)


def test_without_piper_the_pip_line_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(MissingDependency, match=r"install it with: pip install 'fably\[piper\]'"):
        a_voice(folder)


def _json(**changed: Any) -> Callable[[Path], None]:
    def spoil(voice: Path) -> None:
        known = json.loads(Path(f"{voice}.json").read_text())
        Path(f"{voice}.json").write_text(json.dumps({key: value for key, value in {**known, **changed}.items() if value != "left out"}))

    return spoil


def _another_model(voice: Path) -> None:
    """A real ONNX model, and no voice: it is in the wheel of Piper, for Arabic."""
    spec = importlib.util.find_spec("piper")
    assert spec
    assert spec.submodule_search_locations
    shutil.copy(next(Path(spec.submodule_search_locations[0]).rglob("*.onnx")), voice)


BROKEN: dict[str, Callable[[Path], object]] = {
    "empty": lambda voice: voice.write_bytes(b""),
    "garbage": lambda voice: voice.write_bytes(CHANCE.randbytes(5_000)),
    "cut in two": lambda voice: os.truncate(voice, 700),
    "a page of the web": lambda voice: voice.write_text("<!DOCTYPE html><title>404</title>"),
    "a folder": lambda voice: (voice.unlink(), voice.mkdir()),
    "another model": _another_model,
    "no JSON": lambda voice: Path(f"{voice}.json").write_text("<html>"),
    "no JSON in UTF-8": lambda voice: Path(f"{voice}.json").write_bytes(b"\xff\xfe\x00"),
    "JSON without an end": lambda voice: Path(f"{voice}.json").write_text("[" * 100_000),
    "a list": lambda voice: Path(f"{voice}.json").write_text("[]"),
    "no JSON file": lambda voice: Path(f"{voice}.json").unlink(),
    "no audio": _json(audio="left out"),
    "a rate of another kind": _json(audio={"sample_rate": "fast"}),
    "a rate of nothing": _json(audio={"sample_rate": 0}),
    "no phonemes": _json(phoneme_id_map="left out"),
    "phonemes of another kind": _json(phoneme_id_map=7),
    "phonemes that the model has not": _json(phoneme_id_map={"_": [0], "^": [1], "$": [2], "a": [5_000]}),
    "no espeak": _json(espeak="left out"),
    "an unknown alphabet": _json(phoneme_type="runes"),
    "inference of another kind": _json(inference=[1]),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_voice_is_one_sentence_and_not_tried_again(folder: Path, tmp_path: Path, how: str) -> None:
    voice = tmp_path / f"{VOICE}.onnx"
    for ending in ("", ".json"):
        shutil.copy(f"{folder / VOICE}.onnx{ending}", f"{voice}{ending}")
    BROKEN[how](voice)

    async def scene() -> None:
        async with aclosing(a_voice(tmp_path)) as one:
            await one.open()

    with pytest.raises(ProviderError) as fault:
        asyncio.run(scene())
    assert not fault.value.retryable, fault.value
    assert VOICE in str(fault.value)
    assert "\n" not in str(fault.value)
    assert "Traceback" not in str(fault.value)
    assert nothing_is_left()


def test_killed_in_mid_passage_it_says_so_and_the_next_passage_is_spoken(folder: Path) -> None:
    async def scene() -> int:
        async with aclosing(a_voice(folder)) as one:
            async with aclosing(one.synthesize(" ".join(STORY * 5))) as chunks:
                await anext(chunks)
                psutil.Process().children()[0].kill()
                with pytest.raises(ProviderUnavailable, match=r"^piper ended with SIGKILL$") as fault:
                    async for _ in chunks:
                        pass
                assert fault.value.retryable
            return sum([len(pcm) async for pcm in one.synthesize(SENTENCE)])

    assert asyncio.run(scene()) == of_letters(len(SENTENCE))
    assert nothing_is_left()


def narrators(folder: Path, notices: list[str]) -> Candidates[TextToSpeech]:
    def made(one: Candidate) -> TextToSpeech:
        return a_voice(folder) if one.provider == "piper" else EspeakVoice(language="en", voice=None)

    return Candidates([Candidate("piper"), Candidate("espeak")], made, lambda fault, _next, _begun: notices.append(str(fault)))


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_any_moment_every_passage_of_a_story_is_spoken(folder: Path, moment: int) -> None:
    """Killed when the chunk of that number has been heard: in the middle of a passage, or between two."""
    notices: list[str] = []

    async def scene() -> list[float]:
        async with aclosing(narrators(folder, notices)) as candidates:
            voice = await FallbackVoice(candidates, PATIENCE).load()
            seconds, count = [], 0
            for text in STORY:
                heard = 0
                async with aclosing(voice.synthesize(text)) as chunks:
                    async for pcm in chunks:
                        heard += len(pcm)
                        if count == moment:
                            psutil.Process().children()[0].kill()
                        count += 1
                seconds.append(voice.format.seconds(heard))
            return seconds

    seconds = asyncio.run(scene())
    assert min(seconds) > 3, "seconds of each passage"
    assert notices in ([], ["piper ended with SIGKILL"])
    assert nothing_is_left()


def test_killed_between_two_passages_it_is_started_again_and_nobody_takes_over(folder: Path) -> None:
    notices: list[str] = []

    async def scene() -> None:
        async with aclosing(narrators(folder, notices)) as candidates:
            voice = await FallbackVoice(candidates, PATIENCE).load()
            for text in STORY[:4]:
                psutil.Process().children()[0].send_signal(signal.SIGKILL)
                assert sum([len(pcm) async for pcm in voice.synthesize(text)]) > of_letters(len(text)) * 0.9

    asyncio.run(scene())
    assert notices == []
    assert nothing_is_left()


def test_killed_while_it_loads_it_is_started_again(folder: Path) -> None:
    async def kill_the_first() -> None:
        while not (found := psutil.Process().children()):  # noqa: ASYNC110 - nobody tells when a process is born
            await asyncio.sleep(0)
        found[0].kill()

    async def scene() -> int:
        async with aclosing(narrators(folder, [])) as candidates:
            _, voice = await asyncio.gather(kill_the_first(), FallbackVoice(candidates, PATIENCE).load())
            heard = sum([len(pcm) async for pcm in voice.synthesize(SENTENCE)])
            assert candidates.used == ["piper"]
            return heard

    assert asyncio.run(scene()) == of_letters(len(SENTENCE))
    assert nothing_is_left()


def test_cancelled_at_any_moment_it_leaves_no_process_and_no_task(folder: Path) -> None:
    async def tell(notices: list[str]) -> None:
        async with aclosing(narrators(folder, notices)) as candidates:
            voice = await FallbackVoice(candidates, PATIENCE).load()
            for text in STORY * 100:
                async for _ in voice.synthesize(text):
                    pass

    async def scene() -> None:
        for _ in range(15):
            notices: list[str] = []
            task = asyncio.create_task(tell(notices))
            await asyncio.sleep(CHANCE.random() * 0.8)
            task.cancel()
            assert isinstance((await asyncio.gather(task, return_exceptions=True))[0], asyncio.CancelledError)
            assert nothing_is_left()
            assert notices == []
            assert len(asyncio.all_tasks()) == 1

    asyncio.run(scene())


def test_left_in_mid_sentence_the_process_is_gone_and_another_speaks_next(folder: Path) -> None:
    async def scene() -> AsyncGenerator[int, None]:
        async with aclosing(a_voice(folder)) as one:
            for _ in range(3):
                async with aclosing(one.synthesize(" ".join(STORY * 5))) as chunks:
                    await anext(chunks)
                    yield psutil.Process().children()[0].pid
                assert nothing_is_left()
            async for _ in one.synthesize(SENTENCE):
                yield psutil.Process().children()[0].pid

    async def all_of_them() -> list[int]:
        return [pid async for pid in scene()]

    assert len(set(asyncio.run(all_of_them()))) == 4
    assert nothing_is_left()


def test_fifty_times_loaded_and_unloaded_nothing_grows(folder: Path) -> None:
    async def scene() -> list[int]:
        one, open_files = a_voice(folder), []
        for _ in range(50):
            await one.open()
            await one.aclose()
            assert nothing_is_left(), "not even a zombie"
            assert len(asyncio.all_tasks()) == 1
            open_files.append(psutil.Process().num_fds())
        return open_files

    open_files = asyncio.run(scene())
    assert max(open_files) == open_files[0]


def test_it_must_be_named_and_does_not_hand_over_to_a_vendor() -> None:
    key = {"OPENAI_API_KEY": "k"}
    assert [one.provider for one in choose(load({}, {"HOME": "/"}), "tts").candidates] == ["espeak"]
    named = choose(load({}, {"HOME": "/", **key, "FABLY_TTS_PROVIDER": "piper"}), "tts")
    assert [one.provider for one in named.candidates] == ["piper", "espeak"]


def run(*args: str, **environ: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "fably", *args]
    return subprocess.run(words, capture_output=True, text=True, timeout=120, check=False, env={**os.environ, **environ})


def test_a_story_is_told_and_where_piper_fails_espeak_goes_on(folder: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    shutil.copytree(folder, state / "voices")
    about = {"FABLY_STATE_PATH": str(state), "FABLY_TTS_PROVIDER": "piper", "FABLY_OUTPUT": "story.wav"}
    done = run("a fox", **about)
    assert done.returncode == 0
    assert "espeak" not in done.stderr
    assert 'tts_provider: ["piper"]' in next(state.rglob("info.yaml")).read_text()
    (state / "voices" / f"{VOICE}.onnx").write_bytes(b"")
    done = run("a bear", **about)
    assert done.returncode == 0
    assert "The espeak voice goes on speaking." in done.stderr
    assert done.stderr.count("no voice that Piper can speak with") == 1


def test_its_voices_are_listed_and_heard(folder: Path) -> None:
    state = Path("state")
    shutil.copytree(folder, state / "voices")
    done = run("voices", "--tts-provider", "piper", FABLY_STATE_PATH=str(state))
    assert (done.returncode, done.stdout) == (0, f"piper:\n  {VOICE}\n  {OTHER}\n")
    done = run("voices", "preview", OTHER, "--tts-provider", "piper", "--output", "hear.wav", FABLY_STATE_PATH=str(state))
    assert (done.returncode, done.stderr) == (0, "")
    done = run("voices", "preview", "nobody", "--tts-provider", "piper", "--output", "hear.wav", FABLY_STATE_PATH=str(state))
    assert done.returncode == 1
    assert f"there is {VOICE}, {OTHER}" in done.stderr


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_stopped_in_the_middle_of_a_story_the_process_goes_too(folder: Path, how: signal.Signals) -> None:
    shutil.copytree(folder, Path("state", "voices"))
    words = [sys.executable, "-m", "fably", "a fox", "--tts-provider", "piper"]
    with subprocess.Popen(
        words, env={**os.environ, "FABLY_STATE_PATH": "state"}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as fably:
        assert fably.stdout
        fably.stdout.read(1)  # it is being heard
        (engine,) = psutil.Process(fably.pid).children()
        assert "fably.engines.piper" in engine.cmdline()
        fably.send_signal(how)
    psutil.wait_procs([engine], timeout=60)
    assert not engine.is_running()
    assert fably.returncode in (130, -how)
