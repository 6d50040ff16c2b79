"""What a child says for "go on with the story". The patterns are data: `en/going_on.toml`, `tr/going_on.toml`."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache

from fably.core.types import Language
from fably.lore import turkish
from fably.lore.stock import HERE

LONGEST = 120
"""Characters of something that can still mean that; a longer wish tells of what it wants."""
_OF = r"(?P<of>\w[\w' -]{1,60}?)"
_NO_WORD = re.compile(r"[^\w' -]+")
_ARTICLE = re.compile(r"^(?:the|that|my|our|bu|şu|o) ")


@dataclass(frozen=True)
class _Patterns:
    polite: re.Pattern[str]
    last: re.Pattern[str]
    named: tuple[re.Pattern[str], ...]
    never: frozenset[str]
    anew: re.Pattern[str]


def going_on(wish: str, language: Language) -> str | None:
    """What the story that is to be gone on with is about, as the wish has it, or nothing where it means the last one. None for a wish
    that wants no such thing: "a story about a train that continues to the sea"."""
    if len(wish) > LONGEST:
        return None
    known, said = _patterns(language), [_plain(wish, language)]
    while (bare := known.polite.sub("", said[-1], count=1).strip()) != said[-1]:  # each pleasantry may bare another one
        said.append(bare)
    if any(known.last.fullmatch(one) for one in said):
        return ""
    named = (match["of"] for one in reversed(said) for pattern in known.named if (match := pattern.fullmatch(one)))
    of = _ARTICLE.sub("", next(named, "").strip())
    return of if of and of not in known.never else None


def wants_another(wish: str, language: Language) -> bool:
    """Whether somebody who speaks in the middle of a story plainly wants another one, and not this one changed."""
    return _patterns(language).anew.search(_plain(wish, language)) is not None


def _plain(wish: str, language: Language) -> str:
    small = turkish.lower(wish) if language == "tr" else wish.lower()
    return " ".join(_NO_WORD.sub(" ", small.replace("\u2019", "'")).split())


@cache
def _patterns(language: Language) -> _Patterns:
    data = tomllib.loads((HERE / language / "going_on.toml").read_text(encoding="utf-8"))
    before, after = ("|".join(data[key]) for key in ("before", "after"))
    return _Patterns(
        re.compile(rf"^(?:{before})(?= |$)|(?<= )(?:{after})$"),
        re.compile("|".join(data["going_on"])),
        tuple(re.compile(one.replace("{of}", _OF)) for one in data["going_on_with"]),
        frozenset(data["never"]),
        re.compile("|".join(data["anew"])),
    )
