"""A wish that is spoken: `fably --query-file`, from the sound to the story, as it is typed."""

import asyncio
import os
import pty
import subprocess
import wave
from pathlib import Path

import pytest
from farm import Farm
from ran import ran
from rest_server import RestServer, told

from fably.tts.espeak import EspeakVoice


def run(*args: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return ran("--output", "story.wav", "--query-file", *args, **environ)


def say(text: str, path: str = "wish.wav") -> str:
    """A file in which espeak-ng says `text`."""

    async def spoken() -> bytes:
        return b"".join([pcm async for pcm in EspeakVoice(language="en", voice=None).synthesize(text)])

    with wave.open(path, "wb") as file:
        file.setparams((1, 2, 22_050, 0, "NONE", ""))
        file.writeframes(asyncio.run(spoken()))
    return path


@pytest.mark.parametrize("recogniser", ["custom", "google", "wyoming"])
def test_what_is_asked_in_a_file_is_told(farm: Farm, recogniser: str) -> None:
    farm.said = "a story about a hedgehog"
    url = farm.tcp if recogniser == "wyoming" else farm.url
    done = run(say("anything"), "--stt-provider", recogniser, "--stt-url", url, GOOGLE_API_KEY="k")
    assert done.returncode == 0, done.stderr
    assert "Heard: a story about a hedgehog" in done.stderr
    assert "hedgehog" in done.stdout
    assert Path("story.wav").stat().st_size > 100_000


def test_a_wish_is_understood_without_any_network() -> None:
    """Whether it is sure or asks back depends on espeak-ng's mood; what it has understood does not."""
    done = run(say("tell me a story about a princess"))
    assert ("Heard:" in done.stderr) is (done.returncode == 0)
    assert "princess" in done.stderr


def unsure(server: RestServer) -> dict[str, str]:
    """The environment for a recogniser that doubts what it has heard."""
    server.on["/speech:recognize"] = told({"results": [{"alternatives": [{"transcript": "a hedgehog", "confidence": 0.2}]}]})
    return {"FABLY_STT_URL": server.url, "GOOGLE_API_KEY": "k", "FABLY_STT_PROVIDER": "google"}


def test_what_is_not_sure_is_not_told_where_nobody_can_be_asked() -> None:
    with RestServer() as server:
        done = run(say("anything"), **unsure(server))
    assert (done.returncode, done.stdout) == (1, "")
    assert "this was perhaps wished for: a hedgehog" in done.stderr
    assert not Path("story.wav").exists()


@pytest.mark.parametrize(("answer", "code"), [("\n", 0), ("Yes!\n", 0), ("no\n", 1), ("\x04", 1)])
def test_what_is_not_sure_is_asked_back(answer: str, code: int) -> None:
    done = answered(answer)
    assert "Was this the wish: a hedgehog?" in done.stderr
    assert done.returncode == code, done.stderr
    assert ("hedgehog" in done.stdout) is (code == 0)


@pytest.mark.parametrize("answer", ["a fox\n", "No, a fox\n"])
def test_another_wish_is_an_answer_too(answer: str) -> None:
    done = answered(answer)
    assert done.returncode == 0
    assert "Heard: a fox" in done.stderr
    assert "fox" in done.stdout


def answered(answer: str) -> subprocess.CompletedProcess[str]:
    """What comes of it when this is typed at the question."""
    terminal, inside = pty.openpty()
    try:
        with RestServer() as server:
            os.write(terminal, answer.encode())
            return ran("--output", "story.wav", "--query-file", say("anything"), given=inside, **unsure(server))
    finally:
        os.close(terminal)
        os.close(inside)


def test_silence_is_no_wish(farm: Farm) -> None:
    farm.said = ""
    done = run(say("anything"), "--stt-url", farm.url)
    assert done.returncode == 1
    assert "nobody says anything" in done.stderr


def test_where_nobody_understands_fably_chooses() -> None:
    done = run(say("ejderha"), "--language", "tr")
    assert done.returncode == 0
    assert "masalı Fably seçiyor" in done.stderr
    assert len(done.stdout.split()) > 250


def test_a_recogniser_that_fails_is_no_reason_to_have_no_story(farm: Farm) -> None:
    farm.listening = "500"
    done = run(say("anything"), "--stt-url", farm.url, "--external-services")
    assert done.returncode == 0, done.stderr
    assert "failed with status 500" in done.stderr
    assert "Fably chooses a story" in done.stderr


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: None, "cannot be read"),
        (lambda path: path.mkdir(), "cannot be read"),
        (lambda path: path.write_bytes(b"ID3 is no WAV"), "is an MP3; make a WAV of it: ffmpeg -i wish.wav wish-2.wav"),
        (lambda path: path.write_bytes(b""), "is empty"),
    ],
)
def test_a_file_that_is_no_sound_is_refused_by_name(make: "object", says: str) -> None:
    make(Path("wish.wav"))  # type: ignore[operator]
    done = run("wish.wav")
    assert done.returncode == 2
    assert "fably: --query-file: wish.wav" in done.stderr
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_wish_is_either_spoken_or_written() -> None:
    done = run(say("anything"), "a fox")
    assert done.returncode == 2
    assert "leave one of them out" in done.stderr
