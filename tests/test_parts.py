"""Files that are not whole yet: gone after success, failure and a kill."""

import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fably.core.parts import PREFIX, Part, sweep, written


def parts(folder: Path = Path()) -> list[str]:
    return [one for one in os.listdir(folder) if one.startswith(PREFIX)]  # noqa: PTH208


def test_it_takes_the_place_of_its_target_when_it_is_whole() -> None:
    target = Path("a.wav")
    target.write_text("old")
    with written(target) as part:
        part.write_text("new")
        assert (target.read_text(), part.suffix) == ("old", ".wav")
    assert target.read_text() == "new"
    assert parts() == []


def test_what_fails_leaves_nothing_and_the_old_one() -> None:
    target = Path("a.wav")
    target.write_text("old")
    with pytest.raises(UnicodeEncodeError), written(target) as part:
        part.write_text("\ud800", encoding="utf-8")
    assert target.read_text() == "old"
    assert parts() == []


def test_what_cannot_take_the_place_leaves_nothing() -> None:
    Path("a").mkdir()
    with pytest.raises(IsADirectoryError), written(Path("a")) as part:
        part.write_text("new")
    assert parts() == []


WRITES = """
import sys, time
from pathlib import Path
from fably.core.parts import Part
part = Part(Path("a.wav"))
part.path.write_text("half of it")
print(part.path.name, flush=True)
time.sleep(600)
"""


def test_what_a_killed_process_has_left_goes_with_the_next_and_what_is_being_written_stays() -> None:
    with subprocess.Popen([sys.executable, "-c", WRITES], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        try:
            with written(Path("b.wav")):
                assert name in parts(), "it is being written"
        finally:
            process.send_signal(signal.SIGKILL)
    assert parts() == [name]
    with written(Path("b.wav")):
        assert name not in parts()
    assert not Path("a.wav").exists()


def test_whatever_else_has_such_a_name_stays() -> None:
    Path(f"{PREFIX}folder").mkdir()
    Path("elsewhere").write_text("mine")
    Path(f"{PREFIX}link").symlink_to("elsewhere")
    os.mkfifo(f"{PREFIX}pipe.txt")
    sweep(Path())
    assert sorted(parts()) == [f"{PREFIX}folder", f"{PREFIX}link"]
    assert Path("elsewhere").read_text() == "mine"
    sweep(Path("nowhere"))


def test_what_was_left_in_the_state_directory_and_with_the_openers_goes_at_the_next_start() -> None:
    left = [Path("state", f"{PREFIX}1.json"), Path("state", "stories", ".openers", "0f", f"{PREFIX}2.wav")]
    for one in left:
        one.parent.mkdir(parents=True, exist_ok=True)
        one.write_text("half of it")
    told = [sys.executable, "-m", "fably", "a fox", "--output", "out.wav"]
    assert subprocess.run(told, env={**os.environ, "FABLY_STATE_PATH": "state"}, stdout=subprocess.DEVNULL, check=False).returncode == 0
    assert not any(one.exists() for one in left)


def test_it_is_dropped_once() -> None:
    part = Part(Path("a"))
    part.drop()
    part.drop()
    assert os.listdir() == ["home"]  # noqa: PTH208


def test_one_that_is_swept_away_before_it_is_locked_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process begins a file in the same folder in the very moment between two steps of ours."""
    lock, others = fcntl.flock, iter(["another"])

    def late(number: int, how: int) -> None:
        for _ in others:
            subprocess.run([sys.executable, "-c", "from fably.core.parts import sweep; import pathlib; sweep(pathlib.Path())"], check=True)
        lock(number, how)

    monkeypatch.setattr(fcntl, "flock", late)
    part = Part(Path("a.wav"))
    part.path.write_text("new")
    sweep(Path())  # takes away what nobody has locked
    part.keep()
    assert Path("a.wav").read_text() == "new"
