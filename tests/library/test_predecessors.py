"""Stories of the programs before this one: a paragraph a file, each with its own MP3."""

import wave
from array import array
from pathlib import Path

import av
import pytest
from farm import Farm

from fably.commands.shelf import list_stories, play
from fably.library.library import Library
from fably.library.story import INFO
from fably.settings import Settings, load

SHELF = Path("stories")
TEXTS = ["Once upon a time, there was a cat.", "The cat had a dog.", "  They slept.\n"]
SECONDS = (1.0, 0.5, 0.7)


def mp3(path: Path, seconds: float) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libmp3lame", rate=24_000)
        frame = av.AudioFrame(format="s16p", layout="mono", samples=int(seconds * 24_000))
        frame.sample_rate = 24_000
        frame.planes[0].update(array("h", [3000 if at // 40 % 2 else -3000 for at in range(frame.samples)]).tobytes())
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)


@pytest.fixture(params=[0, 1])
def folder(request: pytest.FixtureRequest) -> Path:
    """One of them counted paragraphs from 0, the other from 1."""
    folder = SHELF / "about_a_cat_and_a_dog"
    folder.mkdir(parents=True)
    (folder / INFO).write_text(
        "query: Tell me a story about a cat and a dog.\nlanguage: en\nsst_model: whisper-1\nllm_model: gpt-3.5-turbo\ntts_voice: nova\n",
        encoding="utf-8",
    )
    for number, (text, seconds) in enumerate(zip(TEXTS, SECONDS, strict=True), request.param):
        (folder / f"paragraph_{number}.txt").write_text(text, encoding="utf-8")
        mp3(folder / f"paragraph_{number}.mp3", seconds)
    return folder


def settings_for(farm: Farm) -> Settings:
    return load({}, {"FABLY_TTS_URL": farm.url, "FABLY_OUTPUT": "out.wav", "FABLY_STORIES_PATH": str(SHELF), "HOME": str(Path.home())})


def seconds() -> float:
    with wave.open("out.wav") as read:
        return float(read.getnframes() / read.getframerate())


def test_it_is_listed_and_told_with_its_own_sound(farm: Farm, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    list_stories(settings_for(farm), None, deleted=False)
    assert "about_a_cat_and_a_dog  Tell me a story about a cat" in capsys.readouterr().out
    assert play(settings_for(farm), folder.name) == 0
    assert capsys.readouterr().out.split() == " ".join(TEXTS).split()
    assert seconds() == pytest.approx(sum(SECONDS), abs=0.25)
    assert farm.requests == []
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_without_pyav_it_is_spoken_anew_and_what_it_says_of_itself_stays(
    farm: Farm, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("fably.assembly.find_spec", lambda _name: None)
    for _ in range(2):
        assert play(settings_for(farm), folder.name) == 0
        assert capsys.readouterr().out.split() == " ".join(TEXTS).split()
    assert sorted(one for one in farm.spoken if "moon" not in one) == sorted(text.strip() for text in TEXTS), "once"
    story = Library(SHELF).story(folder.name)
    assert (story.info["sst_model"], story.info["llm_model"], story.complete) == ("whisper-1", "gpt-3.5-turbo", True)
    assert len(list(folder.glob("*.mp3"))) == 3


def test_a_paragraph_without_sound_is_spoken(farm: Farm, folder: Path) -> None:
    sorted(folder.glob("*.mp3"))[1].unlink()
    assert play(settings_for(farm), folder.name) == 0
    assert [one for one in farm.spoken if one not in TEXTS[1:] and one.strip() not in map(str.strip, TEXTS[1:]) and "moon" not in one] == []
    assert TEXTS[1] in farm.spoken
