"""Whisper as a recogniser of Fably, with the real faster-whisper next door and a tiny model: what it hears, and how its process lives."""

import asyncio
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import wave
from contextlib import aclosing
from pathlib import Path
from random import Random
from typing import Any

import psutil
import pytest
from next_door import HEARD, a_whisper, needs_whisper, nothing_is_left

from fably.backends import Backends
from fably.core.errors import EngineDied, MissingDependency, ModelRetired, ProviderUnavailable
from fably.core.protocols import Held
from fably.core.types import AudioFormat, Transcript, Utterance
from fably.engines.pool import Pool
from fably.engines.rules import Rules
from fably.providers.choice import choose
from fably.providers.shared import sharing
from fably.settings import load
from fably.stt.whisper import WhisperTranscriber

pytestmark = needs_whisper
WISH = Utterance(Random(1).randbytes(88_200), AudioFormat(22_050))  # noqa: S311


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the models, with a tiny one in it."""
    return a_whisper(tmp_path_factory.mktemp("state") / "models" / "whisper" / "tiny").parent


def an_ear(folder: Path, **changed: Any) -> WhisperTranscriber:
    settings: dict[str, Any] = {"folder": folder, "language": "en", "model": None, "pool": Pool(Rules("aggressive")), **changed}
    return WhisperTranscriber(**settings)


def test_wishes_are_heard_by_one_process_which_is_started_ahead(folder: Path) -> None:
    one = an_ear(folder, language="tr")
    assert isinstance(one, Held)

    async def scene() -> tuple[list[Transcript], set[int]]:
        async with aclosing(one):
            await one.open()
            pids = {child.pid for child in psutil.Process().children()}
            found = [await one.transcribe(WISH), await one.transcribe(Utterance(bytes(64_000), AudioFormat(16_000)))]
            await one.open()
            return found, pids | {child.pid for child in psutil.Process().children()}

    found, pids = asyncio.run(scene())
    assert found == [Transcript(HEARD, "tr"), Transcript("", "tr")]
    assert len(pids) == 1
    assert nothing_is_left()


def test_where_two_may_be_loaded_it_stays_for_the_next_wish(folder: Path) -> None:
    async def scene() -> set[int]:
        pool, pids = Pool(Rules("lazy")), set()
        for _ in range(2):
            async with aclosing(an_ear(folder, pool=pool)) as one:
                assert (await one.transcribe(WISH)).text == HEARD
            pids |= {child.pid for child in psutil.Process().children()}
        await pool.aclose()
        return pids

    assert len(asyncio.run(scene())) == 1
    assert nothing_is_left()


def test_a_model_goes_by_name_or_by_its_folder(folder: Path, tmp_path: Path) -> None:
    assert an_ear(folder, model="tiny").model == "tiny"
    own = Path(shutil.copytree(folder / "tiny", tmp_path / "our own"))
    assert an_ear(tmp_path / "nowhere", model=str(own)).model == "our own"


def test_a_model_that_is_not_there_is_refused_with_how_to_get_it(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelRetired) as fault:
        an_ear(folder, model="small")
    assert str(fault.value) == (
        f"whisper has no model 'small'; get it with: hf download Systran/faster-whisper-small --local-dir {folder}/small"
    )
    for name in ("nobody", "../tiny/x", "\0", "x" * 999, "~nobody/tiny", "/", str(tmp_path)):
        with pytest.raises(ModelRetired, match=r"there is tiny, base, small, or give the folder that has its model\.bin$"):
            an_ear(folder, model=name)


def test_without_faster_whisper_the_pip_line_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(MissingDependency, match=r"install it with: pip install 'fably\[whisper\]'"):
        an_ear(folder)


def test_left_in_the_middle_its_process_is_gone_and_the_next_wish_is_heard(folder: Path) -> None:
    async def scene() -> Transcript:
        async with aclosing(an_ear(folder)) as one:
            await one.open()
            (child,) = psutil.Process().children()
            child.send_signal(signal.SIGSTOP)  # so that it is surely in the middle
            listening = asyncio.create_task(one.transcribe(WISH))
            for _ in range(100):
                await asyncio.sleep(0)
            listening.cancel()
            with pytest.raises(asyncio.CancelledError):
                await listening
            assert nothing_is_left()
            return await one.transcribe(WISH)

    assert asyncio.run(scene()).text == HEARD
    assert nothing_is_left()


def test_killed_in_the_middle_it_says_so_and_the_next_wish_is_heard(folder: Path) -> None:
    async def scene() -> Transcript:
        async with aclosing(an_ear(folder)) as one:
            await one.open()
            (child,) = psutil.Process().children()
            child.send_signal(signal.SIGSTOP)
            listening = asyncio.create_task(one.transcribe(WISH))
            await asyncio.sleep(0)
            child.kill()
            with pytest.raises(EngineDied, match=r"^whisper ended with SIGKILL$") as fault:
                await listening
            assert fault.value.retryable
            return await one.transcribe(WISH)

    assert asyncio.run(scene()).text == HEARD
    assert nothing_is_left()


def test_a_broken_model_is_not_tried_again(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "tiny", tmp_path / "tiny")
    (tmp_path / "tiny" / "model.bin").write_bytes(b"garbage")

    async def scene() -> None:
        async with aclosing(an_ear(tmp_path)) as one:
            await one.open()

    with pytest.raises(ProviderUnavailable, match="is no model that Whisper can listen with") as fault:
        asyncio.run(scene())
    assert not fault.value.retryable
    assert nothing_is_left()


def test_it_must_be_named_and_does_not_hand_over_to_a_vendor() -> None:
    key = {"OPENAI_API_KEY": "k"}
    assert [one.provider for one in choose(load({}, {"HOME": "/"}), "stt").candidates] == ["grammar"]
    named = choose(load({}, {"HOME": "/", **key, "FABLY_STT_PROVIDER": "whisper"}), "stt")
    assert [one.provider for one in named.candidates] == ["whisper", "grammar"]


def test_where_the_chosen_model_does_not_fit_the_smallest_takes_over(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "tiny", tmp_path / "large")
    with (tmp_path / "large" / "model.bin").open("ab") as file:
        file.truncate(80_000_000_000)  # none of which is on the disk
    about = {"HOME": "/", "FABLY_STATE_PATH": str(folder.parent.parent), "FABLY_STT_PROVIDER": "whisper"}
    settings = load({}, {**about, "FABLY_STT_MODEL": str(tmp_path / "large"), "FABLY_MEMORY_LIMIT": "2G"})
    models = [(one.provider, one.model) for one in choose(settings, "stt").candidates]
    assert models == [("whisper", str(tmp_path / "large")), ("whisper", "tiny"), ("grammar", None)]
    told: list[str] = []

    async def scene() -> Transcript:
        async with sharing(settings) as shared:
            ear = Backends(settings, choose(settings, "llm"), choose(settings, "tts"), shared, told.append).listening()
            assert ear is not None
            return await ear.transcribe(WISH)

    assert asyncio.run(scene()).text == HEARD
    (notice,) = told
    assert "whisper with large needs 120130 MB" in notice
    assert nothing_is_left()


WITHOUT = """
import sys
from fably.cli import main
try:
    main(sys.argv[1:])
finally:
    print(sorted({"faster_whisper", "ctranslate2", "numpy", "onnxruntime", "fably.engines.whisper"} & set(sys.modules)), file=sys.stderr)
"""


def test_a_wish_is_understood_and_told_with_nothing_heavy_in_this_process(folder: Path) -> None:
    write_wave(Path("wish.wav"))
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, "--query-file", "wish.wav", "--stt-provider", "whisper", "--output", "story.wav"],
        env={**os.environ, "FABLY_STATE_PATH": str(folder.parent.parent)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "dragon" in done.stderr.lower()
    assert done.stderr.endswith("[]\n")


def write_wave(path: Path) -> None:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 22_050, 0, "NONE", ""))
        file.writeframes(WISH.pcm)
