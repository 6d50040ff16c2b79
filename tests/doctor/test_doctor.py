"""What is well is called well, and every fault is found, named, and told how to mend."""

import os
import pty
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from farm import Farm

from fably import __version__

from .conftest import SHORT_WAITS, Doctor

NO_CARD = "pcm.!default { type hw card 99 }\nctl.!default { type hw card 99 }\n"
CANARY = "sk-canary-0123456789"


def only(found: list[dict[str, object]]) -> dict[str, object]:
    assert len(found) == 1, found
    return found[0]


def test_a_box_that_has_nothing_set_up_is_well(doctor: Doctor) -> None:
    done = doctor("--json")
    assert (done.code, done.json["version"]) == (0, __version__)
    assert [one["check"] for one in done.json["findings"]] == ["words", "voice", "ear", "sound", "library", "models", "settings"]
    assert [one["status"] for one in done.json["findings"] if one["check"] != "ear"] == ["ok"] * 6
    assert only(done.of("words"))["subject"] == "The offline storyteller"
    assert "gmw/en speaks" in str(only(done.of("voice"))["detail"])
    assert only(done.of("library"))["detail"] == pytest.approx(only(done.of("library"))["detail"])
    assert not (Path("home") / ".local").exists(), "it leaves nothing behind"


def test_the_cloud_is_asked_for_one_small_thing_of_each_kind(doctor: Doctor, farm: Farm, cloud: dict[str, str]) -> None:
    done = doctor("--json", **cloud)
    assert done.code == 0
    words, offline = done.of("words")
    assert (words["status"], offline["status"]) == ("ok", "ok")
    assert words["subject"] == farm.url.split("/")[2]
    assert 0 < words["seconds"] < 0.3
    assert only(farm.asked("/chat/completions"))["messages"][-1]["content"] == "Good night?"
    voice, espeak = done.of("voice")
    assert (voice["status"], espeak["status"]) == ("ok", "ok")
    assert farm.spoken == ["Tell me a story about a dragon."]
    assert "0.3 s of sound" in voice["detail"]


@pytest.mark.parametrize(
    ("chat", "says", "fix"),
    [
        ("401", "does not accept the key", "into OPENAI_API_KEY"),
        ("404", "has no model that tells stories", "FABLY_LLM_MODEL"),
        ("429", "wants no more requests for now", "wait some minutes"),
        ("500", "failed with status 500", "check the network and OPENAI_BASE_URL"),
        ("html", "gave an empty story", "check the network and OPENAI_BASE_URL"),
        ("silent-first", "said nothing for 0.3 seconds", "FABLY_FIRST_TOKEN_SECONDS"),
    ],
)
def test_a_model_that_does_not_answer_is_red_and_the_box_still_tells(
    doctor: Doctor, farm: Farm, cloud: dict[str, str], chat: str, says: str, fix: str
) -> None:
    farm.chat = chat
    done = doctor("--json", **cloud)
    assert done.code == 0
    words, offline = done.of("words")
    assert (words["status"], offline["status"]) == ("failed", "ok")
    assert says in words["detail"]
    assert fix in words["fix"]
    shown = doctor(**cloud)
    assert shown.out.rstrip().endswith("the words by The offline storyteller, the voice by " + words["subject"] + ".")


@pytest.mark.parametrize(
    ("speech", "says", "fix"),
    [
        ("401", "does not accept the key", "into OPENAI_API_KEY"),
        ("404", "does not have 'tts-1'", "FABLY_TTS_MODEL"),
        ("silent", "said nothing for 0.3 seconds", "FABLY_SPEECH_SECONDS"),
        ("wav", "where raw PCM was asked for", "OPENAI_BASE_URL"),
    ],
)
def test_a_voice_that_does_not_speak_is_red(doctor: Doctor, farm: Farm, cloud: dict[str, str], speech: str, says: str, fix: str) -> None:
    farm.speech = speech
    done = doctor("--json", **cloud)
    assert done.code == 0
    voice, espeak = done.of("voice")
    assert (voice["status"], espeak["status"]) == ("failed", "ok")
    assert says in voice["detail"]
    assert fix in voice["fix"]


def test_a_server_at_home_that_has_another_model_is_well(doctor: Doctor, farm: Farm) -> None:
    farm.models = ("nomic-embed-text", "llama3.2")
    words = doctor("--json", FABLY_LLM_URL=farm.url, **SHORT_WAITS).of("words")[0]
    assert (words["status"], words["detail"]) == ("ok", "llama3.2 answers")


