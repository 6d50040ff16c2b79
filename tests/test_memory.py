"""`fably memory report` and `fably memory leaks`, as they are typed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from ran import ran

from fably.commands.soaking import growth
from fably.memory.journal import NAME, Journal

MB = 1_000_000
STATE = Path("state")


def run(*args: str, script: str = "") -> subprocess.CompletedProcess[str]:
    if not script:
        return ran("memory", *args)
    return subprocess.run([sys.executable, "-c", script, "memory", *args], capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(autouse=True)
def state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FABLY_STATE_PATH", str(STATE))


@pytest.fixture
def noted() -> None:
    journal = Journal(STATE / "memory.jsonl")
    journal.note("checkpoint", name="start", pss=31 * MB)
    journal.note("sample", state="start", pss=31 * MB, limit=400 * MB, processes={"fably": 31 * MB})
    journal.note("load", engine="piper", model="en_US-joe-medium", seconds=1.7, pss=132 * MB, peak=178 * MB, before=31 * MB, after=163 * MB)
    journal.note("checkpoint", name="telling", pss=165 * MB)
    journal.note("unload", engine="piper", model="en_US-joe-medium", seconds=0.1, why="idle", peak=214 * MB, back=132 * MB, after=33 * MB)
    journal.note("refused", engine="whisper", model="small", needed=600 * MB, room=250 * MB)
    journal.note("switch", engine="piper", model="en_US-joe-medium", instead="piper with en_US-tiny-x_low")
    journal.note("warning", percent=81.2, pss=165 * MB)
    journal.note("buffers", words=2, sound=410_000)
    journal.note("buffers", words=3, sound=390_000)
    journal.flush()


def row(shown: str, first: str) -> list[str]:
    """The words of the first line that has `first` in it."""
    return next(line.split() for line in shown.splitlines() if first in line)


@pytest.mark.usefixtures("noted")
def test_the_report_has_what_was_loaded_and_left_and_at_what_cost() -> None:
    done = run("report")
    assert (done.returncode, done.stderr) == (0, "")
    assert "MB of memory" in done.stdout
    assert row(done.stdout, "piper    en_US") == ["piper", "en_US-joe-medium", "1", "1.7", "214.0", "1", "132.0", "0", "0"]
    assert row(done.stdout, "left ")[2:] == ["left", "piper", "en_US-joe-medium", "0.1", "214.0", "132.0", "idle"]
    assert row(done.stdout, "600.0 >")[-4:] == ["600.0", ">", "250.0", "MB"]
    assert "in the place of piper with en_US-tiny-x_low" in done.stdout
    assert row(done.stdout, "memory is tight")[-2:] == ["81", "%"]
    assert row(done.stdout, "  telling ") == ["telling", "1", "165.0", "165.0", "165.0"]
    assert "more than 3 passages of words waited to be spoken, and 0.41 MB of sound to be heard" in done.stdout
    assert "\n  start" in done.stdout
    assert "█████" in done.stdout


@pytest.mark.usefixtures("noted")
def test_the_same_for_programs() -> None:
    done = run("report", "--json")
    found = json.loads(done.stdout)
    assert found["machine"]["total"] > found["machine"]["available"] > 0
    assert found["limit"]["total"] >= found["limit"]["room"] > 0
    assert [one["what"] for one in found["events"]] == ["load", "unload", "refused", "switch", "warning"]
    assert found["engines"][0] == {
        "engine": "piper", "model": "en_US-joe-medium", "loads": 1, "seconds": 1.7, "peak": 214 * MB, "unloads": 1, "back": 132 * MB,
        "refused": 0, "died": 0,
    }  # fmt: skip
    assert [one["name"] for one in found["checkpoints"]] == ["start", "telling"]
    assert [one["pss"] for one in found["timeline"]] == [31 * MB, 31 * MB, 163 * MB, 165 * MB, 33 * MB]


def test_the_limit_is_the_one_that_is_set() -> None:
    limit = json.loads(run("report", "--json", "--memory-limit", "80M").stdout)["limit"]
    assert limit["room"] <= limit["total"] <= 80 * MB, "less than nothing is left where another Fably takes more"


@pytest.mark.usefixtures("noted")
def test_a_picture_of_it() -> None:
    done = run("report", "--plot", "box.svg", "--language", "tr")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "Resim burada: box.svg\n")
    picture = Path("box.svg").read_text(encoding="utf-8")
    assert "Fably&#x27;nin tüm süreçlerinin belleği" in picture
    assert "sınır 400 MB" in picture


def test_nothing_noted_is_a_report_of_the_machine_and_no_picture() -> None:
    done = run("report")
    assert (done.returncode, done.stderr) == (0, "")
    assert "MB of memory" in done.stdout
    assert f"Nothing has been noted yet in {STATE / 'memory.jsonl'}" in done.stdout
    done = run("report", "--plot", "box.svg")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("fably: Nothing has been noted yet")
    assert not Path("box.svg").exists()


@pytest.mark.usefixtures("noted")
def test_a_picture_that_cannot_be_written_is_one_sentence() -> None:
    done = run("report", "--plot", "box.png")
    assert (done.returncode, done.stderr) == (2, "fably: --plot: box.png is no name for a picture of ours; give it one that ends in .svg\n")
    done = run("report", "--plot", "nowhere/box.svg")
    assert (done.returncode, done.stderr) == (2, "fably: --plot: nowhere/box.svg cannot be written: No such file or directory\n")


def test_a_fably_that_runs_is_seen_with_what_it_takes() -> None:
    # its sound goes into a pipe that nobody reads: it waits for ever
    with subprocess.Popen(
        [sys.executable, "-m", "fably", "a fox", "--output", "-"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as telling:
        assert telling.stdout is not None
        telling.stdout.read(1)
        now = json.loads(run("report", "--json").stdout)["now"]
        telling.kill()
    found = next(one for one in now if one["pid"] == telling.pid)
    assert 15 * MB < found["pss"] < 100 * MB
    assert found["processes"]["fably"] == found["pss"]


LEAKING = """
import sys
from fably.commands import soaking
from fably.cli import main
kept, give_back = [], soaking.give_back
def leaking():
    kept.append(bytearray(b"x" * 60_000))
    give_back()
