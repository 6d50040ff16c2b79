"""Wake words of one's own, what is refused at the start, and other people's clients."""

import asyncio
import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from next_door import needs_wakeword, served
from waking import RATE, clips, say, silence
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncClient
from wyoming.info import Describe, Info
from wyoming.wake import Detect, Detection, NotDetected

pytestmark = needs_wakeword
NABU = ("--engine", "microwakeword", "--model", "okay_nabu")
needs_original = pytest.mark.skipif(
    importlib.util.find_spec("openwakeword") is None,
    reason="the original openwakeword is not installed: it needs Python 3.11 and numpy<2; pip install 'fably[openwakeword,wakeword]'",
)
needs_3_11 = pytest.mark.skipif(sys.version_info >= (3, 12), reason="with a newer Python it says that it cannot be installed")


def models_of(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    assert spec
    assert spec.origin
    return Path(spec.origin).parent / "models"


def file_of_openwakeword(folder: Path) -> Path:
    return Path(shutil.copy(models_of("pyopen_wakeword") / "hey_jarvis.tflite", folder / "our_word.tflite"))


def file_of_microwakeword(folder: Path) -> Path:
    shutil.copy(models_of("pymicro_wakeword") / "okay_nabu.tflite", folder / "our_word.tflite")
    told = json.loads((models_of("pymicro_wakeword") / "okay_nabu.json").read_text())
    file = folder / "ours.json"
    file.write_text(json.dumps({**told, "model": "our_word.tflite"}))
    return file


OWN: dict[str, tuple[Callable[[Path], Path], str]] = {
    "openwakeword": (file_of_openwakeword, "hey jarvis"),
    "microwakeword": (file_of_microwakeword, "okay nabu"),
    "openwakeword-original": (file_of_openwakeword, "hey jarvis"),
}


async def ask(client: AsyncClient, sound: bytes) -> list[Detection | NotDetected]:
    """What a client of somebody else's is told of a stream."""
    await client.write_event(Detect().event())
    await client.write_event(AudioStart(RATE, 2, 1).event())
    for at in range(0, len(sound), 2048):
        await client.write_event(AudioChunk(RATE, 2, 1, sound[at : at + 2048]).event())
    await client.write_event(AudioStop().event())
    await client.write_event(Describe().event())
    told: list[Detection | NotDetected] = []
    while (event := await client.read_event()) and not Info.is_type(event.type):
        told.append(Detection.from_event(event) if Detection.is_type(event.type) else NotDetected.from_event(event))
    return told


@pytest.mark.parametrize("engine", ["openwakeword", "microwakeword", pytest.param("openwakeword-original", marks=needs_original)])
def test_a_file_of_ones_own_is_heard_by_any_wyoming_client(engine: str, tmp_path: Path) -> None:
    make, phrase = OWN[engine]
    words = ("fably.engines.wakeword", "--engine", engine, "--model", str(make(tmp_path)))

    async def scene(uri: str) -> tuple[list[Detection | NotDetected], list[Detection | NotDetected]]:
        async with AsyncClient.from_uri(uri) as client:
            return await ask(client, silence(2) + say(phrase) + silence(1)), await ask(client, silence(2))

    with served(*words, uri=f"unix://{tmp_path / 'wake.sock'}") as uri:
        heard, nothing = asyncio.run(scene(uri))
    assert [one.name for one in heard if isinstance(one, Detection)] == ["our_word"]
    assert nothing == [NotDetected()]


@needs_original
def test_the_original_hears_many_voices(tmp_path: Path) -> None:
    words = ("fably.engines.wakeword", "--engine", "openwakeword-original", "--model", str(file_of_openwakeword(tmp_path)))

    async def scene(uri: str) -> int:
        async with AsyncClient.from_uri(uri) as client:
            return sum([isinstance((await ask(client, one))[0], Detection) for one in clips("hey jarvis")])

    with served(*words, uri=f"unix://{tmp_path / 'wake.sock'}") as uri:
        assert asyncio.run(scene(uri)) >= 0.9 * 36


def test_two_clients_do_not_hear_each_others_sound() -> None:
    word = say("okay nabu")

    async def scene(uri: str) -> None:
        async with AsyncClient.from_uri(uri) as client, AsyncClient.from_uri(uri) as other:
            await client.write_event(Describe().event())
            event = await client.read_event()
            assert event
            (program,) = Info.from_event(event).wake
            assert [(one.name, one.phrase, one.installed) for one in program.models] == [("okay_nabu", "okay nabu", True)]
            both = await asyncio.gather(ask(client, silence(2) + word + silence(1)), ask(other, silence(3)))
            assert [[type(one) for one in told] for told in both] == [[Detection], [NotDetected]]

    with served("fably.engines.wakeword", *NABU) as uri:
        asyncio.run(scene(uri))


def refused(*arguments: str, hidden: str = "") -> str:
    """The one sentence with which it ends at its start."""
    words = [sys.executable, "-m", "fably.engines.wakeword"]
    if hidden:
        words[1:] = ["-c", f"import sys; sys.modules[{hidden!r}] = None; from fably.engines.wakeword import main; main()"]
    done = subprocess.run([*words, *arguments], input="", capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (78, ""), done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr.strip().rpartition("\n")[2]


def test_an_unknown_wake_word_is_refused_with_those_that_there_are() -> None:
    known = {
        "openwakeword": "alexa, hey_jarvis, hey_mycroft, hey_rhasspy, okay_nabu",
        "microwakeword": "alexa, hey_jarvis, hey_mycroft, okay_nabu",
    }
    for engine, names in known.items():
        said = refused("--engine", engine, "--model", "abracadabra")
        assert said == f"there is no wake word 'abracadabra'; there is {names}"


@pytest.mark.parametrize("threshold", ["0", "1", "-0.5", "7", "nan", "inf"])
def test_a_threshold_is_between_nothing_and_one(threshold: str) -> None:
    assert refused(*NABU, f"--threshold={threshold}").startswith("--threshold must be between 0 and 1, and not ")


@pytest.mark.parametrize("seconds", ["-1", "61", "nan"])
def test_a_refractory_time_has_bounds(seconds: str) -> None:
    assert refused(*NABU, f"--refractory={seconds}").startswith("--refractory must be from 0 to 60 seconds, and not ")


def test_a_wake_word_that_is_heard_in_silence_is_refused() -> None:
    said = refused("--engine", "openwakeword", "--model", "hey_jarvis", "--threshold", "0.0000001")
    assert said == "the wake word hey_jarvis is heard in silence; its model is broken, or the threshold of 1e-07 too low"


@pytest.mark.parametrize(
    ("engine", "package", "extra"),
    [
        ("openwakeword", "pyopen_wakeword", "wakeword"),
        ("microwakeword", "pymicro_wakeword", "wakeword"),
        pytest.param("openwakeword-original", "openwakeword", "openwakeword", marks=needs_3_11),
    ],
)
def test_a_missing_package_is_named_with_its_pip_line(engine: str, package: str, extra: str) -> None:
    said = refused("--engine", engine, "--model", "hey_jarvis", hidden=package)
    assert said == f"{engine} needs the package {package}; install it with: pip install 'fably[{extra}]'"


BROKEN: dict[str, Callable[[Path], object]] = {
    "empty": lambda file: file.write_bytes(b""),
    "garbage": lambda file: file.write_bytes(b"garbage" * 999),
    "a page of the web": lambda file: file.write_text("<!DOCTYPE html><title>404</title>"),
    "cut in two": lambda file: file.write_bytes((models_of("pyopen_wakeword") / "hey_jarvis.tflite").read_bytes()[:500_000]),
    "another engine's": lambda file: shutil.copy(models_of("pymicro_wakeword") / "okay_nabu.tflite", file),
    "a model of features": lambda file: shutil.copy(models_of("pyopen_wakeword") / "embedding_model.tflite", file),
    "a model of a spectrum": lambda file: shutil.copy(models_of("pyopen_wakeword") / "melspectrogram.tflite", file),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_file_is_refused_and_not_crashed_on(how: str, tmp_path: Path) -> None:
    file = tmp_path / "our_word.tflite"
    BROKEN[how](file)
    assert refused("--model", str(file)) == f"{file} is no wake word of openWakeWord"


@pytest.mark.parametrize(
    "json_text", ["", "{}", "[]", "[" * 9999, '{"model": "nothing.tflite"}', '{"model": 7}', '{"model": "our_word.tflite"}']
)
def test_a_broken_description_is_refused(json_text: str, tmp_path: Path) -> None:
    file = tmp_path / "ours.json"
    shutil.copy(models_of("pyopen_wakeword") / "embedding_model.tflite", tmp_path / "our_word.tflite")
    file.write_text(json_text)
    assert str(tmp_path) in refused("--engine", "microwakeword", "--model", str(file))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert refused("--model", str(tmp_path / "no.tflite")) == f"there is no file {tmp_path / 'no.tflite'}"
