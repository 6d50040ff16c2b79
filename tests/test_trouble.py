"""Trouble that people really met: odd places to write to, streams that are closed, settings that cannot be."""

import os
import signal
import subprocess
import sys
import time
import wave
from pathlib import Path

import pytest
from farm import Farm
from ran import ran

FABLY = [sys.executable, "-m", "fably"]
LIBRARY = Path("home/.local/state/fably/stories")


def shell(command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run `command` in a shell, where fably is called $FABLY."""
    env = {**os.environ, "FABLY": "", **environ}
    del env["FABLY"]
    line = command.replace("$FABLY", f"{sys.executable} -m fably")
    return subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=60, env=env, check=False)


def test_stories_told_into_the_same_file_at_once_do_not_mix() -> None:
    both = [subprocess.Popen([*FABLY, wish, "--output", "same.wav", "--quiet"]) for wish in ("a fox", "an owl", "a bear")]
    assert [one.wait(timeout=60) for one in both] == [0, 0, 0]
    with wave.open("same.wav") as sound:
        frames = sound.getnframes()
    assert Path("same.wav").stat().st_size == 44 + 2 * frames
    assert list(Path().glob(".fably-*")) == []


def test_what_a_link_points_to_is_written_and_the_link_stays() -> None:
    Path("link.wav").symlink_to("target.wav")
    assert ran("a fox", "--output", "link.wav").returncode == 0
    assert Path("link.wav").is_symlink()
    assert Path("target.wav").stat().st_size > 100_000


def test_a_pipe_that_nobody_reads_is_refused_and_not_waited_for() -> None:
    os.mkfifo("pipe")
    done = ran("a fox", "--output", "pipe")
    assert done.returncode == 2
    assert "--output: pipe cannot be written" in done.stderr


@pytest.mark.parametrize("streams", ["> /dev/full", ">&-", "2> /dev/full", "2>&-", "2>&1 | head -c 5"])
def test_what_cannot_be_shown_does_not_stop_the_story(streams: str) -> None:
    done = shell(f"set -o pipefail; $FABLY 'a fox' --output story.wav {streams}")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert Path("story.wav").stat().st_size > 100_000


@pytest.mark.parametrize("command", ["$FABLY --help > /dev/full", "$FABLY voices > /dev/full", "$FABLY 'a fox' --output - >&-"])
def test_no_traceback_where_nothing_can_be_shown(command: str) -> None:
    assert "Traceback" not in shell(command).stderr


@pytest.mark.parametrize(
    "address", ["http://[::1", "http://localhost:99999", "http://localhost:abc", "homeserver", "ftp://homeserver", "http://"]
)
@pytest.mark.parametrize("flag", ["--llm-url", "--tts-url"])
def test_an_address_that_is_none_is_refused_by_name(flag: str, address: str) -> None:
    done = ran("a fox", flag, address)
    assert done.returncode == 2
    assert f"fably: {flag}: {address!r} is not an address such as" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"FABLY_LLM_URL": "https://127.0.0.1:9/v1", "SSL_CERT_FILE": "/nope"}, "no connection to 127.0.0.1:9 can be made"),
        ({"OPENAI_API_KEY": "schlüssel"}, "has letters that no key has; check OPENAI_API_KEY"),
    ],
)
def test_a_connection_that_cannot_even_be_tried_gives_way_like_any_other(environ: dict[str, str], says: str) -> None:
    done = ran("a fox", "--output", "story.wav", **environ)
    assert done.returncode == 0, done.stderr
    assert says in done.stderr
    assert "fox" in done.stdout


@pytest.mark.parametrize("name", ["FABLY_STATE_PATH", "FABLY_STORIES_PATH", "FABLY_PROMPT_FILE"])
def test_the_home_of_somebody_who_is_not_there_is_named(name: str) -> None:
    done = ran("a fox", **{name: "~nobodyofthatname/a"})
    assert done.returncode == 2
    assert name in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("FABLY_AGE='5", ".env: line 1 cannot be read"),
        ("fably_language=tr", "did you mean FABLY_LANGUAGE?"),
        ("FABLY_STATE_PATH=elsewhere", "can be set in the environment only"),
    ],
)
def test_a_line_of_a_file_that_would_do_nothing_is_refused(line: str, says: str) -> None:
    Path(".env").write_text(line + "\n", encoding="utf-8")
    done = ran("a fox")
    assert done.returncode == 2
    assert says in done.stderr


def test_a_voice_of_a_service_that_is_not_set_up_is_no_reason_to_have_no_story() -> None:
    done = ran("a fox", "--tts-voice", "nova", "--output", "story.wav")
    assert done.returncode == 0
    assert "no voice 'nova'; `fably voices` lists those it has. The usual voice speaks." in done.stderr


def test_a_story_that_can_neither_be_heard_nor_kept_is_not_told() -> None:
    Path("home/.asoundrc").write_text("pcm.!default { type hw card 99 }\n", encoding="utf-8")
    Path("file").write_text("in the way", encoding="utf-8")
    done = ran("a fox", "--sound-device", "no such card", "--stories-path", "file")
    assert done.returncode == 1
    assert done.stdout.strip() == ""
    assert "fably: file: " in done.stderr


def test_what_nohup_shields_goes_on(farm: Farm) -> None:
    farm.chat = "silent-first"
    process = subprocess.Popen(
        ["bash", "-c", f"trap '' HUP; exec {sys.executable} -m fably 'a fox' --output story.wav --llm-url {farm.url}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "FABLY_FIRST_TOKEN_SECONDS": "1"},
    )  # fmt: skip
    while not farm.requests:
        time.sleep(0.01)
    process.send_signal(signal.SIGHUP)
    assert process.wait(timeout=60) == 0


def test_stopping_while_the_library_is_opened_leaves_nothing() -> None:
    """At many moments around the one in which the story's folder is made."""
    for number in range(12):
        process = subprocess.Popen([*FABLY, "a fox", "--output", "story.wav"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.08 + number * 0.012)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
    assert list(LIBRARY.glob(".telling*")) == []
    assert list(Path().glob(".fably-*")) == []
