"""Finds the story of the library that somebody means who wants it to go on: the last one, or the one about what they name."""

import contextlib
import re
from itertools import islice

from fably.core.errors import LibraryError
from fably.core.types import Language
from fably.library.library import Library
from fably.library.story import Story
from fably.lore import english, turkish
from fably.lore.finding import KINDS, found
from fably.lore.going_on import going_on

READ = 30
"""Stories whose text is looked at, the newest first: a hero's name may be there only."""
_WORD = re.compile(r"\w+")
_SAYS_NOTHING = frozenset(
    [
        "the",
        "and",
        "with",
        "about",
        "story",
        "tale",
        "our",
        "my",
        "little",
        "one",
        "ile",
        "bir",
        "masal",
        "masalı",
        "hikaye",
        "hakkında",
        "küçük",
    ]
)


def story_called(library: Library, name: str) -> Story:
    """The story that is called `name`, or that is about it; the last one without a name. Blocks. Raises `LibraryError`."""
    if not name:
        story = library.last()
        if story is None:
            raise nothing_kept(library)
        return story
    try:
        return library.story(name)
    except LibraryError:
        story = meant(library, name)
        if story is None:
            raise
        return story


def nothing_kept(library: Library) -> LibraryError:
    """What is wrong where there is no last story."""
    return LibraryError(f"no story is kept in {library.root} yet, so none can go on").of_kind("none_kept", folder=library.root)


def wanted(wish: str, language: Language, library: Library) -> Story | None:
    """The story that `wish` wants to go on; None where it wants no such thing, or names one that is not there. Blocks.

    Raises `LibraryError` where it wants the last one, and there is none.
    """
    about = going_on(wish, language)
    story = meant(library, about) if about is not None else None
    if about == "" and story is None:
        raise nothing_kept(library)
    return story


def meant(library: Library, about: str) -> Story | None:
    """The newest story about that, or the last one where it says nothing; None where there is none. Blocks."""
    from fably.library.catalogue import Catalogue  # a database, for those who ask for a story by what it is about

    if not about:
        return library.last()
    with contextlib.suppress(OSError, LibraryError):
        entries, _total = Catalogue(library.root).page()
        for one in entries:
            language: Language = "tr" if one.language == "tr" else "en"
            if _is_about(f"{one.title} {one.query}", about, language):
                return library.story(one.name)
    return next((one for one in islice(library.recent(), READ) if _names(one, about)), None)


def _is_about(said: str, about: str, language: Language) -> bool:
    small, wanted = _small(said, language), _small(about, language)
    for kind in KINDS:
        keys = {one.key for one in found(wanted, language, kind)}
        if keys:
            return not keys.isdisjoint(one.key for one in found(small, language, kind))
    there = _WORD.findall(small)
    words = [one for one in _WORD.findall(wanted) if len(one) > 2 and one not in _SAYS_NOTHING]
    return bool(words) and all(any(_same(one, other, language) for other in there) for one in words)


def _names(story: Story, about: str) -> bool:
    """Whether a word of `about` is the name of somebody in the story, with or without its ending."""
    language = story.language
    names = {_small(one, language) for one in re.findall(r"(?<=[\w,;] )[A-ZÇĞİÖŞÜ]\w+", story.text)}
    words = [one for one in _WORD.findall(_small(about, language)) if len(one) > 2]
    return any(_same(word, name, language) for word in words for name in names if len(name) > 2)


def _same(wanted: str, known: str, language: Language) -> bool:
    """Whether that is one word in different forms."""
    if wanted == known:
        return True
    if language == "en":
        return wanted in english.forms(known) or known in english.forms(wanted)
    return wanted.startswith(known[:2]) and wanted in {
        one.replace("'", "") for one in turkish.forms(known) | turkish.forms(known, name=True)
    }


def _small(text: str, language: Language) -> str:
    return (turkish.lower(text) if language == "tr" else text.lower()).replace("\u2019", "'")
