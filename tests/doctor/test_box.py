"""What is no provider: the sound card, the shelf, the settings."""

import time
from pathlib import Path

import pytest

from fably import __version__

from .conftest import Doctor, only

NO_CARD = "pcm.!default { type hw card 99 }\nctl.!default { type hw card 99 }\n"


def test_a_box_that_has_nothing_set_up_is_well(doctor: Doctor) -> None:
    done = doctor("--json")
    assert (done.code, done.json["version"]) == (0, __version__)
    first = done.json["findings"][:8]
    assert [one["check"] for one in first] == ["words", "voice", "ear", "sound", "library", "memory", "models", "settings"]
    assert [one["status"] for one in first if one["check"] not in ("ear", "memory")] == ["ok"] * 6
    assert only(done.of("machine"))["what"] in ("machine", "narrow")
    assert only(done.of("words"))["subject"] == "The offline storyteller"
    assert "gmw/en speaks" in str(only(done.of("voice"))["detail"])
    assert not (Path("home") / ".local").exists(), "it leaves nothing behind"


def test_no_sound_card_is_the_one_thing_that_keeps_a_box_silent(doctor: Doctor) -> None:
    Path("home/.asoundrc").write_text(NO_CARD, encoding="utf-8")
    done = doctor("--json", "--sound-device", "no such card")
    found = only(done.of("sound"))
    assert (done.code, found["subject"], found["status"]) == (1, "no such card", "failed")
    assert "cannot be opened" in str(found["detail"])
    assert "fably --output" in str(found["fix"])
    shown = doctor()
    assert shown.out.rstrip().endswith("What is to be done stands behind the arrows.")
    assert "A story can be told, but not heard: it would go into a file. Words: The offline storyteller." in shown.out
    assert shown.code == 1
    assert "No story can be told" in doctor("--output", "no/such/folder/story.wav").out, "there it would go nowhere"
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


@pytest.mark.parametrize(
    ("args", "environ", "says"),
    [
        (["--age", "x"], {}, "--age: 'x' is not a whole number"),
        ([], {"FABLY_AGE": "99"}, "FABLY_AGE: 99 is out of range"),
        ([], {"FABLY_LLM_PROVDER": "x"}, "FABLY_LLM_PROVDER is not a setting; did you mean FABLY_LLM_PROVIDER?"),
    ],
    ids=["flag", "value", "name"],
)
def test_a_setting_that_is_wrong_is_a_finding_for_people_and_programs(
    doctor: Doctor, args: list[str], environ: dict[str, str], says: str
) -> None:
    done = doctor("--json", *args, **environ)
    found = only(done.json["findings"])
    assert (done.code, done.err, done.json["ok"]) == (2, "", False)
    assert (found["check"], found["status"], bool(found["fix"])) == ("settings", "failed", True)
    assert says in str(found["detail"])
    shown = doctor(*args, **environ)
    assert (shown.code, shown.err) == (2, "")
    assert says in " ".join(shown.out.split())
    assert "No story can be told" in shown.out


def test_a_settings_file_that_is_wrong_is_a_finding_too(doctor: Doctor) -> None:
    Path(".env").write_text("FABLY_LLM_PROVDER=openai\n", encoding="utf-8")
    assert ".env: FABLY_LLM_PROVDER is not a setting" in str(only(doctor("--json").json["findings"])["detail"])


def test_where_no_engine_is_loaded_it_says_that_nobody_listens(doctor: Doctor) -> None:
    done = doctor("--json", "--external-services")
    found = only(done.of("ear"))
    assert (done.code, found["status"]) == (0, "warning")
    assert "--external-services loads no recogniser" in str(found["detail"])
    assert "OPENAI_API_KEY" in str(found["fix"])


def test_what_can_be_mended_is_mended_and_looked_at_again(doctor: Doctor) -> None:
    keys = Path("home/.local/state/fably/settings.env")
    keys.parent.mkdir(parents=True)
    keys.write_text("FABLY_AGE=4\n", encoding="utf-8")
    keys.chmod(0o644)
    found = next(one for one in doctor("--json").json["findings"] if one["what"] == "keys_open")
    assert (found["status"], found["repair"]) == ("warning", f"chmod 600 {keys.absolute()}")
    done = doctor("--json", "--fix")
    mended = [one for one in done.json["mended"] if one["check"] == "habits"]
    assert mended == [{"check": "habits", "command": f"chmod 600 {keys.absolute()}", "outcome": "done", "says": ""}]
    assert not [one for one in done.json["findings"] if one["what"] == "keys_open"]
    assert keys.stat().st_mode & 0o777 == 0o600
    assert "mended" not in doctor("--json").json


def test_a_report_to_attach_to_an_issue(doctor: Doctor) -> None:
    done = doctor("--bundle", "report.txt", OPENAI_API_KEY="sk-canary-0123456789", OPENAI_BASE_URL="http://127.0.0.1:9/v1")
    report = Path("report.txt").read_text(encoding="utf-8")
    assert str(Path("report.txt").absolute()) in done.err
    assert "have a look before you attach it" in done.err
    assert "canary" not in report
    assert f"== Fably {__version__}" in report
    assert '"check": "words"' in report
    assert "OPENAI_API_KEY=…" in report
    shown = doctor("--bundle", "-")
    assert shown.out.startswith("== Fably"), "nothing else is on standard output"
    wrong = doctor("--bundle", "no/such/folder/report.txt")
    assert (wrong.code, "--bundle: no/such/folder" in wrong.err) == (2, True)
