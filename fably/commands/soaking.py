"""What `fably memory leaks` does: tells stories into nothing, one after the other, and looks at what each leaves behind."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from fably import logs
from fably.assembly import storyteller
from fably.core.errors import ConfigError
from fably.library.locking import try_lock
from fably.memory.malloc import give_back, tune
from fably.memory.measured import anonymous, tree, tree_pss
from fably.running import run
from fably.screen import show
from fably.settings import Settings
from fably.story.pipeline import Outcome
from fably.texts import text

MOST = 20.0
"""KB that a story may leave behind."""
FOLDER = "leaks"
"""In the state directory: where the stories are kept until the next one begins."""
_MB, _KB = 1_000_000, 1000


class Seen(NamedTuple):
    """What the tree of processes held after a story, in bytes."""

    pss: int
    own: int
    """Without what it shares with others, who come and go."""


def leaks(settings: Settings, count: int) -> int:
    """Tell `count` stories with the offline storyteller and the chosen voice, show what is held after each, and give the exit code: 1
    when it grows. Raises `FablyError` when a story cannot be told."""
    tune()
    if settings.debug:
        logs.start(settings)
    language = settings.language
    with _folder(settings.state / FOLDER) as folder:
        found = run(_soak(replace(settings, llm_provider="offline", output=os.devnull, opener=False), folder, count))
    kb = growth([one.own for one in found]) / _KB
    verdict = "grows" if kb > MOST else "level"
    show(text(language, f"memory.{verdict}", kb=f"{kb:.1f}", most=f"{MOST:g}") + "\n", sys.stdout)
    return 1 if kb > MOST else 0


async def _soak(settings: Settings, folder: Path, count: int) -> list[Seen]:
    found = []
    show(text(settings.language, "memory.soak", count=count) + "\n", sys.stdout)
    async with aclosing(_stories(settings, folder, count)) as stories:
        async for seen in stories:
            found.append(seen)
            show(f"{len(found):6}  {seen.pss / _MB:8.1f}  {seen.own / _MB:8.1f}\n", sys.stdout)
    return found


async def _stories(settings: Settings, folder: Path, count: int) -> AsyncGenerator[Seen, None]:
    for number in range(1, count + 1):
        # told and kept as any other, and forgotten before the next one: a card has no room for a thousand
        one = replace(settings, stories_path=folder / "stories", seed=number)
        async with storyteller(one, lambda line: show(line + "\n", sys.stderr)) as teller:
            async with aclosing(teller.tell(text(one.language, "memory.wish", number=number), Outcome())) as story:
                async for _passage in story:
                    pass
        await asyncio.to_thread(shutil.rmtree, folder / "stories", ignore_errors=True)
        give_back()
        yield Seen(tree_pss(), sum(anonymous(pid) or 0 for pid in tree()))


def growth(sizes: Sequence[float]) -> float:
    """By how much the later half grows from one to the next: as its first and its second part do, whichever grows less.

    The first half is caches that fill. Later a table somewhere doubles now and then, by half a megabyte; that is in one part, and what
    leaks is in both.
    """
    middle, last = len(sizes) // 2, len(sizes) * 3 // 4
    return min(_slope(sizes[middle:last]), _slope(sizes[last:]))


def _slope(sizes: Sequence[float]) -> float:
    """The median over all pairs, which one that is off does not move."""
    steps = sorted((sizes[late] - sizes[early]) / (late - early) for late in range(len(sizes)) for early in range(late))
    middle = len(steps) // 2
    return (steps[middle] + steps[~middle]) / 2 if steps else 0.0


@contextmanager
def _folder(folder: Path) -> Iterator[Path]:
    """An empty folder for us alone, gone afterwards. What a killed one has left goes first. Raises `ConfigError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = try_lock(folder)
    except OSError as error:
        raise ConfigError(f"{folder} cannot be written: {error.strerror or error}") from error
    if lock is None:
        raise ConfigError(f"another `fably memory leaks` is at work in {folder}; wait for it")
    try:
        shutil.rmtree(folder / "stories", ignore_errors=True)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)
