"""The stories as files that a parent can read: `en/the-sock-who-was-left-over.md`."""

from collections.abc import Iterator
from pathlib import Path

from fably.core.errors import LibraryError
from fably.examples.example import LONGEST, Example, read_example


class Folder:
    """The stories below one folder, each read when it is wanted."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def index(self) -> tuple[Example, ...]:
        """What is known of each, by name. Raises `LibraryError`."""
        return tuple(sorted((example for example, _text in self.stories()), key=lambda one: one.name))

    def text(self, example: Example) -> str:
        """The text of a story. Raises `LibraryError`."""
        return _read(self._root / example.language / f"{example.name}.md")[1]

    def stories(self) -> Iterator[tuple[Example, str]]:
        """All of them, one after the other. Raises `LibraryError`."""
        for file in self._files():
            yield _read(file)

    def mark(self) -> str:
        """By which one sees that a file came, went or was changed. Raises `LibraryError`."""
        try:
            return " ".join(f"{file.stem}:{file.stat().st_size}:{file.stat().st_mtime_ns}" for file in self._files())
        except OSError as error:
            raise LibraryError(f"{self._root}: {error.strerror or error}") from error

    def _files(self) -> list[Path]:
        return sorted(self._root.glob("*/*.md"))


def _read(file: Path) -> tuple[Example, str]:
    try:
        with file.open(encoding="utf-8") as open_file:
            return read_example(file.stem, open_file.read(LONGEST))
    except OSError as error:
        raise LibraryError(f"{file}: {error.strerror or error}") from error
    except ValueError as error:
        raise LibraryError(f"{file} is no example story: {error}; mend it or take it away") from error
