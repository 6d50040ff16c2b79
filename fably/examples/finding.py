"""Finds the stories that fit a wish: by title, value, hero and place. Unsure is none: every word that says something must fit."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from fably.core.types import Language
from fably.examples.example import Example
from fably.lore import english, turkish
from fably.lore.values import values
from fably.lore.verbs import is_form

LONGEST = 300  # characters of a wish that are read; a longer one asks for more than any story of the shelf has
MOST_WORDS = 8  # of it that say something
WEIGHTS = {"value": 4, "title": 3, "hero": 3, "place": 2}
"""How much a word counts that is found there."""
_SAME = 2
"""Letters that all forms of a word have in common, nearly always."""
_WORD = re.compile(r"[^\W\d_]+")


def fitting(wish: str, examples: Iterable[Example], language: Language) -> list[Example]:
    """Those in `language` that the whole wish fits, best first; the only one whose title it is. Where none is sure, none."""
    ours = [one for one in examples if one.language == language]
    said = _words(wish[: LONGEST + 1], language) if len(wish) <= LONGEST else []
    titled = [one for one in ours if said and said == _words(one.title, language)]
    if titled:
        return titled[:1]
    wanted = _telling(said, language)
    if not 0 < len(wanted) <= MOST_WORDS:
        return []
    scores = {one.name: score for one in ours if (score := _score(one, wanted, language))}
    return sorted((one for one in ours if one.name in scores), key=lambda one: (-scores[one.name], one.name))


def names_nothing(wish: str, language: Language) -> bool:
    """Whether a story is all that is wished for: "tell me a story", or nothing at all."""
    return len(wish) <= LONGEST and not _telling(_words(wish, language), language) and not any(one.isdigit() for one in wish)


def _telling(words: Sequence[str], language: Language) -> list[str]:
    """Of the words of a wish those that say something, each once."""
    filler = values(language).filler
    return [one for one in dict.fromkeys(words) if one not in filler]


def _score(example: Example, wanted: Sequence[str], language: Language) -> int:
    """How well a story fits; 0 where one of the words is nowhere in its header."""
    fields = {name: _telling(_words(getattr(example, name), language), language) for name in ("title", "hero", "place")}
    total = 0
    for word in wanted:
        found = [WEIGHTS[name] for name, known in fields.items() if any(_alike(word, one, language) for one in known)]
        found += [WEIGHTS["value"]] if _is_value(word, example.value, language) else []
        if not found:
            return 0
        total += max(found)
    return total


@lru_cache(200)
def _is_value(word: str, key: str, language: Language) -> bool:
    value = values(language).values[key]
    return any(_alike(word, one, language) for one in (*value.words, value.name)) or any(is_form(word, stem) for stem in value.verbs)


def _alike(word: str, other: str, language: Language) -> bool:
    """Whether one is a form of the other, or both are of one noun: camels and camel, çorabın and çorap."""
    return word == other or (word[:_SAME] == other[:_SAME] and (word in _forms(other, language) or other in _forms(word, language)))


@lru_cache(100)
def _forms(word: str, language: Language) -> set[str]:
    if language == "en":
        return {_folded(one, language) for one in english.forms(word)}
    return {_folded(one, language) for one in turkish.forms(word)}


def _words(text: str, language: Language) -> list[str]:
    """The words of a text in small letters. What follows an apostrophe is an ending: Tosun'un, the camel's."""
    return _WORD.findall(re.sub(r"['’]\w*", " ", _folded(text, language)))


def _folded(text: str, language: Language) -> str:
    text = unicodedata.normalize("NFC", text)
    return (turkish.lower(text) if language == "tr" else text.lower()).translate(_FLAT)


_FLAT = str.maketrans("âîû", "aiu")
