"""The subjects that are wished for most are known to the storyteller."""

import pytest
from spoken import _SUBJECTS

from fably.lore.finding import KINDS, found
from fably.lore.going_on import going_on
from fably.lore.wished import wished
from fably.lore.wishes import read


@pytest.mark.parametrize("subject", wished("en").subjects)
def test_the_storyteller_tells_about_it(subject: str) -> None:
    wish = read(f"tell me a story about {subject}", "en")
    noun = subject.split(" ", 1)[1]
    assert [one.kind for one in (wish.hero, wish.companion, wish.place, wish.thing) if one] == [noun]
    assert any(found(noun, "en", kind) for kind in KINDS), "it is of the stock, and not only a word that might be a hero"


def test_each_is_there_once_and_no_other_word_is_one_of_them() -> None:
    known = wished("en")
    assert len(set(known.subjects)) == len(known.subjects) > 55
    assert len(set(known.others)) == len(known.others)
    assert not {subject.split()[-1] for subject in known.subjects} & set(known.others)


def test_what_asks_for_the_story_to_go_on_does_so() -> None:
    assert all(going_on(one, "en") == "" for one in wished("en").going_on)


def test_turkish_has_none_yet() -> None:
    assert wished("tr").subjects == ()


def test_the_exam_asks_for_nothing_that_the_recogniser_was_given() -> None:
    assert not set(_SUBJECTS) & {*wished("en").others, *(one.split(" ", 1)[1] for one in wished("en").subjects)}
