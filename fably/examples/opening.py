"""Where the stories are: in the wheel's archive, in the files of a checkout, or in an archive that was made of those."""

from functools import lru_cache
from pathlib import Path

from fably.core.errors import LibraryError
from fably.examples.archive import Archive, pack
from fably.examples.folder import Folder
from fably.examples.shelf import Kept, Shelf
from fably.settings import Settings

ARCHIVE = Path(__file__).parent / "examples.fably"
"""Of an installed Fably."""
FILES = Path(__file__).parents[2] / "examples"
"""Of a checkout."""


def shelf(settings: Settings) -> Shelf | None:
    """The shelf as the settings say, none where they want none. It reads from the disk. Raises `LibraryError`: there are no stories."""
    if not settings.examples:
        return None
    source = _source(settings.state / ARCHIVE.name if settings.compress_examples else None)
    return Shelf(source if settings.examples_on_demand else _kept(source), settings.state / "examples-told", settings.age, settings.length)


def _source(own: Path | None) -> Archive | Folder:
    if ARCHIVE.exists():
        return _archive(ARCHIVE)
    if not FILES.is_dir():
        raise LibraryError(f"the example stories are neither in {ARCHIVE} nor in {FILES}; install Fably once more, or set --no-examples")
    return (_packed(own) if own else None) or _folder(FILES)


def _packed(own: Path) -> Archive | None:
    """The archive of this checkout, made anew where a file has changed; none where it cannot be written."""
    folder, archive = _folder(FILES), _archive(own)
    try:
        if archive.mark() == folder.mark():
            return archive
    except LibraryError:
        pass  # it is not there yet, or was cut off
    try:
        own.parent.mkdir(parents=True, exist_ok=True)
        pack(folder.stories(), folder.mark(), own)
    except LibraryError:
        raise
    except OSError:
        return None
    return archive


@lru_cache(4)
def _archive(file: Path) -> Archive:
    return Archive(file)


@lru_cache(4)
def _folder(root: Path) -> Folder:
    return Folder(root)


@lru_cache(1)
def _kept(source: Archive | Folder) -> Kept:
    """A source with its stories in memory, the same for every story of the program."""
    return Kept(source)
