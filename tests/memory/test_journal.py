"""The journal: kept through power cuts, small, shared, and no trouble to anybody."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from fably.memory import journal
from fably.memory.journal import MOST_WAITING, REMEMBERED, Journal, Note, read

SCRIPT = """
import sys
from datetime import datetime
from pathlib import Path
from fably.memory import journal
file, name, count, journal.LARGEST = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
notes = journal.Journal(file)
for number in range(count):
    notes.note("load", engine=name, seconds=0.25, number=number)
    if number % 3 == 0:
        notes.flush()
notes.flush()
"""


class Clock:
    """Time that passes when it is told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def written() -> None:
    """Wait for those who write."""
    for thread in threading.enumerate():
        if thread.name == "journal":
            thread.join()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "memory.jsonl"


def test_a_note_is_one_line_with_its_time(file: Path) -> None:
    notes = Journal(file)
    notes.note("load", engine="piper", model="en_US-joe-medium", seconds=1.73219, pss=132_000_000, why=None)
    notes.note("sample", state="telling", processes={"fably": 41, "piper": 132})
    notes.flush()
    first, second = file.read_text(encoding="utf-8").splitlines()
    assert json.loads(first)["seconds"] == 1.732
    assert [one["what"] for one in read(file)] == ["load", "sample"]
    assert json.loads(second)["processes"] == {"fably": 41, "piper": 132}
    assert datetime.fromisoformat(json.loads(first)["at"]).tzinfo is not None
    assert notes.last(5) == read(file)
    assert notes.last(1) == read(file)[1:]
    assert notes.last(0) == []


def test_what_json_does_not_have_is_nothing(file: Path) -> None:
    notes = Journal(file)
    notes.note("slow", speed=float("inf"), other=float("nan"))
    notes.flush()
    assert "Infinity" not in file.read_text(encoding="utf-8")
    assert (read(file)[0]["speed"], read(file)[0]["other"]) == (None, None)


def test_lines_are_gathered_for_a_minute(file: Path) -> None:
    clock = Clock()
    notes = Journal(file, clock=clock)
    notes.note("load", engine="piper")
    clock.now += journal.GATHERED - 1
    notes.note("unload", engine="piper")
    notes.write_due()
    written()
    assert not file.exists()
    clock.now += 2
    notes.write_due()
    written()
    assert [one["what"] for one in read(file)] == ["load", "unload"]
    notes.note("load", engine="piper")
    written()
    assert len(read(file)) == 2, "the next minute begins with it"


@pytest.mark.parametrize("what", ["refused", "died", "critical"])
def test_what_may_be_the_last_word_is_written_at_once_with_what_led_to_it(file: Path, what: str) -> None:
    notes = Journal(file)
    notes.note("load", engine="piper")
    notes.note(what, engine="piper")
    written()
    assert [one["what"] for one in read(file)] == ["load", what]


def test_without_a_file_it_is_kept_in_memory_and_bounded() -> None:
    notes = Journal(None)
    for number in range(10 * REMEMBERED):
        notes.note("died", number=number)
    notes.flush()
    assert [one["number"] for one in notes.last(10 * REMEMBERED)] == list(range(9 * REMEMBERED, 10 * REMEMBERED))


def test_what_waits_is_bounded(file: Path) -> None:
    notes = Journal(file)
    for number in range(3 * MOST_WAITING):
        notes.note("load", number=number)
    notes.flush()
    assert [one["number"] for one in read(file)] == list(range(2 * MOST_WAITING, 3 * MOST_WAITING))


def no_folder(tmp_path: Path) -> Path:
    (tmp_path / "state").write_text("a file", encoding="utf-8")
    return tmp_path / "state" / "memory.jsonl"


def a_folder(tmp_path: Path) -> Path:
    (tmp_path / "memory.jsonl").mkdir()
    return tmp_path / "memory.jsonl"


@pytest.mark.parametrize("where", [lambda _path: Path("/dev/full"), no_folder, a_folder])
def test_a_disk_that_takes_nothing_is_no_matter(tmp_path: Path, where: Callable[[Path], Path]) -> None:
    notes = Journal(where(tmp_path))
    notes.note("died", engine="piper")
    notes.note("load", engine="piper")
    notes.flush()
    written()
    assert len(notes.last(5)) == 2


def test_half_a_line_is_passed_over_and_the_next_one_is_whole(file: Path) -> None:
    notes = Journal(file)
    notes.note("load", engine="piper", model="türkçe")
    notes.flush()
    whole = file.read_bytes()
    for cut in range(1, len(whole)):
        file.write_bytes(whole + whole[:cut])
        notes.note("unload", engine="piper")
        notes.flush()
        found = [one["what"] for one in read(file)]
        assert found == ["load", "load", "unload"] if cut == len(whole) - 1 else ["load", "unload"], cut


@pytest.mark.parametrize(
    "line", [b"", b"\0" * 40, b"[1]", b"12", b'{"at": 3, "what": "load"}', b'{"at": "yesterday", "what": "load"}', b"[" * 100_000,
             b'{"at": "2026-11-21T17:00:00", "what": "load"}',
             b'{"at": "0001-01-01T00:00:00+14:00", "what": "load"}', b'{"at": "2026-11-21T17:00:00+00:00"}', b"\xff\xfe"]
)  # fmt: skip
def test_nonsense_is_passed_over(file: Path, line: bytes) -> None:
    file.parent.mkdir()
    good = b'{"at": "2026-11-21T17:00:00+00:00", "what": "load"}'
    file.write_bytes(b"\n".join([good, line, good]) + b"\n")
    assert len(read(file)) == 2


def test_no_file_is_an_empty_journal(file: Path) -> None:
    assert read(file) == []


def together(file: Path, count: int, largest: int) -> dict[str, list[Note]]:
    """What is in the file after three processes have written into it at once, by process."""
    names = ["a", "b", "c"]
    started = [subprocess.Popen([sys.executable, "-c", SCRIPT, file, name, str(count), str(largest)]) for name in names]
    assert [one.wait() for one in started] == [0, 0, 0]
    assert all(line.startswith(b"{") and line.endswith(b"}") for line in file.read_bytes().splitlines())
    return {name: [one for one in read(file) if one["engine"] == name] for name in names}


def test_several_processes_write_at_once(file: Path) -> None:
    for notes in together(file, 150, journal.LARGEST).values():
        assert [one["number"] for one in notes] == list(range(150))


def test_above_its_size_the_older_half_goes_and_nothing_else(file: Path) -> None:
    by_process = together(file, 400, 20_000)
    assert file.stat().st_size <= 20_000
    assert sum(map(len, by_process.values())) > 50
    for notes in by_process.values():
        numbers = [one["number"] for one in notes]
        assert numbers == list(range(numbers[0], 400)) if numbers else True, "one that was done early may be gone"
    assert [one.name for one in file.parent.iterdir()] == [file.name]


def test_a_name_that_is_no_utf_8_is_written_too(file: Path) -> None:
    notes = Journal(file)
    notes.note("load", engine="piper m\udce4rchen.onnx")
    notes.flush()
    assert [one["engine"] for one in read(file)] == ["piper m\udce4rchen.onnx"]
