"""The stories as one compressed file, from which one can be read without unpacking the others.

    fably examples 2\\n     the mark, a line
    00001234\\n             how many bytes the index takes, eight digits
    the index              JSON, zlib
    the stories            text, zlib, each by itself; the index says how many bytes each takes

It is no .zip: to import `zipfile` costs 0.9 MB of memory and 15 ms, more than all the titles.
"""

import json
import zlib
from collections.abc import Iterable
from dataclasses import astuple
from pathlib import Path
from typing import Any, NamedTuple

from fably.core.errors import LibraryError
from fably.core.parts import written
from fably.examples.example import LONGEST, Example

MARK = b"fably examples 2\n"
DIGITS = 8
LARGEST_INDEX = 500_000  # bytes, unpacked: titles of a thousand stories


class _Index(NamedTuple):
    mark: str
    """Of the files that the archive was made from (`Folder.mark`)."""
    stories: dict[Example, tuple[int, int]]
    """Where in the file each begins, and its bytes."""


class Archive:
    """The stories in one file, each read when it is wanted."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def index(self) -> tuple[Example, ...]:
        """What is known of each, by name. Raises `LibraryError`."""
        return tuple(sorted(self._index().stories, key=lambda one: one.name))

    def text(self, example: Example) -> str:
        """The text of a story. Raises `LibraryError`."""
        place = self._index().stories.get(example)
        if place is None:
            raise self._broken("has no such story")
        start, size = place
        return _unpacked(self._read(start, size), LONGEST, self)

    def mark(self) -> str:
        """Of the files that it was made from. Raises `LibraryError`."""
        return self._index().mark

    def _index(self) -> _Index:
        head = self._read(0, len(MARK) + DIGITS + 1)
        size = head.removeprefix(MARK).strip()
        if not head.startswith(MARK) or not size.isdigit():
            raise self._broken("is no archive of example stories")
        known: Any = _unpacked(self._read(len(head), int(size)), LARGEST_INDEX, self)
        try:
            known = json.loads(known)
            stories, at = {}, len(head) + int(size)
            for *about, packed in known["stories"]:
                name, title, language, (youngest, oldest), *rest, words = about
                value, hero, place, opening = map(str, rest)
                example = Example(name, title, language, (int(youngest), int(oldest)), value, hero, place, opening, int(words))
                stories[example] = at, int(packed)
                at += int(packed)
            return _Index(str(known["of"]), stories)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise self._broken("has an index that makes no sense") from error

    def _read(self, start: int, size: int) -> bytes:
        try:
            with self._file.open("rb") as file:
                file.seek(start)
                found = file.read(min(size, LARGEST_INDEX))
        except (OSError, ValueError) as error:
            raise LibraryError(f"{self._file} cannot be read: {error}") from error
        if len(found) != size:
            raise self._broken("ends too early")
        return found

    def _broken(self, what: str) -> LibraryError:
        return LibraryError(f"{self._file} {what}; install Fably once more, or take the file away")


def _unpacked(packed: bytes, most: int, archive: Archive) -> str:
    unpacking = zlib.decompressobj()
    try:
        text = unpacking.decompress(packed, most)
        if not unpacking.eof:
            raise ValueError("it is too long, or not whole")
        return text.decode()
    except (zlib.error, ValueError) as error:
        raise archive._broken("is damaged") from error


def pack(stories: Iterable[tuple[Example, str]], mark: str, file: Path) -> None:
    """Write an archive of `stories`, which were made from files with this `mark`. Raises `OSError`.

    The same stories give the same bytes.
    """
    packed = [(example, zlib.compress(text.encode(), 9)) for example, text in stories]
    index = {"of": mark, "stories": [[*astuple(example), len(text)] for example, text in packed]}
    head = zlib.compress(json.dumps(index, ensure_ascii=False).encode(), 9)
    with written(file) as part:
        part.write_bytes(b"".join([MARK, f"{len(head):0{DIGITS}}\n".encode(), head, *(text for _example, text in packed)]))
