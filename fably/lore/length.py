"""How long our own stories are. A short one has a try less, leaves out what little ones can do without as well, and says the rest in few
words; a long one has scenes that the others do not have, and says more. What these are stands in each plot's own file."""

from collections.abc import Mapping

from fably.core.types import Language, Length
from fably.lore.age import first, needless
from fably.lore.stock import Plot, Sentence, otherwise

NEARLY: Mapping[Length, int] = {"short": 1, "long": 3}
"""By how many words what is said may be longer than the shortest that could be, or shorter than the longest: else each would be the same
every night."""


def for_length(name: str, paragraphs: Plot, length: Length, language: Language) -> Plot:
    """The plot called `name` as it is told at a length."""
    if length == "usual":
        return paragraphs
    other = otherwise(language, name, length)
    without = (*other.sentences, *(needless(name, language) if length == "short" else ()))
    told: Plot = []
    for paragraph in paragraphs:
        begins = first(paragraph[0])
        told += [scene for before, scene in other.besides.items() if begins.startswith(before)]
        if not begins.startswith(tuple(other.paragraphs)):
            said = ((one, _instead(one, other.instead)) for one in paragraph)
            told.append([new or one for one, new in said if new or not first(one).startswith(without)])
    return [paragraph for paragraph in told if paragraph]


def fitting(variants: Sentence, length: Length) -> Sentence:
    """Of what can be said what suits a length."""
    if isinstance(variants, str) or length == "usual":
        return variants
    counts = [len(one.split()) for one in variants]
    fewest, most = (min(counts), min(counts) + NEARLY[length]) if length == "short" else (max(counts) - NEARLY[length], max(counts))
    return [one for one, count in zip(variants, counts, strict=True) if fewest <= count <= most]


def _instead(variants: Sentence, instead: dict[str, str]) -> str | None:
    return next((said for begins, said in instead.items() if first(variants).startswith(begins)), None)
