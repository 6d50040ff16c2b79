"""The last lines of a box outlive it: a kill, a power cut, and whoever else writes; and a card is not worn by them."""

import json
import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fably import kept_lines, logs
from fably.core import appending
from fably.kept_lines import BEGINS, ENDS, LARGEST, NAME, Kept, boot_id, read

LOG = logging.getLogger("fably.test")


@pytest.fixture
def syncs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Each time that the card was asked to keep what there is."""
    asked: list[int] = []
    real = os.fdatasync

    def sync(number: int) -> None:
        real(number)
        asked.append(number)

    monkeypatch.setattr(os, "fdatasync", sync)
    return asked


def test_what_is_logged_is_kept_between_a_beginning_and_an_end(tmp_path: Path) -> None:
    with logs.kept(tmp_path, ["sk-canary-0123456789"]):
        LOG.info("telling")
        LOG.debug("this is for --debug")
        LOG.warning("the key sk-canary-0123456789 is refused")
    found = read(tmp_path / NAME)
    assert [(one["what"], one["says"]) for one in found] == [
        (BEGINS, ""), ("info", "fably.test: telling"), ("warning", "fably.test: the key … is refused"), (ENDS, ""),
    ]  # fmt: skip
    assert {(one["pid"], one["boot"]) for one in found} == {(os.getpid(), boot_id())}
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o600, "lines may say more than others should read"
    assert logging.getLogger("fably").handlers == []
    assert logging.getLogger("fably").level == logging.NOTSET


def test_a_name_that_is_no_utf_8_ends_nothing(tmp_path: Path) -> None:
    with logs.kept(tmp_path):
        LOG.warning("%s cannot be read", os.fsdecode(b"/media/m\xe4rchen"))
        LOG.info("telling")
    assert [one["says"] for one in read(tmp_path / NAME)[1:-1]] == ["fably.test: /media/m\udce4rchen cannot be read", "fably.test: telling"]


def test_a_fault_is_kept_with_where_it_came_from(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), logs.kept(tmp_path):
        _ = 1 // 0
    *_, fault, end = read(tmp_path / NAME)
    assert "ZeroDivisionError" in fault["says"]
    assert end["what"] == ENDS


DYING = """
import logging, os, signal, sys
from pathlib import Path
from fably import logs
with logs.kept(Path(sys.argv[1])):
    logging.getLogger("fably.test").info("the last line")
    print("said", flush=True)
    signal.pause()
"""


def test_who_is_killed_leaves_the_last_lines_and_no_end(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", DYING, tmp_path], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "said\n"
        deadline = time.monotonic() + 30
        while len(read(tmp_path / NAME)) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert [one["says"] for one in read(tmp_path / NAME)] == ["", "fably.test: the last line"]


def test_what_is_shown_without_it_is_shown_with_it() -> None:
    """Python shows warnings on standard error where nobody has said otherwise; a handler of ours must not end that."""
    script = "import logging; from pathlib import Path; from fably import logs\nwith logs.kept(Path('.')):\n logging.getLogger('fably.x').warning('careful')\n logging.getLogger('fably.x').info('hush')"  # noqa: E501 - a program
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == "careful\n"


def test_the_file_keeps_within_its_bounds_and_the_newest_stay(tmp_path: Path) -> None:
    file = tmp_path / NAME
    for number in range(3000):
        appending.append(file, f"{json.dumps({'at': '', 'boot': '', 'pid': number, 'what': 'info', 'says': 'x' * 50})}\n".encode(), LARGEST)
    assert file.stat().st_size <= LARGEST + 200
    found = read(file)
    assert found[-1]["pid"] == 2999
    assert len(found) > 200
    assert not list(tmp_path.glob(".fably-*")), "nothing is left beside it"


def test_half_a_line_as_a_power_cut_leaves_it_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / NAME
    with logs.kept(tmp_path):
        LOG.info("before")
    file.write_bytes(file.read_bytes()[:-20] + b"\0" * 30)
    with logs.kept(tmp_path):
        LOG.info("after")
    assert [one["says"] for one in read(file) if one["says"]] == ["fably.test: before", "fably.test: after"]
    assert read(tmp_path / "nowhere") == []


def line(level: int, says: str) -> logging.LogRecord:
    return logging.LogRecord("fably.test", level, "", 0, says, None, None)


def until(count: int, syncs: list[int]) -> None:
    deadline = time.monotonic() + 30
    while len(syncs) < count and time.monotonic() < deadline:
        time.sleep(0.005)
    assert len(syncs) >= count


def test_a_warning_is_on_the_card_at_once_but_not_more_often_than_it_can_bear(
    tmp_path: Path, syncs: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_lines, "OFTEN", 4)
    hour = [0.0]
    kept = Kept(tmp_path / NAME, clock=lambda: hour[0])
    until(1, syncs)  # for the beginning
    for count in (2, 3, 4):
        kept.emit(line(logging.WARNING, "again"))
        until(count, syncs)
    for _ in range(10):
        kept.emit(line(logging.WARNING, "and again"))
    kept.close()
    assert len(syncs) == 4, "that was enough for an hour"
    assert len(read(tmp_path / NAME)) == 15, "they are kept all the same"
    hour[0] = 4000.0
    kept = Kept(tmp_path / NAME, clock=lambda: hour[0])
    until(5, syncs)
    kept.close()


def test_lines_that_are_no_warnings_are_asked_for_together_and_later(
    tmp_path: Path, syncs: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_lines, "SOON", 0.2)
    kept = Kept(tmp_path / NAME)
    until(1, syncs)
    for _ in range(50):
        kept.emit(line(logging.INFO, "idle"))
    until(2, syncs)
    kept.close()
    assert len(syncs) < 20, "one for all of them, or some more on a machine that was away for a moment"


def test_a_disk_that_takes_nothing_keeps_nobody_waiting(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with logs.kept(tmp_path / "file" / "below"):
        LOG.warning("nobody will read this")
