"""Cuts a kept story behind one of its passages, so that it can go on in another way. Blocks; raises `OSError` and `LibraryError`."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fably.core.errors import LibraryError
from fably.core.locking import locked
from fably.core.parts import sync
from fably.library.locking import try_lock
from fably.library.names import TELLING, free
from fably.library.story import INFO, WAV, WAVS, Story, read_story
from fably.library.writer import replace_text, yaml
from fably.pcm.wav import HEADER

_NOT_OF_A_CUT_ONE = ("text", "samples", "favourite", "told_as")


def cut(story: Story, count: int, more: Mapping[str, Any]) -> Story:
    """Leave `count` passages of a story that is nobody's but this telling's, with `more` in its info.yaml."""
    replace_text(story.folder / INFO, yaml(_info(story, count, more)))
    return _read(story.folder)


def copied(root: Path, name: str, story: Story, count: int, more: Mapping[str, Any]) -> Story:
    """The first `count` passages of a story as another one, called `name` or that with a number, and their sound as far as it is no
    packed one."""
    with locked(root):
        folder = root / next(free(root, name))
        part = root / f"{TELLING}{folder.name}"
        part.mkdir()
        lock = try_lock(part)  # a folder that nobody has locked is put on the shelf as it is
    try:
        paragraph, character = _end(story, count)
        for number in range(paragraph + 1):
            text = (story.folder / f"paragraph_{story.numbers[number]}.txt").read_bytes().decode(errors="replace")
            replace_text(part / f"paragraph_{number}.txt", text[:character] if number == paragraph else text)
        info = _info(story, count, more)
        info["sound"] = WAV
        if story.format is not None and story.clips[0].file.name in WAVS:
            _copy_sound(story, count, part)
        else:
            info["passages"] = [{**one, "sample": None} for one in info["passages"]]
        replace_text(part / INFO, yaml(info))
        sync(part)
        with locked(root):
            part.rename(folder)
        sync(root)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    finally:
        if lock is not None:
            os.close(lock)
    return _read(folder)


def _read(folder: Path) -> Story:
    story = read_story(folder)
    if story is None:
        raise LibraryError(f"{folder} holds no story that can be read")
    return story


def _info(story: Story, count: int, more: Mapping[str, Any]) -> dict[str, Any]:
    paragraph, character = _end(story, count)
    kept = {key: value for key, value in story.info.items() if key not in _NOT_OF_A_CUT_ONE}
    places = [{"paragraph": one[0], "character": one[1], "sample": one[2]} for one in story.places[:count]]
    return {**kept, **more, "state": "partial", "end": {"paragraph": paragraph, "character": character}, "passages": places}


def _end(story: Story, count: int) -> tuple[int, int]:
    """Where the text of the last of `count` passages ends: paragraph and character."""
    if count == len(story.passages):
        return story.end
    paragraph, character, _sample = story.places[count - 1]
    parts = story.passages[count - 1].text.split("\n\n")
    return (paragraph, character + len(parts[0])) if len(parts) == 1 else (paragraph + len(parts) - 1, len(parts[-1]))


def _copy_sound(story: Story, count: int, folder: Path) -> None:
    """The sound of all that comes before the last of `count` passages: that one is spoken again."""
    assert story.format is not None  # noqa: S101 - it has sound
    starts = [one[2] for one in story.places[: min(count, len(story.clips))]]
    left = HEADER + (starts[-1] or 0) * story.format.frame
    with story.clips[0].file.open("rb") as source, (folder / WAV).open("wb") as target:
        while left > 0 and (piece := source.read(min(left, 1 << 18))):
            target.write(piece)
            left -= len(piece)
