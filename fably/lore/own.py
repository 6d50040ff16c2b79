"""Heroes that are not in the stock: "about a toaster", "bir tost makinesinin masalı". Simple words only, and none that is unfit."""

import re
from dataclasses import dataclass

from fably.core.types import Language
from fably.lore import turkish
from fably.lore.english import plural
from fably.lore.stock import stock
from fably.lore.turns import turning_on
from fably.lore.unfit import Unfit

LONGEST = 30  # characters
MOST_WORDS = 3

_EN_STOP = (
    "who|whose|that|which|and|or|but|in|on|at|by|with|without|from|under|over|inside|near|called|named|going|looking|living|learning|"
    "for|to|is|was|has|had|can|could|wants|wanted|wanting|loves|loved|likes|liked|lives|lived|learns|goes|went|finds|found|got|"
    "makes|made|meets|met|please|because|when|where|tonight|today|then|so|comes|came|appears|arrives|flies|sings|eats|plays|sleeps|dances|"
    "falls|swims|runs|jumps|sees|says|builds|tries|helps|visits|travels|dreams|saves|gets|takes|turns|grows"
)
_EN_NOUN = rf"([a-z][a-z' -]*?)(?=\s+(?:{_EN_STOP})\b|\s*[^a-z' -]|\s*$)"
_EN_ARTICLE = r"(?:an?|the|my|our|some|one|his|her|their)"
_EN = (
    re.compile(rf"\b(?:about|(?:story|tale) of|once upon a time there was) {_EN_ARTICLE}\s+{_EN_NOUN}"),
    re.compile(rf"\band an?\s+{_EN_NOUN}"),
)
_EN_BARE = re.compile(rf"^\W*an?\s+{_EN_NOUN}")  # a shark who …
_EN_MANY = re.compile(r"\babout ([a-z]{3,}(?<!s)s)\b(?=\W*$| (?:and|in|on|who|that)\b)")  # about sharks
_TR_OF = r"(?: hakkında| üzerine| ile ilgili| konulu)\b"
_TR_TALE = r" (?:masal|hik[aâ]ye|öykü)(?:s?[ıiuü])(?:n[ıi]|ndan)?\b"
_TR_LEAD = r"(?:^|\b(?:bir|bana|bize|benim|bizim|ve|ile)\s)"
_TR_BEFORE = r"(?:(?!(?:ile|ve) )\w+ )"
_TR = (
    re.compile(rf"{_TR_LEAD}({_TR_BEFORE}{{0,2}}\w+)(?={_TR_OF})"),
    re.compile(rf"{_TR_LEAD}({_TR_BEFORE}{{0,2}}?\w+?)'?(n?[ıiuü]n)(?={_TR_TALE})"),
    re.compile(rf"{_TR_LEAD}({_TR_BEFORE}{{0,2}}\w+)(?={_TR_TALE})"),
)


_TR_BARE = re.compile(r"\bbir (\w+(?: \w+)?)\W*$")  # uyuyamayan bir köpekbalığı
_TR_SAYS = re.compile(r"(?:s[ıiuü]n|yor)$")  # bir yıldız düşsün
_TR_VERB = re.compile(r"m[ae]k(?:l[ae]r)?$")
_TR_NO_VERBS = frozenset({"ekmek", "yemek", "parmak", "ırmak", "çakmak", "kaymak", "tokmak"})
_LEADS = ("bir", "bana", "bize", "benim", "bizim")


_TR_WITH = re.compile(rf"{_TR_LEAD}((?:\w+ )?\w+) (?:ile|ve) (?:bir )?$")  # bir kaktüs ile | limonun masalı


@dataclass(frozen=True)
class Own:
    """A hero of the child's own, and where in the wish it stands."""

    start: int
    end: int
    kind: str
    compound: bool = False


def own_heroes(text: str, language: Language) -> list[Own]:
    """What `text`, in small letters, calls the one that the story is about: at most two, without their adjectives."""
    found = _english(text) if language == "en" else _turkish(text)
    return [one for raw in found if (one := _plain(raw, language)) is not None][:2]


def _english(text: str) -> list[Own]:
    first = _EN[0].search(text)
    if first is None and (many := _EN_MANY.search(text)):
        return [Own(*many.span(1), _one_of(many.group(1)))]
    first = first or _EN_BARE.search(text)
    if first is None:
        return []
    second = _EN[1].match(text, first.end() + 1)
    return [Own(*match.span(1), match.group(1)) for match in (first, second) if match]


def _one_of(many: str) -> str:
    """The noun that `many` is the plural of, as far as letters tell it."""
    singles = [f"{many[:-3]}y", many[:-2] if many[:-2].endswith(("s", "x", "ch", "sh")) else "", many[:-1]]
    return next(one for one in singles if one and (plural(one) == many or one == many[:-1]))


def _turkish(text: str) -> list[Own]:
    for pattern in _TR:
        match = pattern.search(text)
        if match is None:
            continue
        kind = match.group(1)
        if pattern is _TR[1]:  # a genitive was cut off, and took a consonant along perhaps: limonun is of limon
            whole = kind + match.group(2)
            kind = whole[:-2] if kind.endswith("o") and match.group(2)[0] == "n" else turkish.bare(kind)
            if turkish.inflect(kind, "gen", compound=" " in kind and kind[-1] in "ıiuü") != whole:
                continue
        before = _TR_WITH.search(text[: match.start(1)])
        return [*([Own(*before.span(1), before.group(1))] if before else []), Own(match.start(1), match.end(1), kind)]
    bare = _TR_BARE.search(text)
    return [Own(*bare.span(1), bare.group(1))] if bare and not _TR_SAYS.search(bare.group(1)) else []


def _plain(raw: Own, language: Language) -> Own | None:
    """The same without its adjectives, or None when it is no hero for a bedtime story."""
    words = stock(language).words
    parts = raw.kind.strip(" -'").split()
    start = raw.start
    while len(parts) > 1 and parts[0] in {*words.epithets, *_LEADS}:
        start = start + len(parts[0]) + 1
        parts.pop(0)
    kind = " ".join(parts)
    simple = re.fullmatch(r"[^\W\d_]+(?:[ '-][^\W\d_]+)*", kind)
    if not simple or len(kind) < 2 or len(kind) > LONGEST or len(parts) > MOST_WORDS or not words.nobody.isdisjoint(parts):
        return None
    if language == "tr" and _TR_VERB.search(kind) and parts[-1] not in _TR_NO_VERBS:
        return None  # paylaşmak hakkında: what is done is nobody
    if Unfit(language).in_text(raw.kind) or turning_on(f"about {kind}", language):  # "about the truth"
        return None
    possessive = kind[-1] in "ıiuü" and (len(parts) > 1 or turkish.is_joined(kind))
    return Own(start, raw.end, kind, compound=language == "tr" and possessive)
