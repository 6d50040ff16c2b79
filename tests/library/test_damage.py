"""What a disk, a careless hand or an attacker may leave in a library: the others are listed, nothing hangs, and nothing more is lost."""

import asyncio
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from farm import Farm
from keeping import keep
from library.test_told_again import broken_off, farm, settings_for, stories  # noqa: F401 - the farm is a fixture
from ran import ran

from fably.assembly import storyteller
from fably.library.library import Library
from fably.library.story import INFO, WAV
from fably.story.pipeline import Outcome
from fably.terminal import tell_story

SHELF = Path("stories")


def stop_after(farm: Farm, name: str, passages: int) -> None:  # noqa: F811
    """Tell a kept story and stop it after so many passages."""

    async def scene() -> None:
        async with storyteller(settings_for(farm), lambda _notice: None) as teller:
            telling = teller.again(Library(stories()[0].folder.parent).story(name), Outcome())
            for _ in range(passages):
                await anext(telling)
            await telling.aclose()

    asyncio.run(scene())


@pytest.mark.parametrize("complete", [True, False])
def test_a_replay_that_is_stopped_costs_no_sound(farm: Farm, complete: bool) -> None:  # noqa: F811
    story = broken_off(farm)
    if complete:  # all of the text, and some of the sound
        info = (story.folder / INFO).read_text(encoding="utf-8").replace("state: partial", "state: complete")
        (story.folder / INFO).write_text(info, encoding="utf-8")
    before = b"".join((story.folder / WAV).read_bytes() for _ in range(1))[44:]
    heard = 44 + 2 * (story.places[len(story.clips)][2] or 0)
    for passages in (1, 1, 2, 1):
        stop_after(farm, story.name, passages)
        (again,) = stories()
        assert len(again.clips) >= len(story.clips)
        assert again.text.startswith(story.text)
        assert (story.folder / WAV).read_bytes()[44:heard] == before[: heard - 44]


def fably(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """In a process of its own, for what is tried here may end one."""
    return ran("stories", *arguments, "--stories-path", str(SHELF))


def pipe(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def folder_for(path: Path) -> None:
    path.unlink()
    path.mkdir()


def endless(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


def emptied(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


DAMAGE: dict[str, Callable[[Path], object]] = {
    "brackets": lambda folder: (folder / INFO).write_text("[" * 100_000, encoding="utf-8"),
    "braces": lambda folder: (folder / INFO).write_text("{a: [b, " * 50_000, encoding="utf-8"),
    "dashes": lambda folder: (folder / INFO).write_text("- " * 400_000, encoding="utf-8"),
    "blanks": lambda folder: (folder / INFO).write_text("\n".join(" " * depth + "a:" for depth in range(1300)), encoding="utf-8"),
    "aliases": lambda folder: (folder / INFO).write_text(
        "a0: &a0 [x, x]\n" + "\n".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, 40)), encoding="utf-8"
    ),
    "huge": lambda folder: (folder / INFO).write_text("a: " + "x" * 3_000_000, encoding="utf-8"),
    "info is a folder": lambda folder: folder_for(folder / INFO),
    "info is a pipe": lambda folder: pipe(folder / INFO),
    "sound is a pipe": lambda folder: pipe(folder / WAV),
    "sound has no end": lambda folder: endless(folder / WAV),
    "a text is a pipe": lambda folder: pipe(folder / "paragraph_1.txt"),
    "nothing is left": emptied,
}


@pytest.mark.parametrize("what", DAMAGE)
def test_a_damaged_story_does_not_hide_the_others(what: str) -> None:
    keep(SHELF, "a bear", complete=False)
    folder = keep(SHELF, "a fox")
    assert folder is not None
    DAMAGE[what](folder)
    listed = fably("list")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert "a-bear" in listed.stdout
    for command in ("show", "play"):
        done = fably(command, "a-fox", *(["--output", "x.wav"] if command == "play" else []))
        assert done.returncode in (0, 1), done.stderr
        assert "Traceback" not in done.stderr
    assert "Traceback" not in fably("favourite", "a-fox").stderr
    assert fably("show", "a-bear").returncode == 0


@pytest.mark.parametrize("name", [b"\xff\xfe", b"\x1b[31mred", b"two\nlines"])
def test_a_folder_with_a_name_that_cannot_be_shown_does_not_hide_the_others(name: bytes) -> None:
    folder = keep(SHELF, "a fox")
    assert folder is not None
    os.rename(folder, os.fsencode(SHELF) + b"/" + name)  # noqa: PTH104 - a Path cannot hold it
    keep(SHELF, "a bear")
    listed = fably("list")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert len(listed.stdout.splitlines()) == 1
    assert "a-bear" in listed.stdout


def test_the_story_that_broke_off_last_is_resumed(farm: Farm) -> None:  # noqa: F811
    for wish in ("zebra", "apple"):
        keep(SHELF, wish, complete=False)
    keep(SHELF, "bear")
    os.utime(SHELF / "apple" / INFO, (1, 1))
    done = fably("resume", "--output", "x.wav")
    assert done.returncode == 0
    assert Library(SHELF).story("zebra").complete
    assert not Library(SHELF).story("apple").complete
    assert tell_story(settings_for(farm), "a fox") == 0
