"""Whether a story is far too hard for a child to follow."""

from collections.abc import Sequence

from fably.core.types import Language
from fably.story.readability import readability

HARDEST: dict[Language, Sequence[tuple[int, float]]] = {
    "en": ((2, 4.0), (5, 5.5), (7, 7.0), (9, 9.0)),
    "tr": ((2, 70.0), (5, 62.0), (7, 55.0), (9, 45.0)),
}
"""From which age on, and how hard at most: a grade for English, Ateşman's number for Turkish. What is asked for is much easier."""


def is_too_hard(text: str, language: Language, age: int) -> bool:
    """Whether a story is far too hard for a child of `age`; one without a word is not."""
    bound = next((one for years, one in reversed(HARDEST[language]) if years <= age), HARDEST[language][0][1])
    try:
        found = readability(text, language)
    except ValueError:
        return False
    return found.grade > bound if language == "en" else found.ease < bound