def test_a_model_that_was_named_and_is_gone_is_red(doctor: Doctor, farm: Farm) -> None:
    farm.models = ("llama3.2",)
    words = doctor("--json", FABLY_LLM_URL=farm.url, FABLY_LLM_MODEL="llama2", **SHORT_WAITS).of("words")[0]
    assert words["status"] == "failed"
    assert "does not have 'llama2'" in words["detail"]
    assert words["fix"].endswith("in FABLY_LLM_MODEL, or leave it out")


def test_a_server_that_refuses_the_connection(doctor: Doctor) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
    done = doctor("--json", FABLY_LLM_URL=f"http://{address}/v1", FABLY_TTS_URL=f"http://{address}/v1", **SHORT_WAITS)
    assert done.code == 0
    for kind, check in (("LLM", "words"), ("TTS", "voice")):
        found = done.of(check)[0]
        assert (found["subject"], found["status"]) == (address, "failed")
        assert "cannot be reached" in found["detail"]
        assert found["fix"] == f"start the server at {address}, and check the network and FABLY_{kind}_URL"


def test_who_was_named_on_the_command_line_has_nobody_to_take_over(doctor: Doctor, farm: Farm, cloud: dict[str, str]) -> None:
    farm.chat = "500"
    done = doctor("--json", "--llm-provider", "custom", **cloud)
    assert (done.code, done.of("words")[0]["status"]) == (1, "failed")
    assert done.of("words")[1]["status"] == "ok"


def test_a_voice_that_nobody_knows_is_a_warning_for_a_story_is_told_all_the_same(doctor: Doctor) -> None:
    done = doctor("--json", FABLY_TTS_VOICE="nova")
    found = only(done.of("voice"))
    assert (done.code, found["status"]) == (0, "warning")
    assert "gmw/en speaks" in str(found["detail"])
    assert "no voice 'nova'" in str(found["detail"])
    assert "`fably voices`" in str(found["fix"])
    done = doctor("--json", "--tts-provider", "espeak", FABLY_TTS_VOICE="nova")
    assert (done.code, only(done.of("voice"))["status"]) == (1, "failed")


def test_no_sound_card_is_the_one_thing_that_keeps_a_box_silent(doctor: Doctor) -> None:
    Path("home/.asoundrc").write_text(NO_CARD, encoding="utf-8")
    done = doctor("--json", "--sound-device", "no such card")
    found = only(done.of("sound"))
    assert (done.code, found["subject"], found["status"]) == (1, "no such card", "failed")
    assert "cannot be opened" in str(found["detail"])
    assert "fably --output" in str(found["fix"])
    assert doctor().out.rstrip().endswith("No story can be told as things are. What is to be done stands behind the arrows.")
    done = doctor("--json", "--output", "story.wav")
    assert (done.code, only(done.of("sound"))["subject"]) == (0, "story.wav")
    assert not list(Path().glob("*.wav")), "nothing is left"


def test_the_card_is_named_and_takes_sound(doctor: Doctor, card_file: Path) -> None:
    found = only(doctor("--json").of("sound"))
    assert (found["subject"], found["detail"]) == ("default", "it takes sound at 22050 Hz")
    deadline = time.monotonic() + 20
    while not card_file.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert set(card_file.read_bytes()) == {0}, "silence"


def test_a_card_that_is_turned_down_all_the_way_is_a_warning(doctor: Doctor) -> None:
    found = only(doctor("--json", "--volume", "0").of("sound"))
    assert (found["status"], "FABLY_VOLUME" in str(found["fix"])) == ("warning", True)


@pytest.mark.parametrize("where", ["file", "file/below", "/proc/fably"])
def test_a_library_that_cannot_be_is_red_and_the_story_is_told(doctor: Doctor, where: str) -> None:
    Path("file").write_text("in the way", encoding="utf-8")
    done = doctor("--json", "--stories-path", where)
    found = only(done.of("library"))
    assert (done.code, found["status"]) == (0, "failed")
    assert "no story can be kept" in str(found["detail"])
    assert "FABLY_STORIES_PATH" in str(found["fix"])


