"""A story on the shelf is whole or says that it is not; what cannot be kept leaves nothing."""

import asyncio
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from keeping import FORMAT, PASSAGES, keep

from fably.core.errors import LibraryError
from fably.core.types import Passage
from fably.library.library import Library
from fably.library.names import TELLING
from fably.library.story import WAV, read_story
from fably.library.writer import yaml as written
from fably.pcm.wav import read_wav


def test_a_story_is_a_folder_with_text_sound_and_what_was_asked(shelf: Path) -> None:
    folder = keep(shelf)
    assert folder == shelf / "a-fox"
    assert sorted(path.name for path in folder.iterdir()) == ["info.yaml", "paragraph_0.txt", "paragraph_1.txt", "paragraph_2.txt", WAV]
    texts = [(folder / f"paragraph_{number}.txt").read_text(encoding="utf-8") for number in range(3)]
    assert texts == ["Once upon a time, a fox.", "He slept.", "So did I. Good night."]
    format, pieces = read_wav(folder / WAV)
    assert (format, b"".join(pieces)) == (FORMAT, b"\1\2" * 1600)
    info = yaml.safe_load((folder / "info.yaml").read_text(encoding="utf-8"))
    assert (info["query"], info["language"], info["ş"], info["state"]) == ("a fox", "tr", "ı", "complete")
    assert [(one["paragraph"], one["character"], one["sample"]) for one in info["passages"]] == [
        (0, 0, 0),
        (0, 18, 400),
        (1, 0, 800),
        (2, 10, 1200),
    ]


def test_what_was_told_is_what_is_read(shelf: Path) -> None:
    folder = keep(shelf)
    story = folder and read_story(folder)
    assert story
    assert [(one.text, one.lead) for one in story.passages] == [(one.text, one.lead) for one in PASSAGES]
    assert (story.complete, len(story.clips), story.format, story.query, story.language) == (True, 4, FORMAT, "a fox", "tr")
    assert story.seconds == 0.1


def test_a_story_cut_short_says_so_and_its_last_passage_has_not_all_of_its_sound(shelf: Path) -> None:
    folder = keep(shelf, complete=False)
    story = folder and read_story(folder)
    assert story
    assert (story.complete, len(story.passages), len(story.clips)) == (False, 4, 3)


def test_a_story_of_which_nothing_was_told_leaves_no_trace(shelf: Path) -> None:
    assert keep(shelf, passages=[]) is None
    assert list(shelf.iterdir()) == []


def test_while_it_is_told_its_name_says_so_and_what_is_there_can_be_read_at_any_moment(shelf: Path) -> None:
    async def scene() -> None:
        record = await Library(shelf).begin(lambda: "a-fox", dict, FORMAT)
        folder = shelf / f"{TELLING}a-fox"
        for number, passage in enumerate(PASSAGES, 1):
            record.passage(passage)
            record.sound(bytes(100_000))
            record._disk.submit(lambda: None).result()  # what was handed over has been written
            story = read_story(folder)
            assert story is not None
            assert [one.text for one in story.passages] == [one.text for one in PASSAGES[:number]]
            assert (story.complete, len(story.clips)) == (False, number - 1)
        await record.finish(complete=False)

    asyncio.run(scene())


def test_the_same_wish_again_is_another_folder(shelf: Path) -> None:
    shelf.mkdir()
    (shelf / "a-fox-3").write_text("in the way", encoding="utf-8")
    names = [folder.name for _ in range(3) if (folder := keep(shelf))]
    assert names == ["a-fox-4", "a-fox-5", "a-fox-6"], "the last one has the highest number"


def test_two_stories_at_once_do_not_meet(shelf: Path) -> None:
    async def scene() -> list[Path | None]:
        records = [await Library(shelf).begin(lambda: "a-fox", dict, FORMAT) for _ in range(5)]
        for record in records:
            record.passage(PASSAGES[0])
        return await asyncio.gather(*(record.finish(complete=True) for record in records))

    assert sorted(path.name for path in asyncio.run(scene()) if path) == ["a-fox", "a-fox-2", "a-fox-3", "a-fox-4", "a-fox-5"]