soaking.give_back = leaking
main(sys.argv[1:])
"""


def test_stories_that_leave_something_behind_are_found_out_and_leave_no_story() -> None:
    done = run("leaks", "--count", "8", script=LEAKING)
    assert done.returncode == 1, done.stderr
    assert done.stderr == ""
    head, *rows, verdict = done.stdout.splitlines()
    assert head.startswith("Stories told into nothing: 8.")
    assert [line.split()[0] for line in rows] == [str(number) for number in range(1, 9)]
    assert all(100 > float(pss) > float(own) > 10 for _number, pss, own in map(str.split, rows))
    assert verdict.startswith("Memory grows: ")
    assert [path.name for path in STATE.iterdir()] in ([], [NAME])


def test_what_a_killed_one_has_left_is_swept_and_two_at_once_are_refused() -> None:
    left = STATE / "leaks" / "stories" / ".telling-a-fox"
    left.mkdir(parents=True)
    command = [sys.executable, "-m", "fably", "memory", "leaks", "--count", "10000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline().startswith("Stories told into nothing")
        second = run("leaks")
        first.kill()
    assert not left.exists()
    assert (second.returncode, second.stdout) == (2, "")
    assert second.stderr == f"fably: another `fably memory leaks` is at work in {STATE / 'leaks'}; wait for it\n"


def test_a_count_that_is_too_small_to_say_anything() -> None:
    assert run("leaks", "--count", "3").returncode == 2


# KB after each of sixty stories, as they were measured: caches fill, and a table doubles at the fifty-second.
LEVEL = [
    19370, 19513, 19829, 19870, 19907, 19923, 19952, 19976, 20005, 20013, 20042, 20054, 20079, 20091, 20304,
    20312, 20320, 20316, 20328, 20324, 20324, 20333, 20324, 20333, 20337, 20353, 20730, 20709, 20722, 20709,
    20734, 20779, 20799, 20816, 20947, 20935, 20943, 20951, 20963, 20972, 20972, 21008, 21000, 21004, 20996,
    21000, 21008, 21012, 20996, 21017, 21000, 21561, 21570, 21561, 21598, 21619, 21615, 21635, 21643, 21631,
]  # fmt: skip


def test_what_was_measured_is_level_and_a_leak_on_top_of_it_is_none() -> None:
    assert 0 <= growth(LEVEL) < 20
    assert growth([one + 25 * number for number, one in enumerate(LEVEL)]) > 20
    assert growth([one + 300 * (number // 4) for number, one in enumerate(LEVEL)]) > 20, "in lumps, every fourth story"
    assert growth([100.0] * 8) == 0


@pytest.mark.long
def test_a_hundred_stories_leave_nothing_behind() -> None:
    done = subprocess.run([sys.executable, "-m", "fably", "memory", "leaks"], capture_output=True, text=True, timeout=1200, check=False)
    assert done.returncode == 0, done.stdout
