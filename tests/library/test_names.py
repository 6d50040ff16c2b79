"""A name is readable, short, never a path, and the same for the same words told in the same way."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fably.library.names import LONGEST, free, is_name, name_for, slug, versions


@given(st.text(max_size=300))
def test_a_name_is_readable_short_and_never_a_path(wish: str) -> None:
    name = name_for(wish, ["en"])
    assert 0 < len(name.encode()) <= LONGEST - len("-1000")
    assert is_name(name)
    assert not name.startswith((".", "-"))
    assert all(one.isalnum() or one == "-" for one in name)


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        ("A dragon's egg; touch pwned", "a-dragon-s-egg-touch-pwned"),
        ("../../etc", "etc"),
        ("", "story"),
        ("🐉", "story"),
        ("İri Ağaç", "iri-ağaç"),
        ("ö" * 200, "ö" * 32),
    ],
)
def test_names(wish: str, name: str) -> None:
    assert slug(wish) == name


def test_the_same_words_have_the_same_name_and_others_never() -> None:
    assert name_for("A dragon, please!", ["en"]) == name_for("a dragon please", ["en"])
    told = [
        ("a dragon", "en"),
        ("a dragon", "tr"),
        ("a dragons", "en"),
        ("🐉", "en"),
        ("🐸", "en"),
        ("", "en"),
        ("ö" * 200, "en"),
        ("ö" * 201, "en"),
    ]
    assert len({name_for(wish, [how]) for wish, how in told}) == len(told)


def test_versions_are_found_across_gaps_and_the_next_one_follows_the_last(tmp_path: Path) -> None:
    for name in ("a", "a-2", "a-9", "a-b", "ab", ".telling-a-10"):
        (tmp_path / name).mkdir()
    assert list(versions(tmp_path, "a")) == ["a", "a-2", "a-9", "a-10"]
    assert next(free(tmp_path, "a")) == "a-11"
    assert next(free(tmp_path, "b")) == "b"


@pytest.mark.parametrize("text", ["", ".", "..", ".deleted", "a/b", "/etc", "../x", "a\0b", "x" * 300])
def test_what_is_no_name(text: str) -> None:
    assert not is_name(text)
