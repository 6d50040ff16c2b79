"""A story of the shelf, told as the offline storyteller tells: from its beginning, behind an opener, or on from the next word."""

from typing import TYPE_CHECKING, NamedTuple

from fably.core.types import Language
from fably.llm.continuing import after
from fably.texts import lines, text

if TYPE_CHECKING:
    from fably.examples.example import Example
    from fably.examples.shelf import Shelf


class Shelved(NamedTuple):
    """A story of the shelf, and what follows on what has been told."""

    example: "Example"
    rest: str


def shelved(shelf: "Shelf", wish: str, told: str, language: Language) -> Shelved | None:
    """What follows on `told`: the rest of the story of which it is the beginning; where nothing but an opener was told, the story that
    fits the wish. None where no story is sure to be meant. Raises `LibraryError`."""
    if not told.strip():
        return _new(shelf, wish, language, "")
    bridge = text(language, "opener.shelf")
    for opener in lines(language, "opener.lines"):
        if told.split() == opener.split():  # the opener is a clause, and the story begins for itself: so the clause is ended first
            return _new(shelf, wish, language, f"{bridge}\n\n")
        begun = after(told, f"{opener} {bridge}")
        if begun is not None:
            return _on(shelf, begun.lstrip()) if begun.strip() else _new(shelf, wish, language, "\n\n")
    return _on(shelf, told)


def _new(shelf: "Shelf", wish: str, language: Language, before: str) -> Shelved | None:
    example = shelf.choose(wish, language)
    if example is None:
        return None
    story = shelf.text(example)
    shelf.note(example)
    return Shelved(example, before + story)


def _on(shelf: "Shelf", told: str) -> Shelved | None:
    example = shelf.begun(told)
    rest = after(shelf.text(example), told) if example else None
    return Shelved(example, rest) if example and rest is not None else None
