"""What `fably stories …` does: everything a person may want of the stories that are kept."""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import date
from pathlib import Path

from fably.assembly import library
from fably.audio.compact import Compactor
from fably.commands.bookshelf import called, show_example, tell_example
from fably.core.errors import ConfigError, FablyError, LibraryError
from fably.core.parts import Part, written
from fably.examples.example import Example
from fably.library.catalogue import Catalogue, Entry
from fably.library.library import DELETED, Library
from fably.library.packing import pack_old, pack_story
from fably.library.sound import sound_of
from fably.library.story import Story
from fably.pcm.wav import WavWriter
from fably.screen import show
from fably.settings import Settings
from fably.telling.following import changes_in
from fably.terminal import tell_again
from fably.texts import text


def list_stories(settings: Settings, count: int | None, *, deleted: bool) -> None:
    """Show the stories, newest first."""
    shelf = _swept(settings)
    root = shelf.root / DELETED if deleted else shelf.root
    entries, total = _entries(root, count)
    if not entries:
        _say(settings, "none_deleted" if deleted else "none_kept", path=root)
    for entry in entries:
        show(_line(entry) + "\n", sys.stdout)
    if total > len(entries):
        _say(settings, "older", count=total - len(entries))


def _say(settings: Settings, key: str, **values: object) -> None:
    show(text(settings.language, f"shelf.{key}", **values) + "\n", sys.stderr)


def _swept(settings: Settings) -> Library:
    shelf = library(settings)
    asyncio.run(shelf.sweep())
    return shelf


def _entries(root: Path, count: int | None) -> tuple[list[Entry], int]:
    try:
        return Catalogue(root).page(count)
    except OSError as error:
        raise LibraryError(f"{root}: {error.strerror or error}") from error


def _line(entry: Entry) -> str:
    seconds = round(entry.seconds)
    length = f"{seconds // 60:3}:{seconds % 60:02}" if seconds else "     -"
    marks = ("*" if entry.favourite else " ") + ("…" if entry.state == "partial" else " ")
    return f"{entry.created[:16] or '-':16} {length} {marks} {entry.language}  {entry.name}  {_printable(entry.title)[:60]}".rstrip()


def _printable(words: str) -> str:
    """The same in one line, and without what a terminal might obey."""
    return "".join(one if one.isprintable() else " " for one in words)


def _meant(settings: Settings, name: str) -> Story | Example:
    """The story that is meant by a name: one of the library, or of those that came with Fably. Raises `LibraryError`."""
    example = called(settings, name)
    if example and example.name == name:  # its story in the library has this name too, and a mark behind it
        return example
    try:
        return _swept(settings).story(name)
    except LibraryError:
        if example is None:
            raise
        return example


def show_story(settings: Settings, name: str) -> None:
    """Show what is known of a story, and its text."""
    story = _meant(settings, name)
    if isinstance(story, Example):
        show_example(settings, story)
        return
    ours = ("passages", "end", "samples", "rate", "held", "bible", "series")
    facts = {key: value for key, value in story.info.items() if key not in ours and value}
    facts["seconds"] = round(story.seconds, 1) or None
    facts["folder"] = story.folder
    for key, value in facts.items():
        values = [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str | int | float | date | Path)]
        show(f"{key + ':':14} {_printable(', '.join(map(str, values))[:500])}\n", sys.stdout)
    for change in changes_in(story.info, len(story.passages)):
        show(f"changed:       {_printable(change['wish'][:500])}  (before passage {change['passage'] + 1})\n", sys.stdout)
    held = story.info.get("held")
    for one in held if isinstance(held, list) else []:
        if isinstance(one, dict) and isinstance(one.get("text"), str):
            show(f"held back:     {_printable(one['text'][:500])}  ({_printable(str(one.get('topic'))[:20])})\n", sys.stdout)
    story_text = "\n".join(map(_printable, story.text.split("\n")))
    show("\n" + story_text + ("" if story.complete else " …") + "\n", sys.stdout)


