"""The story of the shelf that is told for a wish, where the offline storyteller is to tell."""

import asyncio
from typing import TYPE_CHECKING

from fably.settings import Settings

if TYPE_CHECKING:
    from fably.examples.example import Example


async def example_for(wish: str, settings: Settings) -> "Example | None":
    """The one that fits best and was not told just now, if there is one. Raises `LibraryError`."""
    return await asyncio.to_thread(_chosen, settings, wish)


def _chosen(settings: Settings, wish: str) -> "Example | None":
    from fably.examples.opening import shelf  # 2 ms, and only where a story is told offline

    found = shelf(settings)
    example = found.choose(wish, settings.language) if found else None
    if found and example:
        found.note(example)  # now, for a story that is kept is told without the storyteller
    return example
