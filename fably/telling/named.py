"""The story that somebody names who wants to hear what happened next in it: one of the library, or else of the shelf."""

from fably.core.errors import LibraryError
from fably.library.library import Library
from fably.library.story import Story
from fably.settings import Settings
from fably.telling.exemplary import example_called
from fably.telling.recollecting import story_called


def story_named(library: Library, name: str, settings: Settings) -> Story:
    """The story that is called `name`, or that is about it; the last one without a name. Blocks. Raises `LibraryError`: that of the
    library, also where the shelf cannot be read, for it was not what was asked for."""
    try:
        return story_called(library, name)
    except LibraryError as fault:
        try:
            shipped = example_called(name, settings)
        except LibraryError:
            shipped = None
        if shipped is None:
            raise fault from None
        return shipped