def test_the_shelf_is_counted_and_what_a_crash_left_is_seen(doctor: Doctor) -> None:
    for name in ("a-fox-1", "an-owl-2", ".telling-a-bear-3", ".deleted"):
        (Path("shelf") / name).mkdir(parents=True)
    found = only(doctor("--json", "--stories-path", "shelf").of("library"))
    assert str(found["detail"]).startswith("2 stories in shelf, ")
    assert str(found["detail"]).endswith("; 1 that broke off in a crash will be on the shelf after the next story")
    assert len(list(Path("shelf").iterdir())) == 4, "nothing is left, and nothing is touched"


def test_in_turkish_it_says_what_happens_where_nobody_understands(doctor: Doctor) -> None:
    done = doctor("--json", "--language", "tr")
    found = only(done.of("ear"))
    assert (done.code, found["status"]) == (0, "warning")
    assert "a story of Fably's own choosing" in str(found["detail"])
    shown = doctor("--language", "tr").out
    assert shown.startswith(f"Fably {__version__} ayarlı olan herkesten")
    assert shown.rstrip().endswith("Masal anlatılabilir. Sözler: çevrimdışı masalcı. Ses: espeak sesi.")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--llm-provider", "openai"], "needs the key OPENAI_API_KEY"),
        (["--tts-provider", "custom"], "needs the address of the server"),
        (["--prompt-file", "none.txt"], "none.txt cannot be read"),
        (["--allow", "dragons"], "--allow: "),
    ],
)
def test_settings_that_do_not_add_up_to_a_story_are_red(doctor: Doctor, args: list[str], says: str) -> None:
    done = doctor("--json", *args)
    found = only(done.of("settings"))
    assert (done.code, found["status"]) == (1, "failed")
    assert says in str(found["detail"])


def test_a_value_that_is_wrong_is_said_as_everywhere(doctor: Doctor) -> None:
    done = doctor("--json", "--age", "x")
    assert (done.code, done.out) == (2, "")
    assert "--age: 'x' is not a whole number" in done.err


def test_the_table_has_the_same_findings_as_the_json(doctor: Doctor, farm: Farm, cloud: dict[str, str]) -> None:
    farm.chat, farm.speech = "401", "500"
    found = doctor("--json", **cloud).json["findings"]
    shown = doctor(**cloud).out
    assert "\x1b" not in shown
    rows = re.findall(r"^(ok|warning|failed) +(\w+) ", shown, re.MULTILINE)
    assert rows == [(one["status"], one["check"]) for one in found]
    assert all(len(line) <= 100 for line in shown.splitlines()[1:])
    said = " ".join(shown.split())
    assert shown.count("→ ") == sum(one["status"] != "ok" for one in found)
    assert "does not accept the key" in said
    assert all(one["subject"] in said for one in found)


@pytest.mark.parametrize("args", [["--json"], ["--debug"], ["--json", "--debug"], []])
@pytest.mark.parametrize("chat", ["401", "ok", "500"])
def test_no_secret_is_shown(doctor: Doctor, farm: Farm, args: list[str], chat: str) -> None:
    farm.chat = chat
    password = farm.url.replace("://", "://parent:s3sam-canary@")
    done = doctor(*args, OPENAI_API_KEY=CANARY, FABLY_LLM_URL=password, FABLY_TTS_URL=password, FABLY_STT_URL=farm.url, **SHORT_WAITS)
    assert done.code == 0
    assert farm.requests
    assert "canary" not in done.out + done.err
    if "--debug" in args and chat != "ok":
        assert "fably.doctor.examining" in done.err


def test_ctrl_c_ends_it_at_once(farm: Farm) -> None:
    farm.chat = "silent-first"
    process = subprocess.Popen(
        [sys.executable, "-m", "fably", "doctor", "--llm-url", farm.url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        while not farm.requests:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=10)  # its own deadlines are longer
    finally:
        process.kill()
    assert (process.returncode, err) == (130, "Stopped.\n")


def test_colours_are_for_a_terminal_alone(doctor: Doctor) -> None:
    lead, follow = pty.openpty()
    with subprocess.Popen([sys.executable, "-m", "fably", "doctor"], stdout=follow, stderr=subprocess.DEVNULL) as process:
        os.close(follow)
        seen = b""
        try:
            while more := os.read(lead, 4096):
                seen += more
        except OSError:  # a terminal whose other end is closed says so in this way
            pass
        assert process.wait(timeout=60) == 0
    os.close(lead)
    assert b"\x1b[32mok     \x1b[0m" in seen
