"""A list of the stories that costs the same for ten and for ten thousand.

It is kept in a small database below the library, which may be deleted at any time: the folders are the truth. That a folder came or
went is seen by the time of the last change of the library's own folder, that a story changed by the time of its info.yaml.
"""

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from pathlib import Path

from fably.library.names import TELLING, is_name
from fably.library.story import INFO, Story, read_story
from fably.library.sweeping import sweep

FOLDER = ".catalogue"
SETTLED = 2_000_000_000  # nanoseconds after which a folder's time is sure to change with the next change
_SCHEMA = """
    create table if not exists story (
        name text primary key, created text, seconds real, state text, language text, query text, title text, favourite integer,
        changed integer
    );
    create index if not exists newest on story (created desc, name);
    create table if not exists seen (changed integer);
"""
_VERSION = 2
"""Of the tables. Those of another one are made anew, for the folders are the truth."""


@dataclass(frozen=True)
class Entry:
    """A line of the list. `changed` is when its info.yaml was, in nanoseconds."""

    name: str
    created: str
    seconds: float
    state: str
    language: str
    query: str
    title: str
    favourite: int
    changed: int


class Catalogue:
    """The list of the stories below `root`. A library that cannot be written to is read anew each time."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def page(self, count: int | None = None, first: int = 0) -> tuple[list[Entry], int]:
        """Some of the stories, newest first, and how many there are. Raises `OSError` when the library cannot be read."""
        return self._ask("select * from story order by created desc, name limit ? offset ?", (-1 if count is None else count, first))

    def broken_off(self) -> Entry | None:
        """The story that broke off last. Raises `OSError`."""
        entries, _total = self._ask("select * from story where state = 'partial'", ())  # all, for each is looked at once more
        return max(entries, key=lambda one: one.changed, default=None)

    def _ask(self, query: str, values: tuple[int, ...]) -> tuple[list[Entry], int]:
        try:
            with self._open(self._root / FOLDER / "stories.sqlite") as database:
                return self._page(database, query, values)
        except (sqlite3.Error, OSError):
            with self._open(Path(":memory:")) as database:
                return self._page(database, query, values)

    @contextlib.contextmanager
    def _open(self, file: Path) -> Iterator[sqlite3.Connection]:
        if str(file) != ":memory:":
            if not self._root.is_dir():
                raise FileNotFoundError
            file.parent.mkdir(exist_ok=True)
        with contextlib.closing(sqlite3.connect(file)) as database:
            try:
                if database.execute("pragma user_version").fetchone() != (_VERSION,):
                    database.executescript(f"drop table if exists story; drop table if exists seen; pragma user_version = {_VERSION};")
                database.executescript(_SCHEMA)
            except sqlite3.DatabaseError:  # cut off by a pulled plug, or none of ours
                file.unlink(missing_ok=True)
                raise
            with database:
                yield database

    def _page(self, database: sqlite3.Connection, query: str, values: tuple[int, ...]) -> tuple[list[Entry], int]:
        self._sync(database)
        while True:
            entries = [Entry(*row) for row in database.execute(query, values).fetchall()]
            stale = [entry for entry in entries if _changed(self._root / entry.name) != entry.changed]
            for entry in stale:
                self._read(database, entry.name)
            if not stale:
                return entries, int(database.execute("select count(*) from story").fetchone()[0])

    def _sync(self, database: sqlite3.Connection) -> None:
        """Take in what came and leave out what went."""
        if not self._root.is_dir():
            return
        changed = self._root.stat().st_mtime_ns
        if database.execute("select changed from seen").fetchone() == (changed,):
            return
        left = [name.removeprefix(TELLING) for name in os.listdir(self._root) if name.startswith(TELLING)]  # noqa: PTH208
        if left:  # by a crash, and without a mark: somebody copied the library
            sweep(self._root, left)
        there = {name for name in os.listdir(self._root) if is_name(name)}  # noqa: PTH208
        known = {row[0] for row in database.execute("select name from story")}
        database.executemany("delete from story where name = ?", [(name,) for name in known - there])
        for name in there - known:
            self._read(database, name)
        database.execute("delete from seen")
        if time.time_ns() - changed > SETTLED:
            database.execute("insert into seen values (?)", (changed,))

    def _read(self, database: sqlite3.Connection, name: str) -> None:
        database.execute("delete from story where name = ?", (name,))
        changed = _changed(self._root / name)
        story = read_story(self._root / name)
        if story is not None:
            database.execute("insert into story values (?, ?, ?, ?, ?, ?, ?, ?, ?)", astuple(_entry(story, changed)))


def _entry(story: Story, changed: int) -> Entry:
    state = "complete" if story.complete else "partial"
    return Entry(story.name, story.created, story.seconds, state, story.language, story.query, story.title, int(story.favourite), changed)


def _changed(folder: Path) -> int:
    try:
        return (folder / INFO).stat().st_mtime_ns
    except OSError:
        return 0
