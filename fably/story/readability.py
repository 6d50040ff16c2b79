"""How easy a text is to follow, by the length of its sentences and words: Flesch-Kincaid for English, Ateşman for Turkish.

Flesch, "A new readability yardstick" (1948); Kincaid et al., "Derivation of new readability formulas" (1975); Ateşman, "Türkçede
okunabilirliğin ölçülmesi" (1997). They were made for readers, and a listener cannot turn back: what is easy by them is the least.
"""

import re
from dataclasses import dataclass

from fably.core.types import Language

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE = re.compile(r"[.!?…]+[\"”’»')]*(?=\s|$)")
_TURKISH_VOWEL = re.compile(r"[aeıioöuüâîû]")
_VOWELS = re.compile(r"[aeiouy]+")
_TWO = re.compile(r"lion|io(?!n|us)|ia(?!n\b|l\b|r\b)|[^qg]ua|eo(?=n|r|s\b)|[aeiouy]ing|iet|ii|[iu]um\b|i(?:er|est)\b|reate|\bidea|\barea")
"""Vowels that stand together and are two syllables: giant, going, quiet, happier."""
_MUTE = re.compile(
    r"[aeiouy][^aeiouy]e(?=ly\b|ful|less|ment|some\b|where\b|times?\b|thing\b)|\beve(?=ry|ning)"  # in the middle: care-less
    r"|(?:[^aeiouyl]|[aeiouyr]l)e$|(?:[aeiouy][^aeiouycgsxzhl]|[aeiouy]l)es$"  # at the end: plate, whole, makes, but table and houses
    r"|(?<![aeiouytd])(?<![^aeiouy][lr])ed$"  # of a past: named, laughed, but needed and tumbled
)
"""An e that is seen and not heard."""


@dataclass(frozen=True)
class Readability:
    """What was counted in a text of one word or more, and what follows from it."""

    language: Language
    words: int
    sentences: int
    syllables: int

    @property
    def ease(self) -> float:
        """0 (hard) to about 100 (easy), more for the very easiest: Flesch's reading ease, or Ateşman's for Turkish."""
        if self.language == "tr":
            return 198.825 - 40.175 * self.syllables / self.words - 2.610 * self.words / self.sentences
        return 206.835 - 1.015 * self.words / self.sentences - 84.6 * self.syllables / self.words

    @property
    def grade(self) -> float:
        """The school year in America in which an English text is read with ease (Flesch-Kincaid); below 0 for the very easiest."""
        return 0.39 * self.words / self.sentences + 11.8 * self.syllables / self.words - 15.59

    @property
    def sentence(self) -> float:
        """Words of a sentence, in the mean."""
        return self.words / self.sentences


def readability(text: str, language: Language) -> Readability:
    """Measure `text`. Raises `ValueError` when there is no word in it."""
    words = _WORD.findall(text)
    if not words:
        raise ValueError("there is no word in the text")
    sentences = sum(bool(_WORD.search(piece)) for piece in _SENTENCE.split(text))
    return Readability(language, len(words), sentences, sum(syllables(word, language) for word in words))


def syllables(word: str, language: Language) -> int:
    """How many syllables `word` has: in Turkish as many as vowels, in English as far as letters tell it. At least one."""
    if language == "tr":
        return max(1, len(_TURKISH_VOWEL.findall(word.replace("I", "ı").replace("İ", "i").lower())))
    small = re.sub("['’]", "", word.lower())
    return max(1, len(_VOWELS.findall(small)) + len(_TWO.findall(small)) - len(_MUTE.findall(small)))
