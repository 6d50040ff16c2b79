"""How far a story is said to be."""

from pathlib import Path

from keeping import PASSAGES, keep

from fably.box.place import Place
from fably.box.remote import Manner
from fably.library.story import read_story


def test_who_goes_on_with_half_a_story_is_not_at_its_beginning(tmp_path: Path) -> None:
    first = Place("a fox", Manner())
    for one in PASSAGES:
        first.hears(one)
    folder = keep(tmp_path, complete=False)
    assert folder is not None
    half = read_story(folder)
    assert half is not None
    for again in (Place("a fox", Manner(), half, passage=len(PASSAGES) - 1), Place("a fox", Manner(), of=half, passage=len(PASSAGES) - 1)):
        again.hears(PASSAGES[-1])
        assert again.told().progress == first.told().progress > 0
    assert Place("a fox", Manner(), of=half).told().progress == 0  # another story that follows it begins anew
