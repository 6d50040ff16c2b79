"""`fably stories …`: everything a parent may want of the shelf, and a clear sentence for everything that cannot be."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from keeping import FORMAT, keep

from fably.cli import main
from fably.core.errors import LibraryError
from fably.library.catalogue import Catalogue
from fably.library.library import Library
from fably.library.locking import MARKS
from fably.library.names import TELLING
from fably.library.record import Record

SHELF = Path("stories")


def fably(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(["stories", *arguments, "--stories-path", str(SHELF)] if arguments else ["--stories-path", str(SHELF), "stories"])
    return int(left.value.code or 0)


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> pytest.CaptureFixture[str]:
    """What is printed, with two stories on the shelf."""
    keep(SHELF, "a fox")
    keep(SHELF, "an owl", complete=False)
    capsys.readouterr()
    return capsys


def test_the_list(told: pytest.CaptureFixture[str]) -> None:
    assert fably() == 0
    rows = told.readouterr().out.splitlines()
    assert {name: "…" in row for row in rows for name in ("a-fox", "an-owl") if name in row.split()} == {"a-fox": False, "an-owl": True}
    assert fably("list", "--count", "1") == 0
    out = told.readouterr()
    assert len(out.out.splitlines()) == 1
    assert "1 older" in out.err


def test_a_story_is_shown_with_all_that_is_known_of_it(told: pytest.CaptureFixture[str]) -> None:
    assert fably("show", "a-f") == 0
    out = told.readouterr().out
    assert "Once upon a time, a fox." in out
    assert "query:         a fox" in out


def test_deleting_has_a_way_back_until_it_is_for_good(told: pytest.CaptureFixture[str]) -> None:
    assert fably("delete", "a-fox") == 0
    assert "fably stories restore a-fox" in told.readouterr().err
    assert fably("show", "a-fox") == 1
    told.readouterr()
    assert fably("list", "--deleted") == 0
    assert "a-fox" in told.readouterr().out
    keep(SHELF, "a fox")
    assert fably("restore", "a-fox") == 0
    assert sorted(path.name for path in SHELF.iterdir() if path.name[0] != ".") == ["a-fox", "a-fox-2", "an-owl"]
    assert fably("delete", "a-fox-2", "--for-good") == 0
    assert fably("restore", "a-fox-2") == 1
    fably("delete", "a-fox")
    assert fably("delete", "a-fox", "--for-good") == 0
    assert not (SHELF / ".deleted" / "a-fox").exists()


def test_favourites_have_a_star(told: pytest.CaptureFixture[str]) -> None:
    assert fably("favourite", "a-fox") == 0
    told.readouterr()
    fably("list")
    assert [row for row in told.readouterr().out.splitlines() if "*" in row and "a-fox" in row]
    assert fably("favourite", "a-fox", "--off") == 0
    told.readouterr()
    fably("list")
    assert "*" not in told.readouterr().out


def test_a_name_may_be_cut_short_but_not_so_that_it_means_two(told: pytest.CaptureFixture[str]) -> None:
    assert fably("show", "an") == 0
    told.readouterr()
    assert fably("show", "a") == 1
    assert "several stories" in told.readouterr().err


@pytest.mark.parametrize("name", ["../secret", "/etc", ".deleted", "nobody", "a\x01b", "x" * 300])
@pytest.mark.parametrize("command", ["show", "play", "delete", "resume", "restore"])
def test_a_name_is_never_a_way_out(told: pytest.CaptureFixture[str], name: str, command: str) -> None:
    Path("secret").mkdir()
    Path("secret/paragraph_0.txt").write_text("secret", encoding="utf-8")
    assert fably(command, name) == 1
    err = told.readouterr().err
    assert "story" in err
    assert "Traceback" not in err
    assert Path("secret/paragraph_0.txt").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["resume", "a-fox"], 1, "was told to its end"),
        (["export", "a-fox", "x.mp4"], 2, ".txt, .wav or .opus"),
        (["export", "a-fox", "nowhere/x.txt"], 2, "cannot be written"),
        (["export", "an-owl", "x.wav"], 1, "not all of an-owl has sound"),
        (["list", "--count", "0"], 2, "--count"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(told: pytest.CaptureFixture[str], arguments: list[str], code: int, sentence: str) -> None:
    assert fably(*arguments) == code
    err = told.readouterr().err
    assert sentence in err
    assert "Traceback" not in err


def test_stories_about_something_are_a_wish(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FABLY_OUTPUT", "x.wav")
    with pytest.raises(SystemExit):
        main(["stories", "about", "frogs", "--stories-path", "s"])
    assert "frog" in capsys.readouterr().out


def test_without_a_library_there_is_nothing_to_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert fably("list") == 0
    assert "No story is kept" in capsys.readouterr().err
    assert fably("resume") == 1
    assert not SHELF.exists()


def test_two_processes_on_one_library(tmp_path: Path) -> None:
    """Ten at once, of one wish and of others: each keeps its own story, and none is lost or swept away by another."""
    environment = {**os.environ, "FABLY_STORIES_PATH": str(SHELF.absolute()), "FABLY_IGNORE_CACHE": "1"}
    wishes = ["a fox"] * 6 + ["an owl", "a bear", "a cow", "a cat"]
    teller = [sys.executable, "-m", "fably"]
    running = [
        subprocess.Popen([*teller, wish, "--output", f"{number}.wav"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for number, wish in enumerate(wishes)
    ]
    for _ in range(5):
        subprocess.run([*teller, "stories", "list"], env=environment, stdout=subprocess.DEVNULL, check=True)
    for process in running:
        _out, err = process.communicate()
        assert (process.returncode, b"cannot be kept" in err) == (0, False), err
    folders = [path for path in SHELF.iterdir() if path.name[0] != "."]
    stories = [Library(SHELF).story(folder.name) for folder in folders]
    assert sorted(one.query for one in stories) == sorted(wishes)
    assert all(one.complete and len(one.clips) == len(one.passages) for one in stories)
    assert [path.name for path in SHELF.iterdir() if path.name.startswith((TELLING, MARKS))] == []


def test_what_a_crash_left_behind_becomes_a_partial_story_and_what_is_being_told_does_not() -> None:
    keep(SHELF, "a fox")
    (SHELF / "a-fox").rename(SHELF / f"{TELLING}a-fox")
    (SHELF / f"{TELLING}nothing").mkdir()
    (SHELF / f"{TELLING}nothing" / "story.wav").write_bytes(bytes(44))
    (SHELF / MARKS).mkdir(exist_ok=True)
    for name in ("a-fox", "nothing", "gone"):
        (SHELF / MARKS / name).touch()

    async def scene() -> list[str]:
        library = Library(SHELF)
        record = await library.begin(lambda: "an-owl", dict, FORMAT)
        await library.sweep()
        names = sorted(path.name for path in [*SHELF.iterdir(), *(SHELF / MARKS).iterdir()])  # noqa: ASYNC240 - nobody waits
        await record.finish(complete=False)
        return names

    assert asyncio.run(scene()) == [MARKS, f"{TELLING}an-owl", "a-fox", "an-owl"]
    (SHELF / "a-fox").rename(SHELF / f"{TELLING}a-fox")
    assert [one.name for one in Catalogue(SHELF).page()[0]] == ["a-fox"], "without its mark too, when all are looked through"


def test_a_library_that_is_read_only_is_told_from(told: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """As root may write everywhere, the disk's refusal is put in its place where the writing begins."""

    async def refuse(_self: Record) -> Record:
        raise LibraryError("stories: Read-only file system")

    monkeypatch.setattr(Record, "begin", refuse)
    monkeypatch.setenv("FABLY_OUTPUT", "x.wav")
    assert fably("play", "an-owl") == 0
    out = told.readouterr()
    assert "Good night." in out.out
    assert "Read-only" in out.err
