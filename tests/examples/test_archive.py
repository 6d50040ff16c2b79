"""The stories in one file: the same as the plain ones, small on the disk and in memory, and garbage is said to be garbage."""

import subprocess
import sys
import zipfile
import zlib
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from fably.core.errors import LibraryError
from fably.examples.archive import Archive, pack
from fably.examples.folder import Folder
from fably.examples.opening import ARCHIVE, FILES, shelf
from fably.examples.shelf import Kept
from fably.settings import Settings, load

HOME = Path(__file__).parents[2]
PLAIN = Folder(FILES)
LARGEST = 400_000
"""Bytes that all of it may take on the disk."""
MOST_MEMORY = 1_000_000
"""Bytes that may be taken until a story is opened."""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of all there are."""
    file = tmp_path_factory.mktemp("packed") / "examples.fably"
    pack(PLAIN.stories(), "mark", file)
    return file


def settings_for(**flags: str | bool) -> Settings:
    return load(flags, {"HOME": str(Path.home())})


def test_it_holds_the_same_stories_in_little_room(file: Path) -> None:
    archive = Archive(file)
    assert archive.index() == PLAIN.index()
    assert [archive.text(one) for one in archive.index()] == [PLAIN.text(one) for one in PLAIN.index()]
    assert archive.mark() == "mark"
    assert file.stat().st_size < LARGEST


def test_the_same_stories_give_the_same_bytes(file: Path, tmp_path: Path) -> None:
    pack(PLAIN.stories(), "mark", tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == file.read_bytes()


def test_to_list_them_takes_no_more_than_a_megabyte(file: Path) -> None:
    """With all that is imported for it, in a process of its own. What every story needs is there already, as it would be."""
    script = (
        "import asyncio, json, tempfile, tracemalloc, sys\nfrom pathlib import Path\nimport fably.settings, fably.texts\n"
        "tracemalloc.start()\nfrom fably.examples.archive import Archive\nindex = Archive(Path(sys.argv[1])).index()\n"
        "print(len(index), tracemalloc.get_traced_memory()[1])\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(file)], capture_output=True, text=True, timeout=60, check=True, cwd=HOME)
    count, peak = map(int, done.stdout.split())
    assert count == len(PLAIN.index())
    assert peak < MOST_MEMORY


def test_a_story_is_read_without_the_others(file: Path) -> None:
    """Whatever became of them."""
    archive = Archive(file)
    first, *_others, last = sorted(archive.index(), key=lambda one: (one.language, one.name))
    damaged = file.with_name("damaged")
    content = bytearray(file.read_bytes())
    content[-200:] = bytes(200)
    damaged.write_bytes(content)
    assert Archive(damaged).text(first) == PLAIN.text(first)
    with pytest.raises(LibraryError, match="damaged"):
        Archive(damaged).text(last)


def broken_archives(whole: bytes) -> dict[str, bytes]:
    head = whole[: len(b"fably examples 2\n") + 9]
    return {
        "empty": b"",
        "garbage": bytes(range(256)) * 40,
        "a zip": b"PK\3\4" + bytes(2000),
        "of another kind": whole.replace(b"examples 2", b"examples 1"),
        "an index that is longer than the file": whole[:17] + b"99999999" + whole[25:],
        "an index that has no length": whole[:17] + b"-0000012" + whole[25:],
        "cut in the index": whole[:600],
        "no JSON": head[:-9] + b"00000012\n" + zlib.compress(b"nope"),
        "a number": head[:-9] + b"00000009\n" + zlib.compress(b"1"),
        "an index of something else": head[:-9] + b"00000041\n" + zlib.compress(b'{"of": "", "stories": [["a", 1]]}'),
    }


@pytest.mark.parametrize("which", list(broken_archives(b"")))
def test_garbage_is_said_to_be_garbage(file: Path, tmp_path: Path, which: str) -> None:
    (tmp_path / "garbage").write_bytes(broken_archives(file.read_bytes())[which])
    with pytest.raises(LibraryError, match=r"garbage .*(install Fably once more|cannot be read)"):
        Archive(tmp_path / "garbage").index()


def test_an_archive_that_is_not_there_says_so(tmp_path: Path) -> None:
    for missing in (tmp_path, tmp_path / "missing"):
        with pytest.raises(LibraryError, match="cannot be read"):
            Archive(missing).index()


def test_every_cut_of_an_archive_is_an_error_of_ours_or_none(file: Path, tmp_path: Path) -> None:
    whole, cut = file.read_bytes(), tmp_path / "cut"
    for length in (*range(0, 400, 7), *range(400, len(whole), 2003)):
        cut.write_bytes(whole[:length])
        archive = Archive(cut)
        with suppress(LibraryError):
            assert archive.text(archive.index()[-1])


def test_a_checkout_is_packed_when_that_is_wanted_and_anew_when_a_file_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = tmp_path / "examples" / "en"
    files.mkdir(parents=True)
    one = next(iter(FILES.glob("en/*.md")))
    (files / one.name).write_bytes(one.read_bytes())
    monkeypatch.setattr("fably.examples.opening.FILES", files.parent)
    settings = settings_for(compress_examples=True, examples_on_demand=True)
    packed = settings.state / ARCHIVE.name
    for _ in range(2):
        found = shelf(settings)
        assert found
        assert [example.name for example in found.index()] == [one.stem]
        assert Archive(packed).index() == found.index()
    written = packed.stat().st_mtime_ns
    shelf(settings)
    assert packed.stat().st_mtime_ns == written, "an SD card is not written to for nothing"
    (files / "another-one.md").write_bytes(one.read_bytes())
    found = shelf(settings)
    assert found
    assert len(found.index()) == len(Archive(packed).index()) == 2
    packed.write_bytes(b"cut off by a pulled plug")
    shelf(settings)
    assert len(Archive(packed).index()) == 2


def test_where_nothing_can_be_written_the_plain_files_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a-file").touch()
    monkeypatch.setenv("FABLY_STATE_PATH", "a-file/state")
    found = shelf(load({"compress_examples": True}))
    assert found
    assert len(found.index()) == len(PLAIN.index())


def test_there_is_no_shelf_where_none_is_wanted_and_an_error_where_there_are_no_stories(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shelf(settings_for(examples=True)) is None, "as --no-examples gives it"
    assert shelf(load({}, {"FABLY_ENABLE_EXAMPLES": "false", "HOME": str(Path.home())})) is None
    monkeypatch.setattr("fably.examples.opening.FILES", Path("nowhere"))
    with pytest.raises(LibraryError, match="--no-examples"):
        shelf(settings_for())


def test_on_demand_is_what_the_small_modes_have_and_reads_the_disk_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "examples"
    (folder / "en").mkdir(parents=True)
    one = next(iter(FILES.glob("en/*.md")))
    copy = folder / "en" / one.name
    copy.write_bytes(one.read_bytes())
    monkeypatch.setattr("fably.examples.opening.FILES", folder)
    for mode, kept in {"full": True, "standard": True, "lite": False, "pi-zero": False}.items():
        settings = settings_for(memory_mode=mode)
        assert settings.examples_on_demand is not kept
        found = shelf(settings)
        assert found
        (example,) = found.index()
        copy.rename(tmp_path / "away")
        if kept:
            assert found.text(example)
        else:
            with pytest.raises(LibraryError):
                found.text(example)
        (tmp_path / "away").rename(copy)


def test_a_kept_shelf_has_no_story_that_nobody_knows(file: Path) -> None:
    kept = Kept(Archive(file))
    with pytest.raises(LibraryError, match="no example story"):
        kept.text(replace(kept.index()[0], name="nobody"))
    with pytest.raises(LibraryError, match="no such story"):
        Archive(file).text(replace(kept.index()[0], name="nobody"))


def test_the_wheel_carries_the_archive_and_no_plain_copies(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="hatchling is not installed; ./tools/test installs it")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, check=True, capture_output=True, timeout=120, cwd=HOME)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as inside:
        names = inside.namelist()
        assert [name for name in names if name.endswith(".md") and "lore" not in name] == []
        assert [name for name in names if name.startswith("examples/")] == []
        (tmp_path / "carried").write_bytes(inside.read(f"fably/examples/{ARCHIVE.name}"))
    assert Archive(tmp_path / "carried").index() == PLAIN.index()
    assert (tmp_path / "carried").stat().st_size < LARGEST
