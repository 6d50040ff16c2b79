"""A story on the shelf is whole or says that it is not; what cannot be kept leaves nothing."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from fably.core.errors import LibraryError
from fably.core.types import AudioFormat, Passage
from fably.pcm.wav import read_wav
from fably.story.library import LONGEST_NAME, SOUND, Library, slug

FORMAT = AudioFormat(16_000)
PASSAGES = [
    Passage(0, "Once upon a time,"),
    Passage(1, "a fox.", " "),
    Passage(2, "He slept.\n\nSo did I.", "\n\n"),
    Passage(4, "Good night.", " "),
]


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """An empty library."""
    return tmp_path / "stories"


def keep(root: Path, wish: str = "a fox", *, complete: bool = True, passages: list[Passage] = PASSAGES, size: int = 800) -> Path | None:
    async def scene() -> Path | None:
        record = await Library(root).begin(wish, lambda: {"query": wish, "language": "tr", "ş": "ı"}, FORMAT)
        for passage in passages:
            record.passage(passage)
            record.sound(b"\1\2" * (size // 2))
        return await record.finish(complete=complete)

    return asyncio.run(scene())


def test_a_story_is_a_folder_with_text_sound_and_what_was_asked(shelf: Path) -> None:
    folder = keep(shelf)
    assert folder == shelf / "a-fox"
    assert sorted(path.name for path in folder.iterdir()) == ["info.yaml", "paragraph_0.txt", "paragraph_1.txt", "paragraph_2.txt", SOUND]
    texts = [(folder / f"paragraph_{number}.txt").read_text(encoding="utf-8") for number in range(3)]
    assert texts == ["Once upon a time, a fox.", "He slept.", "So did I. Good night."]
    format, pieces = read_wav(folder / SOUND)
    assert (format, b"".join(pieces)) == (FORMAT, b"\1\2" * 1600)
    info = yaml.safe_load((folder / "info.yaml").read_text(encoding="utf-8"))
    assert (info["query"], info["language"], info["ş"], info["state"]) == ("a fox", "tr", "ı", "complete")
    assert [one["paragraph"] for one in info["passages"]] == [0, 0, 1, 2]
    assert [one["starts_at_sample"] for one in info["passages"]] == [0, 400, 800, 1200]


def test_a_story_cut_short_says_so(shelf: Path) -> None:
    folder = keep(shelf, complete=False)
    assert folder is not None
    assert yaml.safe_load((folder / "info.yaml").read_text(encoding="utf-8"))["state"] == "partial"


def test_a_story_of_which_nothing_was_told_leaves_no_trace(shelf: Path) -> None:
    assert keep(shelf, passages=[]) is None
    assert list(shelf.iterdir()) == []


def test_while_it_is_told_its_name_begins_with_a_dot_and_its_sound_can_be_read(shelf: Path) -> None:
    async def scene() -> tuple[list[str], int]:
        record = await Library(shelf).begin("a fox", dict, FORMAT)
        record.passage(PASSAGES[0])
        record.sound(bytes(100_000))
        record.sound(bytes(100_000))
        await asyncio.get_running_loop().run_in_executor(record._disk, lambda: None)  # what was handed over has been written
        names = os.listdir(shelf)  # noqa: PTH208 - a path's own iterdir() is not for coroutines
        size = sum(map(len, read_wav(shelf / names[0] / SOUND)[1]))
        await record.finish(complete=False)
        return names, size

    names, size = asyncio.run(scene())
    assert len(names) == 1
    assert names[0].startswith(".telling-a-fox-")
    assert 100_000 <= size <= 200_000


def test_the_same_wish_again_is_another_folder(shelf: Path) -> None:
    shelf.mkdir()
    (shelf / "a-fox-3").write_text("in the way", encoding="utf-8")
    names = [folder.name for _ in range(4) if (folder := keep(shelf))]
    assert names == ["a-fox", "a-fox-2", "a-fox-4", "a-fox-5"]


def test_two_stories_at_once_do_not_meet(shelf: Path) -> None:
    async def scene() -> list[Path | None]:
        records = [await Library(shelf).begin("a fox", dict, FORMAT) for _ in range(5)]
        for record in records:
            record.passage(PASSAGES[0])
        return await asyncio.gather(*(record.finish(complete=True) for record in records))

    assert sorted(path.name for path in asyncio.run(scene()) if path) == ["a-fox", "a-fox-2", "a-fox-3", "a-fox-4", "a-fox-5"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 200 kB, where this machine lets us make one."""
    place = tmp_path / "disk"
    place.mkdir()
    if shutil.which("mount") is None:
        pytest.skip("there is no mount here")
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "none", str(place)], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"no disk can be mounted here: {done.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_told_and_nothing_half_written_is_left(small_disk: Path) -> None:
    with pytest.raises(LibraryError, match="No space left on device"):
        keep(small_disk, size=100_000)
    assert list(small_disk.iterdir()) == []


def test_a_disk_that_fails_is_told_at_the_end_and_leaves_nothing(shelf: Path) -> None:
    """What a disk may do at any moment, on every machine: the sound's file is closed behind the writer's back."""

    async def scene() -> None:
        record = await Library(shelf).begin("a fox", dict, FORMAT)
        record.passage(PASSAGES[0])
        record.sound(bytes(10))
        record._disk.submit(lambda: os.close(record._file.fileno() if record._file else -1)).result()
        record.sound(bytes(100_000))
        await record.finish(complete=True)

    with pytest.raises(LibraryError, match="Bad file descriptor"):
        asyncio.run(scene())
    assert list(shelf.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(LibraryError, match="stories: Not a directory"):
        keep(tmp_path / "file" / "stories")


@given(st.text(max_size=300))
def test_a_name_is_readable_short_and_never_a_path(wish: str) -> None:
    name = slug(wish)
    assert 0 < len(name.encode()) <= LONGEST_NAME
    assert "/" not in name
    assert not name.startswith((".", "-"))
    assert name == name.strip()
    assert all(one.isalnum() or one == "-" for one in name)


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        ("A dragon's egg; touch pwned", "a-dragon-s-egg-touch-pwned"),
        ("../../etc", "etc"),
        ("", "story"),
        ("🐉", "story"),
        ("İri Ağaç", "iri-ağaç"),
    ],
)
def test_names(wish: str, name: str) -> None:
    assert slug(wish) == name
