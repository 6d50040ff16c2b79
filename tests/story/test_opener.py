"""The opener: made after a story, heard at the start of the next one, and told to the model."""

import asyncio
from pathlib import Path

import pytest
from fakes import FORMAT, FakeVoice
from farm import Farm

from fably.core.errors import ProviderUnavailable
from fably.settings import load
from fably.story.opener import Openers
from fably.terminal import tell_story
from fably.texts import lines

LINES = ["Once upon a time, here,", "Once upon a time, there,"]


def test_there_is_none_until_one_was_made_and_then_there_is_the_same_again(tmp_path: Path) -> None:
    openers = Openers(tmp_path, LINES, ["en", "fake"])
    assert openers.choose() is None
    voice = FakeVoice()
    asyncio.run(openers.make(voice))
    opener = openers.choose()
    assert opener is not None
    assert (opener.text, opener.format) == (LINES[0], FORMAT)
    assert len(b"".join(opener.pieces)) == FORMAT.bytes_in(len(LINES[0]) * 0.05)
    assert Openers(tmp_path, LINES, ["en", "another voice"]).choose() is None


def test_each_line_is_made_once_and_all_of_them_are_used(tmp_path: Path) -> None:
    openers, voice = Openers(tmp_path, LINES, []), FakeVoice()
    for _ in range(4):
        asyncio.run(openers.make(voice))
    assert voice.asked == LINES
    heard = {chosen.text for _ in range(50) if (chosen := openers.choose())}
    assert heard == set(LINES)


def test_a_voice_that_fails_leaves_no_half_of_one(tmp_path: Path) -> None:
    openers = Openers(tmp_path / "openers", LINES, [])
    with pytest.raises(ProviderUnavailable):
        asyncio.run(openers.make(FakeVoice(faults={1: ProviderUnavailable("no")})))
    assert [path for path in (tmp_path / "openers").rglob("*") if path.is_file()] == []


def test_one_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    openers = Openers(tmp_path, LINES, [])
    asyncio.run(openers.make(FakeVoice()))
    for path in tmp_path.rglob("*.wav"):
        path.write_bytes(b"garbage")
    assert openers.choose() is None


def test_the_second_story_begins_with_it_and_the_model_goes_on(farm: Farm, capsys: pytest.CaptureFixture[str], card_file: Path) -> None:
    settings = load({}, {"FABLY_LLM_URL": farm.url, "FABLY_TTS_URL": farm.url, "HOME": str(Path.home())})
    assert tell_story(settings, "a fox") == 0
    assert farm.spoken[-1] in lines("en", "opener.lines"), "made after the first story"
    assert "assistant" not in [one["role"] for one in farm.asked("/chat/completions")[0]["messages"]]
    capsys.readouterr()

    assert tell_story(settings, "another fox") == 0
    line = next(path for path in Path("home/.local/state/fably/stories/.openers").rglob("*.wav"))
    assert line.stat().st_size > 1000
    told = capsys.readouterr().out
    assert told.startswith(lines("en", "opener.lines")[0] + " Once upon a time,")
    talk = farm.asked("/chat/completions")[1]["messages"]
    assert [one["role"] for one in talk] == ["system", "user", "assistant", "user"]
    assert talk[2]["content"] == lines("en", "opener.lines")[0]
    assert "Go on from its very last word" in talk[0]["content"]
    del card_file


def test_a_home_server_with_a_model_of_its_own_speaks_one_too(farm: Farm, capsys: pytest.CaptureFixture[str]) -> None:
    farm.models = ("llama3.2", "kokoro")
    settings = load({}, {"OPENAI_BASE_URL": farm.url, "FABLY_OUTPUT": "story.wav", "HOME": str(Path("home").absolute())})
    assert tell_story(settings, "a dragon") == 0
    assert farm.spoken[-1] in lines("en", "opener.lines")
    assert farm.asked("/audio/speech")[-1]["model"] == "kokoro"
    assert len(list(Path("home").rglob(".openers/*/*.wav"))) == 1
