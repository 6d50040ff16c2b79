"""What a disk may do while a story is kept: be full, fail, be slow, be none."""

import asyncio
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from keeping import FORMAT, PASSAGES, keep

from fably.core.errors import LibraryError
from fably.core.types import Passage
from fably.library.library import Library
from fably.library.record import MOST_WAITING, Record
from fably.library.story import WAV, read_story
from fably.library.writer import Writer


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


def test_a_full_disk_is_told_and_what_could_be_written_is_a_story_that_broke_off(small_disk: Path) -> None:
    with pytest.raises(LibraryError, match="No space left on device"):
        keep(small_disk, size=100_000)
    (folder,) = small_disk.iterdir()
    story = read_story(folder)
    assert story is not None
    assert not story.complete
    assert 1 <= len(story.clips) < len(story.passages) <= len(PASSAGES)


def test_going_on_with_a_story_on_a_full_disk_loses_nothing_of_it(small_disk: Path) -> None:
    folder = keep(small_disk, complete=False, size=8000)
    before = folder and read_story(folder)
    assert before
    (small_disk / "filler").write_bytes(bytes(os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize))

    async def scene() -> None:
        record = await Library(small_disk).go_on(before, lambda: before.info, FORMAT)
        for passage in [*before.passages, Passage(4, "More.", " ")]:
            record.passage(passage)
            record.sound(bytes(50_000))
        await record.finish(complete=True)

    with pytest.raises(LibraryError, match="No space left on device"):
        asyncio.run(scene())
    after = read_story(before.folder)
    assert after is not None
    assert (after.text, after.complete, len(after.clips)) == (before.text, False, len(before.clips))
    assert [path.name for path in before.folder.iterdir() if path.name.endswith(".part")] == []


def test_a_disk_that_fails_is_told_at_the_end(shelf: Path) -> None:
    """What a disk may do at any moment, on every machine: the sound's file is closed behind the writer's back."""

    async def scene() -> None:
        record = await Library(shelf).begin(lambda: "a-fox", dict, FORMAT)
        record.passage(PASSAGES[0])
        record.sound(bytes(10))

        def close() -> None:
            assert record._writer is not None
            assert record._writer._file is not None
            os.close(record._writer._file.fileno())

        record._disk.submit(close).result()
        record.sound(bytes(100_000))
        await record.finish(complete=True)

    with pytest.raises(LibraryError, match="Bad file descriptor"):
        asyncio.run(scene())
    story = read_story(shelf / "a-fox")
    assert story is not None
    assert (story.complete, story.text) == (False, PASSAGES[0].text)


def test_a_disk_that_is_slower_than_a_story_that_nobody_hears_is_waited_for(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Into a file a story comes as fast as a voice can speak it, much faster than an SD card takes it."""
    slow, given, passed = threading.Event(), asyncio.Event(), Writer.sound

    def write(writer: Writer, pcm: bytes) -> None:
        assert slow.wait(60)
        passed(writer, pcm)

    monkeypatch.setattr(Writer, "sound", write)
    pieces = 4 * MOST_WAITING // 1_000_000

    async def give(record: Record) -> int:
        record.passage(PASSAGES[0])
        for _ in range(pieces):
            record.sound(bytes(1_000_000))
            given.set()
            await record.room()
        return pieces

    async def scene() -> Path | None:
        record = await Library(shelf).begin(lambda: "a-fox", dict, FORMAT)
        giving = asyncio.create_task(give(record))
        await given.wait()
        for _ in range(100):
            await asyncio.sleep(0)
        assert not giving.done(), "it waits, with no more than half of what may wait"
        slow.set()
        assert await giving == pieces
        return await record.finish(complete=True)

    folder = asyncio.run(scene())
    assert folder
    assert (folder / WAV).stat().st_size > pieces * 1_000_000


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(LibraryError, match="stories: Not a directory"):
        keep(tmp_path / "file" / "stories")


def test_a_passage_that_is_kept_is_on_the_disk_name_and_all(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A renamed file that only the journal knows of is the old one again after a pulled plug."""
    done: list[str] = []
    replace, fsync = Path.replace, os.fsync

    def replaced(self: Path, target: Path) -> Path:
        done.append("renamed")
        return replace(self, target)

    def synced(number: int) -> None:
        done.append("folder" if Path(f"/proc/self/fd/{number}").readlink().is_dir() else "file")
        fsync(number)

    monkeypatch.setattr(Path, "replace", replaced)
    monkeypatch.setattr(os, "fsync", synced)
    writer = Writer(shelf, "a-fox", {"query": "a fox"}, FORMAT)
    done.clear()
    writer.passage(PASSAGES[0])
    last = done[-3:]
    writer.abandon()
    assert last == ["file", "renamed", "folder"]
