"""`fably ctl …` as a person or a script meets it: a real box's end of the socket in another process, and real exit codes."""

import json
import os
import signal
import subprocess
import sys
import wave
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from keeping import keep
from ran import ran

from fably.commands.ctl import ctl
from fably.control.protocol import COMMANDS
from fably.library.library import Library

FABLY = [sys.executable, "-m", "fably"]
TOY = [sys.executable, str(Path(__file__).parent / "toy_box.py")]


def fably(*args: str, given: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    return ran(*args, given=given, **environ)


def out(*args: str, **environ: str) -> str:
    done = fably("ctl", *args, **environ)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator["subprocess.Popen[str]"]:
    """A box, which shows what was asked of it once it has been told to restart."""
    monkeypatch.setenv("FABLY_STATE_PATH", "state")
    with subprocess.Popen(TOY, stdout=subprocess.PIPE, text=True) as one:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
        yield one
        one.terminate()


def asked(box: "subprocess.Popen[str]") -> list[list[str]]:
    out("restart")
    assert box.stdout is not None
    return list(json.loads(box.stdout.readline()))


def test_each_command_of_the_socket_has_one_here() -> None:
    assert {name.replace("-", "_") for name in ctl.commands} == set(COMMANDS)
    press = next(one for one in ctl.commands["press"].params if one.name == "kind")
    assert isinstance(press.type, click.Choice)
    assert tuple(press.type.choices) == COMMANDS["press"].takes[0].choices


def test_what_is_typed_reaches_the_box(box: "subprocess.Popen[str]") -> None:
    keep(Path("stories"), "a fox")
    for line in (
        "press double",
        "press",
        "tell a mouse on the moon --silent --age 4 --length long",
        "tell --story a-fox --first 2",
        "say 042317",
        "pause",
    ):
        assert out(*line.split()) == ""
    assert [one[:3] for one in asked(box)] == [
        ["press", "double"], ["press", "short"],
        ["tell", "a mouse on the moon", "Manner(aloud=False, age=4, language=None, length='long', shipped=False)"],
        ["retell", "a-fox", 2], ["say_digits", "042317"], ["pause"], ["restart"],
    ]  # fmt: skip


def test_status_and_volume(box: "subprocess.Popen[str]") -> None:
    assert out("status").splitlines() == [
        "Waiting for a press.", "Volume: 40 percent, from 10 to 80.",
        f"Words: offline. Voice: espeak. Language: en. Fably {json.loads(out('status', '--json'))['version']}.",
    ]  # fmt: skip
    assert [out("volume", one) for one in ("50", "+5", "-10")] == ["50\n", "55\n", "45\n"]
    assert out("volume", "--language", "tr") == "Ses düzeyi: yüzde 45, en az 10, en çok 80.\n"
    assert fably("ctl", "volume", "loud").returncode == 2
    out("tell", "a", "fox")
    assert out("status").splitlines()[0] == "Telling. a fox (0 %)"


def test_watching_shows_what_happens_until_it_is_stopped_or_nobody_reads(box: "subprocess.Popen[str]") -> None:
    with subprocess.Popen([*FABLY, "ctl", "watch"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as watch:
        assert watch.stdout is not None
        assert [watch.stdout.readline() for _ in range(3)][:1] == ["Waiting for a press.\n"]
        out("tell", "a", "fox")
        assert [watch.stdout.readline() for _ in range(2)] == ["Telling. a fox (0 %)\n", "Once upon a time,\n"]
        watch.send_signal(signal.SIGINT)
        assert watch.wait() == 130
    with subprocess.Popen([*FABLY, "ctl", "watch", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as watch:
        assert watch.stdout is not None
        assert watch.stderr is not None
        assert json.loads(watch.stdout.readline())["state"] == "telling"
        watch.stdout.close()
        out("stop")
        assert watch.wait() == 0
        assert watch.stderr.read() == ""


def test_a_wish_in_a_file_is_understood(box: "subprocess.Popen[str]") -> None:
    for name, rate, sample in (("wish.wav", 48_000, b"ab"), ("quiet.wav", 16_000, b"\0\0"), ("long.wav", 16_000, b"ab" * 30)):
        with wave.open(name, "wb") as file:
            file.setparams((1, 2, rate, 0, "NONE", ""))
            file.writeframes(sample * rate)
    assert out("hear", "wish.wav") == "a fox of 32000\n"
    assert json.loads(out("hear", "wish.wav", "--json", "--language", "tr")) == {"wish": "a fox of 32000", "sure": True}
    quiet = fably("ctl", "hear", "quiet.wav")
    assert (quiet.returncode, quiet.stdout) == (1, "")
    assert quiet.stderr == "Nobody speaks in that sound, as far as can be heard.\n"
    for name, says in (
        ("long.wav", "20 seconds are the most"),
        ("nowhere.wav", "nowhere.wav cannot be read"),
        (__file__, "is no WAV file"),
    ):
        done = fably("ctl", "hear", name)
        assert (done.returncode, done.stdout) == (2, "")
        assert says in done.stderr
    assert [one[:3] for one in asked(box)] == [["hear", 32_000, "en"], ["hear", 32_000, "tr"], ["hear", 32_000, "en"], ["restart"]]


def test_settings_are_set_seen_and_taken_back(box: "subprocess.Popen[str]") -> None:
    assert out("set", "language=tr", "age=4", "FABLY_VOLUME=30").startswith("Saved: language, age, volume. `fably ctl restart`")
    assert out("settings", "age") == "age                        4  (settings.env)  yeniden başlayınca\n"
    out("set", "age=")
    assert out("settings", "age") == "age                        5  (default)\n"
    done = fably("ctl", "set", "OPENAI_API_KEY", given="sk-canary-0123\n")
    assert done.returncode == 0
    shown = out("settings")
    assert "openai_api_key             ayarlı, sonu …23  (settings.env)" in shown
    assert "canary" not in shown + done.stdout + out("settings", "--json")


def test_a_key_is_asked_for_at_a_terminal_and_not_shown(box: "subprocess.Popen[str]") -> None:
    ours, its = os.openpty()
    try:
        with subprocess.Popen(
            [*FABLY, "ctl", "set", "OPENAI_API_KEY"], stdin=its, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        ) as one:
            assert one.stderr is not None
            assert one.stderr.read(9) == b"Value of "  # getpass throws away what was typed before it asked
            os.write(ours, b"sk-canary-0123\n")
            said, more = one.communicate()
        assert (one.returncode, b"canary" in said + more) == (0, False)
    finally:
        os.close(ours)
        os.close(its)
    assert "set, ends in …23" in out("settings", "openai_api_key")


def test_an_empty_pipe_takes_no_key_away(box: "subprocess.Popen[str]") -> None:
    fably("ctl", "set", "OPENAI_API_KEY", given="sk-canary-0123\n")
    done = fably("ctl", "set", "OPENAI_API_KEY")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no value for OPENAI_API_KEY came" in done.stderr
    assert "set, ends in …23" in out("settings", "openai_api_key")


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (["set", "age=40"], 2, "fably: age: 40 is out of range; it goes from 2 to 12 years"),
        (["set", "agee=4"], 2, "fably: agee is not a setting; did you mean age?"),
        (["set", "openai_api_key=sk-1"], 2, "fably: OPENAI_API_KEY is a secret"),
        (["set", "output=x"], 2, "fably: output is set by whoever starts the box"),
        (["tell", "--story", "nobody"], 2, "fably: there is no story called 'nobody'"),
        (["press", "twice"], 2, "'twice' is not one of"),
        (["say", "one"], 2, "fably: digits are to be"),
        (["resume"], 1, "fably: no story was silenced"),
        (["next-voice"], 1, "fably: there is no sound card"),
    ],
)
def test_what_cannot_be_is_a_sentence_and_an_exit_code(box: "subprocess.Popen[str]", args: list[str], code: int, says: str) -> None:
    done = fably("ctl", *args)
    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    if args[0] == "resume":
        assert json.loads(fably("ctl", "resume", "--json").stdout) == {"ok": False, "error": "busy", "says": "no story was silenced"}


def test_where_no_box_is_that_is_said() -> None:
    done = fably("ctl", "stop")
    assert done.returncode == 1
    assert done.stderr.startswith("fably: no box answers at ")
    assert "`fably --loop` is one" in done.stderr
    assert "yanıt veren bir kutu yok" in fably("ctl", "stop", "--language", "tr").stderr
    assert "no box answers at elsewhere;" in fably("ctl", "stop", "--control-socket", "elsewhere").stderr


def test_a_spoilt_file_of_settings_can_be_mended_from_here(box: "subprocess.Popen[str]") -> None:
    Path("state").mkdir(exist_ok=True)
    Path("state/settings.env").write_text("FABLY_AGE=forty\n", encoding="utf-8")
    assert fably("a fox", "--output", "x.wav").returncode == 2
    done = fably("ctl", "set", "age=4")
    assert done.returncode == 0
    assert "FABLY_AGE: 'forty' is not a whole number" in done.stderr
    assert Path("state/settings.env").read_text(encoding="utf-8") == "FABLY_AGE=4\n"


def test_a_story_is_called_what_its_parent_calls_it(box: "subprocess.Popen[str]") -> None:
    keep(Path("stories"), "a fox")
    assert out("rename", "a-fox", "Fire", "and", "Milk") == "Done: a-fox.\n"
    assert Library(Path("stories")).story("a-fox").title == "Fire and Milk"
    assert "Fire and Milk" in fably("stories", "--stories-path", "stories").stdout
    done = fably("stories", "rename", "a-fox", "--stories-path", "stories")
    assert "a-fox is called: a fox" in done.stderr
    assert "Fire" not in fably("stories", "show", "a-fox", "--stories-path", "stories").stdout
