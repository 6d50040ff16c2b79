"""Piper as a voice of Fably, with the real piper-tts next door and a tiny voice: what it says, and what is wrong with broken ones."""

import asyncio
import importlib.util
import json
import os
import shutil
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import psutil
import pytest
from next_door import OTHER, SENTENCE, STORY, VOICE, a_voice, needs_piper, nothing_is_left, of_letters
from ran import ran

from fably.core.errors import MissingDependency, ProviderError, VoiceUnknown
from fably.core.protocols import Held
from fably.core.types import AudioFormat
from fably.providers.choice import choose
from fably.settings import load
from fably.tts.piper import PiperVoice

pytestmark = needs_piper


def said(one: PiperVoice, *texts: str) -> list[list[bytes]]:
    """The chunks of each text."""

    async def scene() -> list[list[bytes]]:
        async with aclosing(one):
            return [[pcm async for pcm in one.synthesize(text)] for text in texts]

    heard = asyncio.run(scene())
    assert nothing_is_left()
    return heard


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


@pytest.mark.parametrize(
    "name", ["nobody", "../voices", "nobody.onnx", "/", ".", ".onnx", f"x/{VOICE}", "~nobody/x.onnx", "\0.onnx", f"{'x' * 999}.onnx"]
)
def test_a_voice_that_is_not_there_is_named_with_those_that_are(folder: Path, name: str) -> None:
    with pytest.raises(VoiceUnknown, match=f"there is {VOICE}, {OTHER}$"):
        a_voice(folder, voice=name)


def test_a_link_that_leads_nowhere_is_no_voice(tmp_path: Path) -> None:
    (tmp_path / "en_US-gone-low.onnx").symlink_to(tmp_path / "a disk that is not there")
    for name in ("en_US-gone-low", None):
        with pytest.raises(VoiceUnknown, match="there is none yet"):
            a_voice(tmp_path, voice=name)


def test_where_there_is_no_voice_it_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(VoiceUnknown, match=rf"in {tmp_path} there is none yet; `fably voices download --list` shows which there are$"):
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


def _folder(voice: Path) -> None:
    voice.unlink()
    voice.mkdir()


BROKEN: dict[str, Callable[[Path], object]] = {
    "empty": lambda voice: voice.write_bytes(b""),
    "garbage": lambda voice: voice.write_bytes(b"garbage" * 999),
    "cut in two": lambda voice: os.truncate(voice, 700),
    "a page of the web": lambda voice: voice.write_text("<!DOCTYPE html><title>404</title>"),
    "a folder": _folder,
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


def test_it_must_be_named_and_does_not_hand_over_to_a_vendor() -> None:
    key = {"OPENAI_API_KEY": "k"}
    assert [one.provider for one in choose(load({}, {"HOME": "/"}), "tts").candidates] == ["espeak"]
    named = choose(load({}, {"HOME": "/", **key, "FABLY_TTS_PROVIDER": "piper"}), "tts")
    assert [one.provider for one in named.candidates] == ["piper", "espeak"]


def test_a_story_is_told_and_where_piper_fails_espeak_goes_on(folder: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    shutil.copytree(folder, state / "voices")
    about = {"FABLY_STATE_PATH": str(state), "FABLY_TTS_PROVIDER": "piper", "FABLY_OUTPUT": "story.wav"}
    done = ran("a fox", **about)
    assert done.returncode == 0
    assert "espeak" not in done.stderr
    assert 'tts_provider: ["piper"]' in next(state.rglob("info.yaml")).read_text()
    (state / "voices" / f"{VOICE}.onnx").write_bytes(b"")
    done = ran("a bear", **about)
    assert done.returncode == 0
    assert "is no voice that Piper can speak with; download it again. The espeak voice speaks." in done.stderr
    assert done.stderr.count("no voice that Piper can speak with") == 1


def test_the_doctor_hears_it_and_leaves_nothing(folder: Path) -> None:
    shutil.copytree(folder, Path("state", "voices"))
    done = ran("doctor", "--json", FABLY_STATE_PATH="state", FABLY_TTS_PROVIDER="piper")
    assert f"{VOICE} speaks" in done.stdout
    assert done.stderr == ""
    Path("state", "voices", f"{VOICE}.onnx").write_bytes(b"")
    assert "no voice that Piper can speak with" in ran("doctor", "--json", FABLY_STATE_PATH="state", FABLY_TTS_PROVIDER="piper").stdout


def test_its_voices_are_listed_and_heard(folder: Path) -> None:
    state = Path("state")
    shutil.copytree(folder, state / "voices")
    done = ran("voices", "--tts-provider", "piper", FABLY_STATE_PATH=str(state))
    assert (done.returncode, done.stdout) == (0, f"piper:\n  {VOICE}\n  {OTHER}\n")
    done = ran("voices", "preview", OTHER, "--tts-provider", "piper", "--output", "hear.wav", FABLY_STATE_PATH=str(state))
    assert (done.returncode, done.stderr) == (0, "The voice is in hear.wav\n")
    done = ran("voices", "preview", "nobody", "--tts-provider", "piper", "--output", "hear.wav", FABLY_STATE_PATH=str(state))
    assert done.returncode == 2
    assert f"there is {VOICE}, {OTHER}" in done.stderr
