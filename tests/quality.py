"""How good stories are, as far as that can be counted, and what they must reach: what `tools/bench/stories` prints and the tests ask."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from variety import distinct, likeness, words

from fably.core.types import Language, Length
from fably.lore.turkish import lower
from fably.lore.unfit import Unfit
from fably.story.readability import readability

EXAMPLES = Path(__file__).parents[1] / "examples"
WINDOW = 100  # words in which different ones are counted, so that a long story is not called poor
LAST = 50  # words of a story that are its end
_SPEECH = re.compile(r"[\"“]([^\"“”]*)[\"”]")
_MARKUP = re.compile(
    r"[*#_<>\[\]{}|\\`~]|https?:|^\s*(?:[-•]|\d+[.)])\s|^(?:title|chapter|the end|başlık|bölüm|son)\W*$", re.MULTILINE | re.IGNORECASE
)
_QUIET: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"sle(?:ep|pt)|dream|night|\bbed|pillow|blanket|snor|yawn|\beyes?\b|dark|moon|\bstars?\b|quiet|hush|lamp|warm|snug|curled|breath|soft"
    ),
    "tr": re.compile(
        r"uyu|uyku|düş[lüt]|rüya|gece|esne|horl|\bgöz|yast[ıi]|yorgan|battaniye|yata[kğ]|\bay\b|yıldız|sessiz|usul|lamba|sıcac|nefes|solu[kd]|yavaş"
    ),
}
"""What a story's end speaks of when it lets a child go to sleep."""


@dataclass(frozen=True)
class Limits:
    """What stories must reach. `grade` is the highest (Flesch-Kincaid) of English, `ease` the lowest (Ateşman) of Turkish."""

    grade: float
    ease: float
    sentence: float
    """Words, the highest mean."""


AGES: dict[str, Limits] = {"3-4": Limits(2, 88, 9), "5-6": Limits(3, 85, 11), "7-8": Limits(4, 80, 14), "3-8": Limits(4, 80, 11)}
"""By the ages that stories are for, in years; those of the offline storyteller are for all."""
LEAST_DIFFERENT = 60  # of WINDOW words, in the mean
DIALOGUE = (0.1, 0.4)  # words spoken by somebody, as a part of all
LEAST_ENDS_WELL = 0.95
LENGTHS: dict[Length, tuple[int, int]] = {"short": (270, 480), "usual": (300, 900), "long": (400, 900)}  # words
LEAST_DISTINCT = 0.1  # of all pairs of words
MOST_SHARED = 0.1  # of the n-grams of two stories, in the mean


@dataclass(frozen=True)
class Line:
    """One line of the table: what was counted, as it is printed, and whether it is what it must be."""

    name: str
    value: str
    wanted: str
    good: bool


def shelf(language: Language, age: str | None = None) -> list[str]:
    """The stories that ship, without their headers; of one age, such as "5-6", or all."""
    files = [file.read_text(encoding="utf-8").split("\n---\n", 1) for file in sorted((EXAMPLES / language).glob("*.md"))]
    return [text.strip() for header, text in files if age is None or f"\nage: {age}\n" in f"{header}\n"]


def quality(stories: Sequence[str], language: Language, age: str = "3-8", length: Length = "usual") -> list[Line]:
    """Measure two stories or more that are for children of `age`."""
    fewest, most = LENGTHS[length]
    limits = AGES[age]
    measured = [readability(text, language) for text in stories]
    sentence = fmean(one.sentence for one in measured)
    shortest, longest = min(one.words for one in measured), max(one.words for one in measured)
    if language == "en":
        grade = fmean(one.grade for one in measured)
        easy = Line("Flesch-Kincaid grade", f"{grade:.1f}", f"to {limits.grade:g}", grade <= limits.grade)
    else:
        ease = fmean(one.ease for one in measured)
        easy = Line("Ateşman ease", f"{ease:.1f}", f"from {limits.ease:g}", ease >= limits.ease)
    different, spoken = _mean(_different, stories), _mean(_spoken, stories)
    ended = fmean(ends_well(text, language) for text in stories)
    leftovers = sum(len(_MARKUP.findall(text)) for text in stories)
    unfit = Unfit(language)
    held = sum(unfit.in_text(one) is not None for text in stories for one in text.split("\n\n"))
    pairs, alike = distinct(stories, 2), likeness(stories)
    return [
        Line("words, fewest / most", f"{shortest} / {longest}", f"{fewest} to {most}", fewest <= shortest <= longest <= most),
        easy,
        Line("words of a sentence", f"{sentence:.1f}", f"to {limits.sentence:g}", sentence <= limits.sentence),
        Line(f"different words of {WINDOW}", f"{different:.0f}", f"from {LEAST_DIFFERENT}", different >= LEAST_DIFFERENT),
        Line("dialogue", f"{spoken:.0%}", "{:.0%} to {:.0%}".format(*DIALOGUE), DIALOGUE[0] <= spoken <= DIALOGUE[1]),
        Line("ends well", f"{ended:.0%}", f"from {LEAST_ENDS_WELL:.0%}", ended >= LEAST_ENDS_WELL),
        Line("leftovers of markup", f"{leftovers}", "none", leftovers == 0),
        Line("paragraphs held back", f"{held}", "none", held == 0),
        Line("distinct-2", f"{pairs:.3f}", f"from {LEAST_DISTINCT}", pairs >= LEAST_DISTINCT),
        Line("shared by two, mean", f"{alike.mean:.3f}", f"to {MOST_SHARED}", alike.mean <= MOST_SHARED),
    ]


def ends_well(text: str, language: Language) -> bool:
    """Whether a story comes to its end, and the end is a quiet one."""
    last = " ".join(text.split()[-LAST:])
    small = lower(last) if language == "tr" else last.lower()
    return re.search(r"[.!?][\"”»]?$", last) is not None and _QUIET[language].search(small) is not None


def _different(text: str) -> float:
    known = words(text)
    return fmean(len(set(known[at : at + WINDOW])) for at in range(0, max(1, len(known) - WINDOW + 1), 10))


def _spoken(text: str) -> float:
    return sum(len(words(one)) for one in _SPEECH.findall(text)) / len(words(text))


def _mean(measure: Callable[[str], float], stories: Sequence[str]) -> float:
    return fmean(measure(text) for text in stories)