def play(settings: Settings, name: str) -> int:
    """Tell a story from its beginning, and what is missing of it."""
    story = _meant(settings, name)
    if isinstance(story, Example):
        return tell_example(settings, story)
    return tell_again(_for(settings, story), story)


def resume(settings: Settings, name: str | None) -> int:
    """Go on with a story that broke off, at the sentence that was being heard; without a name it is the last one."""
    shelf = _swept(settings)
    if name is None:
        last = Catalogue(shelf.root).broken_off()
        if last is None:
            raise LibraryError("no story broke off; `fably stories list` shows those there are").of_kind("none_broke_off")
        name = last.name
    story = shelf.story(name)
    if story.goes_on_at is None:
        raise LibraryError(f"{story.name} was told to its end; `fably stories play {story.name}` tells it again")
    return tell_again(_for(settings, story), story, story.goes_on_at)


def _for(settings: Settings, story: Story) -> Settings:
    """The settings for a story, which is told in its own language."""
    return replace(settings, language=story.language)


def delete(settings: Settings, name: str, *, for_good: bool) -> None:
    """Delete a story, with a way back unless `for_good`."""
    gone = _swept(settings).delete(name, for_good=for_good)
    _say(settings, "gone" if for_good else "deleted", name=gone)


def restore(settings: Settings, name: str) -> None:
    """Bring a deleted story back."""
    _say(settings, "back", name=library(settings).restore(name).name)


def favourite(settings: Settings, name: str, *, off: bool) -> None:
    """Make a story a favourite, or none."""
    shelf = _swept(settings)
    story = shelf.story(name)
    shelf.set_favourite(story, not off)
    _say(settings, "no_favourite" if off else "favourite", name=story.name)


def rename(settings: Settings, name: str, title: str) -> None:
    """Call a story `title`; an empty one takes that back."""
    shelf = _swept(settings)
    story = shelf.story(name)
    shelf.set_title(story, title)
    _say(settings, "renamed", name=story.name, title=shelf.story(story.name).title)


def pack(settings: Settings, names: Sequence[str]) -> None:
    """Pack the stories called so, or all of them. Raises `AudioError` when one cannot be packed."""
    shelf = _swept(settings)
    folders = [shelf.story(name).folder for name in names]

    async def work() -> int:
        compactor = Compactor()
        if not names:
            return await pack_old(shelf.root, compactor.pack, newest=0) if shelf.root.is_dir() else 0
        return sum([await pack_story(folder, compactor.pack) for folder in folders])

    _say(settings, "packed", count=asyncio.run(work()))


def export(settings: Settings, name: str, target: Path) -> None:
    """Write a story to a file: .txt its text, .wav or .opus its sound. Raises `ConfigError`, `LibraryError`, `AudioError`."""
    story, kind = _swept(settings).story(name), target.suffix.lower()
    if kind not in (".txt", ".wav", ".opus"):
        raise ConfigError(f"{target}: a story can be exported as .txt, .wav or .opus")
    if kind != ".txt" and len(story.clips) < len(story.passages):
        raise LibraryError(f"not all of {story.name} has sound; `fably stories play {story.name} --output FILE` speaks what is missing")
    try:
        with written(target) as part:
            if kind == ".txt":
                part.write_text(story.text + "\n", encoding="utf-8")
            else:
                asyncio.run(_export(story, part))
    except OSError as error:
        if isinstance(error, FablyError):
            raise
        raise ConfigError(f"{target} cannot be written: {error.strerror or error}") from error


async def _export(story: Story, target: Path) -> None:
    assert story.format is not None  # noqa: S101 - it has sound
    unpacked = Part(target.with_suffix(".wav")) if target.suffix != ".wav" else None
    wav = unpacked.path if unpacked else target
    try:
        with wav.open("wb") as file:
            sound = WavWriter(file, story.format)
            async with aclosing(sound_of(story, 0, Compactor().unpack)) as pieces:
                async for _passage, pcm in pieces:
                    sound.write(pcm)
            sound.finish()
        if unpacked:
            await Compactor().pack(wav, target)
    finally:
        if unpacked:
            unpacked.drop()
