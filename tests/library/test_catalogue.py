"""The list is right whatever happened to the folders, and reads no more of ten thousand stories than of ten."""

import asyncio
import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from keeping import PASSAGES, keep

from fably.library import catalogue
from fably.library.catalogue import FOLDER, Catalogue
from fably.library.library import Library
from fably.library.names import numbered
from fably.library.story import Story, read_story
from fably.library.writer import change_info


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A library with three stories."""
    for wish in ("a fox", "an owl", "a bear"):
        keep(tmp_path / "stories", wish, complete=wish != "an owl")
    return tmp_path / "stories"


def names(shelf: Path) -> list[str]:
    return sorted(entry.name for entry in Catalogue(shelf).page()[0])


def test_a_line_says_what_it_is(shelf: Path) -> None:
    entries, total = Catalogue(shelf).page()
    assert total == 3
    found = {entry.name: entry for entry in entries}
    assert (found["a-fox"].query, found["a-fox"].language, found["a-fox"].state) == ("a fox", "tr", "complete")
    assert found["an-owl"].state == "partial"
    assert found["a-fox"].seconds == pytest.approx(0.1)


def test_what_comes_goes_and_changes_is_seen(shelf: Path) -> None:
    assert names(shelf) == ["a-bear", "a-fox", "an-owl"]
    keep(shelf, "a cow")
    shutil.rmtree(shelf / "a-fox")
    assert names(shelf) == ["a-bear", "a-cow", "an-owl"]
    (shelf / "a-cow").rename(shelf / "the-cow")
    assert names(shelf) == ["a-bear", "an-owl", "the-cow"]
    bear = Library(shelf).story("a-bear")
    change_info(bear, favourite=True, query="a big bear")
    assert [(one.query, one.favourite) for one in Catalogue(shelf).page()[0] if one.name == "a-bear"] == [("a big bear", 1)]


def test_newest_first_a_page_at_a_time_and_of_one_state(shelf: Path) -> None:
    for number, name in enumerate(("a-bear", "a-fox", "an-owl")):
        change_info(Library(shelf).story(name), created=f"2026-0{number + 1}-01T20:00:00")
    assert [one.name for one in Catalogue(shelf).page(2)[0]] == ["an-owl", "a-fox"]
    assert [one.name for one in Catalogue(shelf).page(2, 2)[0]] == ["a-bear"]
    last = Catalogue(shelf).broken_off()
    assert last is not None
    assert last.name == "an-owl"


def test_what_cannot_be_told_is_not_listed(shelf: Path) -> None:
    (shelf / "empty").mkdir()
    (shelf / "file").write_text("x", encoding="utf-8")
    (shelf / ".telling-x").mkdir()
    assert names(shelf) == ["a-bear", "a-fox", "an-owl"]


def test_a_catalogue_that_is_broken_is_made_anew(shelf: Path) -> None:
    names(shelf)
    (shelf / FOLDER / "stories.sqlite").write_bytes(b"garbage" * 1000)
    assert names(shelf) == ["a-bear", "a-fox", "an-owl"]
    assert names(shelf) == ["a-bear", "a-fox", "an-owl"]
    with sqlite3.connect(shelf / FOLDER / "stories.sqlite") as database:
        assert database.execute("select count(*) from story").fetchone() == (3,)
    database.close()


def test_a_library_that_cannot_be_written_is_listed_all_the_same(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_more: object) -> None:
        raise PermissionError(30, "Read-only file system")

    monkeypatch.setattr(Path, "mkdir", refuse)  # root may write everywhere
    assert names(shelf) == ["a-bear", "a-fox", "an-owl"]
    assert not (shelf / FOLDER).exists()


def test_ten_thousand_stories_cost_no_more_than_ten(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read is counted: a list, and asking for a story again."""
    for number in range(2, 10_001):
        folder = shelf / numbered("a-story", number)
        folder.mkdir()
        os.link(shelf / "a-fox" / "info.yaml", folder / "info.yaml")
        os.link(shelf / "a-fox" / "paragraph_0.txt", folder / "paragraph_0.txt")
    os.utime(shelf, (1, 1))  # longer ago than the grain of the disk's clock
    reads: list[Path] = []

    def counted(folder: Path, **more: bool) -> Story | None:
        reads.append(folder)
        return read_story(folder, **more)

    scans: list[Path] = []
    listdir = os.listdir

    def counting(where: Path) -> list[str]:
        scans.extend([where] if where == shelf else [])
        return listdir(where)

    monkeypatch.setattr(catalogue, "read_story", counted)
    assert Catalogue(shelf).page(20)[1] == 10_002
    assert len(reads) == 10_002, "once"
    reads.clear()
    monkeypatch.setattr(os, "listdir", counting)
    assert len(Catalogue(shelf).page(20)[0]) == 20
    assert (reads, scans) == ([], []), "and never again"
    (shelf / "a-story-5000").rename(shelf / "another")
    os.utime(shelf, (2, 2))
    assert Catalogue(shelf).page(20)[1] == 10_002
    assert [path.name for path in reads] == ["another"]
    scans.clear()
    library = Library(shelf)
    assert library.story("a-fox").text == "".join(one.lead + one.text for one in PASSAGES)
    assert library._find("an-owl") is not None
    asyncio.run(library.sweep())
    assert scans == []
