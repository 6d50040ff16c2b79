"""What `fably stories render` does: speaks stories that are kept, ahead of their next telling, with a voice that may take its time."""

import asyncio
import os
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from itertools import groupby

from fably import logs
from fably.assembly import library, storyteller
from fably.commands.progress import Progress
from fably.core.errors import LibraryError, ProviderError
from fably.core.protocols import TextToSpeech
from fably.engines.voices import speaks
from fably.library.catalogue import Catalogue
from fably.library.library import Library
from fably.library.rendering import Rendering
from fably.library.story import TOLD_AS, Story
from fably.memory.malloc import tune
from fably.providers.deadlines import Patience
from fably.running import STOPPED, run
from fably.screen import show
from fably.settings import Settings
from fably.telling.storyteller import Storyteller
from fably.texts import text

NICE = 10
"""Whatever else this machine does comes first. The engine of the voice inherits it."""
PATIENCE = Patience(120, 120, 1800)
"""Seconds: nobody waits for this, but it must end. A slow machine takes half a minute for four seconds of speech."""


def render(settings: Settings, names: Sequence[str], *, everything: bool) -> int:
    """Speak the stories called so, or all of them, and give the exit code. Raises `FablyError`."""
    if settings.debug:
        logs.start(settings)
    tune()
    os.nice(NICE)
    try:
        return run(_render(settings, names, everything=everything))
    except (KeyboardInterrupt, asyncio.CancelledError):
        _say(settings, "status.stopped_halfway")
        return STOPPED


async def _render(settings: Settings, names: Sequence[str], *, everything: bool) -> int:
    shelf = library(settings)
    await shelf.sweep()
    stories = await asyncio.to_thread(_all, shelf) if everything else _named(shelf, names)
    made = failed = 0
    for language, ours in groupby(sorted(stories, key=lambda one: one.language), key=lambda one: one.language):
        if everything and settings.tts_voice and not speaks(settings.tts_voice, language):  # their own sound is the better one
            _say(settings, "shelf.another_language", voice=settings.tts_voice, told=language)
            continue
        its, left = replace(settings, language=language), list(ours)
        async with storyteller(its, lambda sentence: show(sentence + "\n", sys.stderr), live=False) as teller:
            try:
                counts = await _speak(teller, left, settings)
            except ProviderError as fault:  # no voice for this language, as a rule; there may be one for the next
                show(f"fably: {fault}\n", sys.stderr)
                counts = 0, 1
            made, failed = made + counts[0], failed + counts[1]
            await asyncio.to_thread(teller.make_room)
    if not made and not failed:
        _say(settings, "shelf.nothing_to_render")
    return 1 if failed else 0


def _named(shelf: Library, names: Sequence[str]) -> list[Story]:
    stories = {story.name: story for story in map(shelf.story, names)}
    for story in stories.values():
        if not story.complete:
            raise LibraryError(f"{story.name} broke off; `fably stories resume {story.name}` tells its end first")
    return list(stories.values())


def _all(shelf: Library) -> list[Story]:
    """The stories that were told to their end, longest ago first: of two for one wish the newer one is found."""
    try:
        entries, _count = Catalogue(shelf.root).page()
    except OSError as error:
        raise LibraryError(f"{shelf.root}: {error.strerror or error}") from error
    stories = []
    for one in reversed(entries):
        if one.state == "complete":
            with suppress(LibraryError):  # it went while we looked
                stories.append(shelf.story(one.name))
    return stories


async def _speak(teller: Storyteller, stories: Sequence[Story], settings: Settings) -> tuple[int, int]:
    """Speak those that are not spoken by this voice already; how many were, and how many could not be."""
    voice = await teller.backends.first_manner()
    stories = [story for story in stories if not _is_spoken(story, voice)]
    made = failed = 0
    if not stories:  # for nothing no engine is started
        return 0, 0
    async with teller.backends.first_voice(PATIENCE) as speaks:
        for story in stories:
            try:
                await _speak_one(teller, story, speaks, voice, settings)
                made += 1
            except LibraryError as fault:
                show(f"{fault}\n", sys.stderr)
                failed += 1
    return made, failed


def _is_spoken(story: Story, voice: Mapping[str, object]) -> bool:
    """Whether all of its sound is there and was made by this voice, as it is set."""
    return 0 < len(story.passages) == len(story.clips) and all(story.info.get(key) == value for key, value in voice.items())


async def _speak_one(teller: Storyteller, story: Story, speaks: TextToSpeech, voice: Mapping[str, object], settings: Settings) -> None:
    begun = time.monotonic()
    with await asyncio.to_thread(Rendering, story.folder, voice, speaks.format) as new:
        if _is_spoken(new.story, voice):  # by another program, while we were busy with the others
            return
        passages, first = new.story.passages, len(new.ends)
        before = new.ends[-1] if new.ends else 0
        if first:
            _say(settings, "shelf.rendering_goes_on", name=story.name, first=first, count=len(passages))
        with Progress(story.name, len(passages), quiet=settings.quiet) as progress:
            for passage in passages[first:]:
                async with aclosing(speaks.synthesize(passage.text)) as chunks:
                    async for pcm in chunks:
                        new.sound(pcm)
                await asyncio.to_thread(new.passage_ends)
                progress.at(passage.index + 1)
        name = teller.told_as(new.story)
        if name is not None:  # before the story says so itself: until then this means nothing
            teller.library.tell_as(story, name)
        kept = await asyncio.to_thread(new.finish, {**voice, TOLD_AS: name})
    made, took = (new.ends[-1] - before) / speaks.format.rate, time.monotonic() - begun
    _say(
        settings, "shelf.rendered",
        name=kept.name, length=_clock(kept.seconds), took=_clock(took), speed=f"{made / max(took, 0.001):.1f}",
    )  # fmt: skip


def _clock(seconds: float) -> str:
    return f"{round(seconds) // 60}:{round(seconds) % 60:02}"


def _say(settings: Settings, key: str, **values: object) -> None:
    if not settings.quiet:
        show(text(settings.language, key, **values) + "\n", sys.stderr)
