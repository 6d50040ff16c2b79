"""A list of the stories that costs the same for ten and for ten thousand.

It is kept in a small database below the library, which may be deleted at any time: the folders are the truth. That a folder came or
went is seen by the time of the last change of the library's own folder, that a story changed by the time of its info.yaml.
"""

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from pathlib import Path

from fably.library.names import TELLING, is_name, words
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
    """The list of the stories below `root`, kept in `file`, or else in the library itself. Where that cannot be written to, all of the
    library is read each time."""

    def __init__(self, root: Path, file: Path | None = None) -> None:
        self._root, self._file = root, file or root / FOLDER / "stories.sqlite"

    def page(self, count: int | None = None, first: int = 0, wanted: str = "") -> tuple[list[Entry], int]:
        """Some of the stories, newest first, and how many there are; only those with all words of `wanted`, or their beginnings, in their
        title, wish or name. Raises `OSError` when the library cannot be read."""
        where = "where has(title || ' ' || query, name) " if wanted.strip() else ""
        bounds = (-1 if count is None else count, first)
        return self._ask(where, "order by created desc, name limit ? offset ?", bounds, wanted)

    def broken_off(self) -> Entry | None:
        """The story that broke off last. Raises `OSError`."""
        entries, _total = self._ask("where state = 'partial'", "", ())  # all, for each is looked at once more
        return max(entries, key=lambda one: one.changed, default=None)

    def _ask(self, where: str, order: str, bounds: tuple[int, ...], wanted: str = "") -> tuple[list[Entry], int]:
        try:
            with self._open(self._file, wanted) as database:
                return self._page(database, where, order, bounds)
        except (sqlite3.Error, OSError):
            with self._open(Path(":memory:"), wanted) as database:
                return self._page(database, where, order, bounds)

    @contextlib.contextmanager
    def _open(self, file: Path, wanted: str) -> Iterator[sqlite3.Connection]:
        if str(file) != ":memory:":
            if not self._root.is_dir():
                raise FileNotFoundError
            file.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(sqlite3.connect(file)) as database:
            try:
                if database.execute("pragma user_version").fetchone() != (_VERSION,):
                    database.executescript(f"drop table if exists story; drop table if exists seen; pragma user_version = {_VERSION};")
                database.executescript(_SCHEMA)
            except sqlite3.DatabaseError:  # cut off by a pulled plug, or none of ours
                file.unlink(missing_ok=True)
                raise
            database.create_function("has", 2, _searching(wanted), deterministic=True)
            with database:
                yield database

    def _page(self, database: sqlite3.Connection, where: str, order: str, bounds: tuple[int, ...]) -> tuple[list[Entry], int]:
        self._sync(database)
        while True:
            entries = [Entry(*row) for row in database.execute(f"select * from story {where} {order}", bounds).fetchall()]  # noqa: S608 - ours
            stale = [entry for entry in entries if _changed(self._root / entry.name) != entry.changed]
            for entry in stale:
                self._read(database, entry.name)
            if not stale:
                return entries, int(database.execute(f"select count(*) from story {where}").fetchone()[0])  # noqa: S608 - ours

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
    state = "complete" if story.goes_on_at is None else "partial"
    return Entry(story.name, story.created, story.seconds, state, story.language, story.query, story.title, int(story.favourite), changed)


def _searching(wanted: str) -> Callable[[str, str], bool]:
    """Whether the words of a title, a wish and a name begin with all of the words that are wanted."""
    looked_for = words(wanted)

    def has(query: str, name: str) -> bool:
        there = words(f"{query} {name}")
        return all(any(one.startswith(word) for one in there) for word in looked_for)

    return has


def _changed(folder: Path) -> int:
    try:
        return (folder / INFO).stat().st_mtime_ns
    except OSError:
        return 0
