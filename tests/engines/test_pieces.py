"""Where what is spoken is cut."""

from hypothesis import given
from hypothesis import strategies as st

from fably.engines.pieces import pieces


def cut(text: str, most: int) -> list[str]:
    return ["".join(one) for one in pieces(text, most)]


def test_what_is_short_stays_whole() -> None:
    assert cut("the fox, who slept.", 19) == ["the fox, who slept."]
    assert cut("", 10) == []


def test_it_is_cut_at_a_sentence_else_at_a_clause_else_between_words() -> None:
    assert cut("the fox slept. and, then, it woke up", 30) == ["the fox slept.", "and, then, it woke up"]
    assert cut("the fox went out, for it was evening", 30) == ["the fox went out,", "for it was evening"]
    assert cut("the fox went out for it was evening", 30) == ["the fox went out ", "for it was evening"]


def test_no_short_word_is_left_at_the_end() -> None:
    assert cut("aaaa bbbb cccc dddd e", 19) == ["aaaa bbbb ", "cccc dddd e"]


def test_a_word_without_end_is_cut() -> None:
    assert cut("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]


@given(st.text("ab,. ", max_size=300), st.integers(8, 80))
def test_nothing_but_blanks_is_lost_and_nothing_is_long(text: str, most: int) -> None:
    parts = cut(text, most)
    assert all(0 < len(one) <= most for one in parts)
    assert "".join(parts).replace(" ", "") == text.replace(" ", "")
