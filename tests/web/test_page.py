"""The page as somebody sees it who may: the list, a story, and what is said when there is no box."""

import sqlite3
from pathlib import Path

import pytest
from page import PASSWORD, a_box, page
from paging import look, press, stream
from shelves import STORIES, fill

from fably.library.catalogue import Catalogue
from fably.web.pairing import MOST
from fably.web.passwords import Password

pytest.importorskip("gradio", reason="gradio is not installed; ./tools/test installs it")


def test_without_a_box_stories_are_there_and_what_is_wished_for_is_answered(tmp_path: Path) -> None:
    fill(tmp_path / "state" / "stories")
    with page(tmp_path) as one:
        assert "a-fox-000001" in look(one)
        with stream(one) as events:
            said = b"".join(events.readline() for _ in range(5)).decode()
        assert '"event": "gone"' in said
        answer = press(one, "begin", "a fox", "", "", "", 0, "usual", "box")
        assert '"success":true' in answer.replace(" ", "")


def test_what_was_asked_of_the_box_from_the_page_is_what_the_box_hears(tmp_path: Path) -> None:
    fill(tmp_path / "state" / "stories")
    with a_box(tmp_path) as box, page(tmp_path) as one:
        press(one, "tell", "a-fox-000001|1")
        press(one, "go_on", "a-fox-000001|1")
        press(one, "go_on", "/the-camel-who-carried-books|1")
        press(one, "tell", "../../etc/passwd|1")
        press(one, "tell", "a-fox|1")
        press(one, "preview", "gmw/en")
        press(one, "softer")
        press(one, "pause", language="tr")
    assert [one[:2] for one in box.asked if one[0] != "room"] == [
        ("retell", "a-fox-000001"), ("sequel", "a-fox-000001"), ("sequel", "the-camel-who-carried-books"), ("retell", "a-fox-000001"),
        ("preview", "gmw/en"), ("pause",),
    ]  # fmt: skip
    assert box.now.volume.now == 35


def test_a_page_that_may_not_write_into_the_library_keeps_its_list_elsewhere(tmp_path: Path) -> None:
    root = tmp_path / "stories"
    fill(root)
    kept = tmp_path / "page" / "list.sqlite"
    entries, total = Catalogue(root, kept).page(2)
    assert (len(entries), total) == (2, 3)
    assert kept.exists()
    assert not (root / ".catalogue").exists()


@pytest.mark.parametrize(("wanted", "found"), [
    ("", 3), ("  ", 3), ("fox", 1), ("FO", 1), ("AYIN ŞARK", 1), ("Ayın şark", 1), ("fox hen", 0), ("ox", 0), ("alert", 1), ("%", 3),
    ("'; drop", 0),
])  # fmt: skip
def test_stories_are_found_by_the_beginnings_of_their_words(tmp_path: Path, wanted: str, found: int) -> None:
    fill(tmp_path / "stories")
    entries, total = Catalogue(tmp_path / "stories").page(10, 0, wanted)
    assert len(entries) == total == found
    assert {one.name for one in entries} <= set(STORIES)


def test_a_title_is_found_as_the_wish_is(tmp_path: Path) -> None:
    from fably.library.library import Library

    root = tmp_path / "stories"
    fill(root)
    library = Library(root)
    library.set_title(library.story("a-fox-000001"), "The red one")
    catalogue = Catalogue(root)
    assert [one.name for one in catalogue.page(10, 0, "red")[0]] == ["a-fox-000001"]
    assert catalogue.page(10, 0, "fox")[1] == 1


def test_a_list_that_was_spoilt_is_made_anew(tmp_path: Path) -> None:
    fill(tmp_path / "stories")
    file = tmp_path / "list.sqlite"
    file.write_bytes(b"no database" * 1000)
    assert Catalogue(tmp_path / "stories", file).page(10)[1] == 3
    assert Catalogue(tmp_path / "stories", file).page(10)[1] == 3
    with sqlite3.connect(file) as database:
        assert database.execute("select count(*) from story").fetchone() == (3,)
    database.close()


def test_who_asks_for_digits_where_no_box_is_learns_nothing_of_this_machine(tmp_path: Path) -> None:
    fill(tmp_path / "state" / "stories")
    with page(tmp_path, host="0.0.0.0") as one:  # noqa: S104 - for everybody at home
        assert 'type="password"' not in one.ask("GET", "/login").text, "there is none yet"
        answers = [one.ask("POST", "/pair") for _ in range(MOST + 1)]
    assert [answer.status for answer in answers] == [503] * (MOST + 1), "what is not said does not count"
    assert not any(str(tmp_path) in answer.text or "/run/" in answer.text for answer in answers)


def test_a_new_password_is_asked_of_who_types_and_logs_everybody_out(tmp_path: Path) -> None:
    """A page that is open learns of it at once."""
    fill(tmp_path / "state" / "stories")
    password = Password(tmp_path / "state" / "web" / "password")
    password.set(PASSWORD)
    with page(tmp_path, host="0.0.0.0") as one:  # noqa: S104 - for everybody at home
        assert one.log_in().status == 303
        assert one.ask("GET", "/en/").status == 200
        one.fably("web", "password", said="another good one\n")
        assert one.ask("GET", "/en/").status == 303
        assert one.log_in("another good one").status == 303
