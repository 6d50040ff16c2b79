"""The speakers of a Piper voice and how fast they speak, with the real piper-tts: as they are set, so they are heard."""

import asyncio
import json
import shutil
import subprocess
from collections import Counter
from contextlib import aclosing
from pathlib import Path

import pytest
from next_door import SENTENCE, VOICE, a_voice, needs_piper, of_letters
from peers import Peers
from ran import ran

from fably.core.errors import VoiceUnknown
from fably.engines.speakers import speaker_of

pytestmark = needs_piper
SEVERAL = "en_GB-three-low"


@pytest.fixture(scope="module")
def several(peers: Peers, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A voice with three speakers, of which one is called by a number that is another's, and a voice with one."""
    found = tmp_path_factory.mktemp("several")
    peers.tiny_voice(found, SEVERAL, language="en_GB", speakers="Anna,2,deniz")
    peers.tiny_voice(found, VOICE)
    return found


def heard(folder: Path, **how: object) -> bytes:
    async def scene() -> bytes:
        async with aclosing(a_voice(folder, voice=SEVERAL, **how)) as one:
            return b"".join([pcm async for pcm in one.synthesize(SENTENCE)])

    return asyncio.run(scene())


def test_each_speaker_sounds_different_by_name_or_by_number(several: Path) -> None:
    first, second, third = (heard(several, speaker=one) for one in ("anna", "1", "DENIZ"))
    assert len({first, second, third}) == 3
    assert heard(several) == first
    assert heard(several, speaker="2") == second, "a name comes before a number"


def test_the_length_scale_makes_it_longer(several: Path) -> None:
    usual = of_letters(len(SENTENCE))
    assert [len(heard(several, length_scale=one)) for one in (0.5, 1.0, 1.5)] == [usual // 2, usual, usual * 3 // 2]


def test_from_one_sentence_to_the_next_it_speaks_more_slowly(several: Path) -> None:
    async def scene() -> list[int]:
        async with aclosing(a_voice(several, voice=SEVERAL, length_scale=1.25)) as one:
            return [len(b"".join([pcm async for pcm in one.at_pace(SENTENCE, pace)])) for pace in (1.0, 0.8, 1.0)]

    usual = of_letters(len(SENTENCE))
    assert asyncio.run(scene()) == [usual * 5 // 4, usual * 25 // 16, usual * 5 // 4]


@pytest.mark.parametrize("wanted", ["nobody", "3", "-1", "", "٢", "9" * 5000, "1.0"])
def test_a_speaker_that_is_not_there_is_named_with_those_that_are(several: Path, wanted: str) -> None:
    with pytest.raises(VoiceUnknown, match=rf"^the voice {SEVERAL} has no speaker '{wanted[:60]}'; it has Anna, 2, deniz$"):
        a_voice(several, voice=SEVERAL, speaker=wanted)


def test_a_voice_with_one_speaker_says_so(several: Path) -> None:
    assert speaker_of(several / f"{VOICE}.onnx", "0") == 0
    with pytest.raises(VoiceUnknown, match=r"it has only one, so leave --tts-speaker out$"):
        a_voice(several, voice=VOICE, speaker="anna")


def test_of_hundreds_only_some_are_named_and_of_those_without_names_the_numbers(tmp_path: Path) -> None:
    about = {"num_speakers": 904, "speaker_id_map": {f"p{number}": number for number in range(904)}}
    (tmp_path / "v.onnx.json").write_text(json.dumps(about))
    with pytest.raises(VoiceUnknown, match=r"it has p0, p1, .*, p19 and 884 more$"):
        speaker_of(tmp_path / "v.onnx", "q")
    (tmp_path / "v.onnx.json").write_text(json.dumps({"num_speakers": 8}))
    assert speaker_of(tmp_path / "v.onnx", "7") == 7
    with pytest.raises(VoiceUnknown, match=r"it has the numbers 0 to 7$"):
        speaker_of(tmp_path / "v.onnx", "8")


def run(*args: str) -> subprocess.CompletedProcess[str]:
    return ran(*args, FABLY_STATE_PATH="state", FABLY_OUTPUT="story.wav", FABLY_TTS_VOICE=SEVERAL)


def test_told_by_another_speaker_it_is_another_story(several: Path) -> None:
    shutil.copytree(several, Path("state", "voices"))
    kept = []
    for how in ([], ["--tts-speaker", "deniz"], ["--tts-speaker", "deniz", "--tts-length-scale", "1.5"], ["--tts-speaker", "deniz"]):
        done = run("a fox", "--tts-provider", "piper", *how)
        assert done.returncode == 0, done.stderr
        kept.append(len(list(Path("state", "stories").glob("a-fox*"))))
    assert kept == [1, 2, 3, 3]
    infos = [path.read_text() for path in Path("state", "stories").glob("a-fox*/info.yaml")]
    assert Counter("tts_speaker: deniz" in one for one in infos) == {True: 2, False: 1}
    assert sum("tts_length_scale: 1.5" in one for one in infos) == 1


def test_on_the_command_line_a_wrong_speaker_or_speed_is_one_clear_sentence(several: Path) -> None:
    shutil.copytree(several, Path("state", "voices"))
    done = run("a fox", "--tts-provider", "piper", "--tts-speaker", "nobody")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (
        2, f"fably: the voice {SEVERAL} has no speaker 'nobody'; it has Anna, 2, deniz",
    )  # fmt: skip
    done = run("a fox", "--tts-length-scale", "3")
    assert (done.returncode, done.stderr) == (2, "fably: --tts-length-scale: 3 is out of range; it goes from 0.5 to 2\n")
    done = run("voices", "preview", SEVERAL, "--tts-provider", "piper", "--tts-speaker", "deniz")
    assert done.returncode == 0, done.stderr


def test_in_a_story_the_usual_speaker_takes_the_place_of_one_that_is_not_there(several: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(several, Path("state", "voices"))
    monkeypatch.setenv("FABLY_TTS_PROVIDER", "piper")
    monkeypatch.setenv("FABLY_TTS_SPEAKER", "nobody")
    done = run("a fox")
    assert done.returncode == 0
    assert "has no speaker 'nobody'; it has Anna, 2, deniz. The usual voice speaks." in done.stderr
    assert 'tts_provider: ["piper"]' in next(Path("state").rglob("info.yaml")).read_text()
