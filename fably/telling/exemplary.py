"""The story of the shelf that is told for a wish where the offline storyteller is to tell, and the one that is to be gone on with."""

import asyncio
import re
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from fably.core.types import Passage
from fably.library.story import Story
from fably.settings import Settings

if TYPE_CHECKING:
    from fably.examples.example import Example

SOMETIMES = 1 / 3
"""How often who wishes for nothing in particular hears one of the shelf; else one is made up, which no child has heard before."""


async def example_for(wish: str, settings: Settings) -> "Example | None":
    """The one that fits best and was not told just now, if there is one; sometimes any one that suits the age, where nothing is wished
    for. Raises `LibraryError`."""
    return await asyncio.to_thread(_chosen, settings, wish)


def _chosen(settings: Settings, wish: str) -> "Example | None":
    from fably.examples.opening import shelf  # 2 ms, and only where a story is told offline

    found = shelf(settings)
    if found is None:
        return None
    from fably.examples.finding import names_nothing

    if names_nothing(wish, settings.language):
        chance = Random(settings.seed)  # noqa: S311 - for stories, not for secrets
        example = found.any(settings.language, chance) if chance.random() < SOMETIMES else None
    else:
        example = found.choose(wish, settings.language)
    if example:
        found.note(example)  # now, for a story that is kept is told without the storyteller
    return example


def example_called(name: str, settings: Settings) -> Story | None:
    """The story of the shelf that is called `name`, or that is about it, as if it had been told just now; it is kept nowhere. Blocks.
    Raises `LibraryError`."""
    from fably.examples.opening import shelf

    found = shelf(settings)
    example = (found.called(name) or found.choose(name, settings.language)) if found and name else None
    if found is None or example is None:
        return None
    told = [Passage(index, one, "\n\n" if index else "") for index, one in enumerate(re.split(r"\n{2,}", found.text(example)))]
    info = {
        "query": example.title,
        "title": example.title,
        "language": example.language,
        "example": example.name,
        "hero": example.hero,
        "state": "complete",
    }
    return Story(Path(example.name), info, tuple(told), places=(), end=(0, 0), numbers=(), clips=(), format=None)