def test_one_that_somebody_else_had_to_tell_gets_another_name_at_its_end(shelf: Path) -> None:
    names = iter(["asked", "told"])

    async def scene() -> Path | None:
        record = await Library(shelf).begin(lambda: next(names), dict, FORMAT)
        record.passage(PASSAGES[0])
        return await record.finish(complete=True)

    assert asyncio.run(scene()) == shelf / "told"
    assert [path.name for path in shelf.iterdir()] == ["told"]


def test_a_story_is_gone_on_with_where_its_sound_ends(shelf: Path) -> None:
    folder = keep(shelf, complete=False, passages=PASSAGES[:3])
    story = folder and read_story(folder)
    assert story

    async def scene() -> Path | None:
        record = await Library(shelf).go_on(story, lambda: story.info, FORMAT)
        for passage in [*story.passages, Passage(3, "Good night.", " ")]:
            record.passage(passage)
            record.sound(b"\3\4" * 100)
        return await record.finish(complete=True)

    kept = asyncio.run(scene())
    whole = kept and read_story(kept)
    assert whole
    assert whole.complete
    assert whole.text == "Once upon a time, a fox.\n\nHe slept.\n\nSo did I. Good night."
    assert [one.start for one in whole.clips] == [0, 400, 800, 900]
    assert b"".join(read_wav(whole.folder / WAV)[1]) == b"\1\2" * 800 + b"\3\4" * 200, "the first two are as they were"
    assert whole.query == "a fox"


def test_what_a_parent_changes_meanwhile_outlives_the_telling(shelf: Path) -> None:
    folder = keep(shelf, complete=False, passages=PASSAGES[:3])
    story = folder and read_story(folder)
    assert story
    library = Library(shelf)
    library.set_favourite(story, True)
    before = library.story(story.name)

    async def scene() -> None:
        record = await library.go_on(before, lambda: before.info, FORMAT)
        await asyncio.to_thread(library.set_title, before, "Fire and Milk")
        await asyncio.to_thread(library.set_favourite, library.story(story.name), False)
        record.passage(Passage(3, "Good night.", " "))
        await record.finish(complete=True)

    asyncio.run(scene())
    after = library.story(story.name)
    assert (after.title, after.favourite, after.complete) == ("Fire and Milk", False, True)


def test_only_one_can_go_on_with_a_story(shelf: Path) -> None:
    folder = keep(shelf, complete=False)
    story = folder and read_story(folder)
    assert story

    async def scene() -> None:
        record = await Library(shelf).go_on(story, lambda: story.info, FORMAT)
        with pytest.raises(LibraryError, match="being told by somebody else"):
            await Library(shelf).go_on(story, lambda: story.info, FORMAT)
        await record.finish(complete=False)

    asyncio.run(scene())
    assert [path.name for path in shelf.iterdir()] == ["a-fox"]


@given(st.dictionaries(st.text(min_size=1, max_size=9), st.one_of(st.text(), st.integers(), st.booleans(), st.none(), st.lists(st.text()))))
def test_whatever_is_noted_is_read_as_it_was(info: dict[str, object]) -> None:
    assert yaml.safe_load(written(info)) == (info or None)


def test_where_a_story_is_left_is_noted_beside_what_was_told_of_it_since_it_was_read(shelf: Path) -> None:
    folder = keep(shelf, complete=False, passages=PASSAGES[:2])
    before = folder and read_story(folder)
    assert before
    library = Library(shelf)

    async def goes_on() -> None:
        record = await library.go_on(before, lambda: before.info, FORMAT)
        for passage in PASSAGES[:3]:
            record.passage(passage)
            record.sound(bytes(800))
        await record.finish(complete=False)

    asyncio.run(goes_on())
    library.leave(before, 2)
    after = read_story(before.folder)
    assert after
    assert (len(before.passages), len(after.places), after.goes_on_at) == (2, 3, 2)
