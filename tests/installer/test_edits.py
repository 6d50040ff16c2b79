"""What is put into a file can be taken out of it, whatever else is in there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from installing.edits import BEGIN, Block, Edit, Whole, Words, edit_of
from installing.settings import put

LINES = st.lists(
    st.text(st.characters(blacklist_characters="\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", codec="utf-8"), max_size=20), max_size=8
)
TEXT = LINES.map("\n".join)
NAMES = st.lists(st.text("abc=_", min_size=1, max_size=6), max_size=8)
EDITS: list[Edit] = [Whole("ours\n"), Block(("[all]", "gpu_mem=16")), Words(("cgroup_enable=memory", "psi=1"))]


@pytest.mark.parametrize("edit", EDITS, ids=lambda one: type(one).__name__)
@given(TEXT)
def test_putting_it_in_twice_is_putting_it_in_once(edit: Edit, text: str) -> None:
    once = edit.put(text)
    assert edit.put(once) == once


@given(TEXT)
def test_a_block_leaves_the_rest_as_it_was(text: str) -> None:
    block = Block(("[all]", "gpu_mem=16"))
    put_in = block.put(text)
    assert put_in.startswith(text)
    assert block.taken_out(put_in) in (text, f"{text}\n")
    assert block.taken_out(f"{put_in}added=later\n") in (f"{text}added=later\n", f"{text}\nadded=later\n")
    assert edit_of(block.note()).taken_out(put_in) == block.taken_out(put_in)


def test_a_block_that_is_changed_is_there_once() -> None:
    text = Block(("gpu_mem=32",)).put("a=1\n")
    assert Block(("gpu_mem=16",)).put(text).count(BEGIN) == 1
    assert "gpu_mem=32" not in Block(("gpu_mem=16",)).put(text)


@given(NAMES)
def test_words_stay_on_their_one_line(names: list[str]) -> None:
    words = Words(("cgroup_enable=memory",))
    put_in = words.put(" ".join(names) + "\n")
    assert put_in.count("\n") == 1
    assert put_in.split() == [*names, "cgroup_enable=memory"]
    assert edit_of(words.note()).taken_out(put_in) == " ".join(names) + "\n"


@given(TEXT)
def test_settings_are_set_once_and_nothing_else_changes(text: str) -> None:
    new = put(text, {"FABLY_TTS_VOICE": "a-b-low"}, {"FABLY_LIGHT": "led"})
    assert put(new, {"FABLY_TTS_VOICE": "a-b-low"}, {"FABLY_LIGHT": "led"}) == new
    assert new.startswith(text)


def test_what_is_set_already_is_set_anew_only_if_it_was_asked_for() -> None:
    text = "FABLY_LIGHT=rgb\nexport FABLY_TTS_VOICE = old\nOPENAI_API_KEY=sk-1\n"
    new = put(text, {"FABLY_TTS_VOICE": "new"}, {"FABLY_LIGHT": "apa102"})
    assert new == "FABLY_LIGHT=rgb\nFABLY_TTS_VOICE=new\nOPENAI_API_KEY=sk-1\n"
