"""The stories as the page shows them: a list of cards, and one of them opened. Whatever was wished for or told is only ever text here."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote

from fably.core.errors import LibraryError
from fably.core.types import Language
from fably.examples.example import Example
from fably.examples.shelf import Shelf as Examples
from fably.library.catalogue import Catalogue, Entry
from fably.library.story import Story
from fably.texts import text
from fably.web.sounds import kept, sound

EXAMPLE = "/"
"""Begins the name of one that ships: no name in the library does."""
PAGE = 12
"""Stories on a page of the list."""


@dataclass(frozen=True)
class Leaf:
    """A page of the list: what it shows, where it begins, from 0, and how many stories there are."""

    html: str
    first: int
    total: int

    @property
    def newer(self) -> bool:
        return self.first > 0

    @property
    def older(self) -> bool:
        return self.first + PAGE < self.total


class Shelf:
    """The library below `root`, in a language. `kept` is where a list of it may be written: the library itself may be the box's alone.
    `others` gives the stories that ship, when they are wanted."""

    def __init__(self, root: Path, kept: Path, language: Language, others: Callable[[], Examples | None] = lambda: None) -> None:
        self._root, self._language, self._others = root, language, others
        self._catalogue = Catalogue(root, kept / "stories.sqlite")

    def say(self, key: str, **values: object) -> str:
        return text(self._language, f"page.{key}", **values)

    def leaf(self, wanted: str, first: int) -> Leaf:
        """The stories from `first` on, newest first, of those with the words that are `wanted`. A library that cannot be read is empty."""
        first = max(0, first - first % PAGE)
        try:
            entries, total = self._catalogue.page(PAGE, first, wanted)
            if not entries and total:  # some went, meanwhile
                first = (total - 1) // PAGE * PAGE
                entries, total = self._catalogue.page(PAGE, first, wanted)
        except OSError:
            entries, total = [], 0
        if not entries:
            none = escape(self.say("none_found" if wanted.strip() else "none_kept"))
            return Leaf(f'<p class="none">{none}</p>', 0, 0)
        shown = escape(self.say("shown", first=first + 1, last=first + len(entries), total=total))
        return Leaf(f'<ul class="cards">{"".join(map(self._card, entries))}</ul><p class="count">{shown}</p>', first, total)

    def _card(self, entry: Entry) -> str:
        said = [self.say(key) for key, there in (("favourite_mark", entry.favourite), ("broke_off", entry.state == "partial")) if there]
        about = " · ".join(filter(None, [entry.created[:16], length(entry.seconds), *said]))
        title = titled(entry.title, entry.name)
        star = '<span aria-hidden="true">★</span>' if entry.favourite else ""
        shown = f'<span class="title"><span>{escape(title)}</span>{star}</span><span class="about">{escape(about)}</span>'
        return f'<li><button type="button" class="card" data-story="{escape(entry.name)}">{shown}</button></li>'

    def examples(self) -> str:
        """The stories of this language that ship, as cards."""
        with suppress(LibraryError):
            if (shelf := self._others()) is not None:
                return f'<ul class="cards">{"".join(self._example(one) for one in shelf.index() if one.language == self._language)}</ul>'
        return f'<p class="none">{escape(self.say("none_found"))}</p>'

    def _example(self, one: Example) -> str:
        about = escape(f"{self.say('age')} {one.ages[0]}–{one.ages[1]}")
        shown = f'<span class="title">{escape(one.title)}</span><span class="about">{about}</span>'
        return f'<li><button type="button" class="card" data-story="{EXAMPLE}{escape(one.name)}">{shown}</button></li>'

    def example(self, name: str) -> str | None:
        """A story that ships, to be read; None where `name` is no such name."""
        if not name.startswith(EXAMPLE):
            return None
        with suppress(LibraryError):
            shelf = self._others()
            found = next((one for one in shelf.index() if one.name == name.removeprefix(EXAMPLE)), None) if shelf else None
            if shelf and found:
                words = paragraphs(shelf.text(found))
                return f'<article class="story" lang="{found.language}"><h2>{escape(found.title)}</h2>{words}</article>'
        return f'<p class="none">{escape(self.say("not_there"))}</p>'

    def story(self, name: str) -> Story | None:
        """The story of exactly this name."""
        return kept(self._root, name)

    def opened(self, story: Story) -> str:
        """A story to be heard and read."""
        title, where = title_of(story), address(story)
        about = " · ".join(filter(None, [story.created[:16], length(story.seconds), "" if story.complete else self.say("broke_off")]))
        star = '<span aria-hidden="true">★</span> ' if story.favourite else ""
        return (
            f'<article class="story" lang="{story.language}"><h2>{star}{escape(title)}</h2><p class="about">{escape(about)}</p>'
            f"{self.player(story)}{paragraphs(story.text)}"
            f'<p class="export"><a href="{where}/story.zip" download>{escape(self.say("export"))}</a></p></article>'
        )

    def player(self, story: Story) -> str:
        """Plays the sound of a story, if it has any."""
        if sound(story) is None:
            return f'<p class="about">{escape(self.say("no_sound"))}</p>'
        label = escape(self.say("sound_of", title=title_of(story)))
        return f'<audio controls preload="metadata" src="{address(story)}/sound" aria-label="{label}"></audio>'


def address(story: Story) -> str:
    """Where a browser finds what belongs to a story."""
    return f"/library/{quote(story.name, safe='')}"


def paragraphs(words: str) -> str:
    """The text of a story as paragraphs."""
    return "".join(f"<p>{escape(one.strip())}</p>" for one in words.split("\n\n") if one.strip())


def title_of(story: Story) -> str:
    return titled(story.title, story.name)


def titled(words: str, name: str) -> str:
    """What a person would call a story: its title, or what was wished for, or else its name."""
    printable = "".join(one if one.isprintable() else " " for one in words)
    title = " ".join(printable.split())[:120] or name.rpartition("-")[0].replace("-", " ") or name
    return title[0].upper() + title[1:]


def length(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02}" if whole else ""
