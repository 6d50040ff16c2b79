"""Works what a child wishes for in the middle of a story into it: somebody comes along, something is found, or the way takes a turn.

That is told after the sentence that was begun, and once more before the end; between them the story is what it was.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from random import Random

from fably.core.types import Language
from fably.lore import turkish
from fably.lore.english import article
from fably.lore.own import Own, own_heroes
from fably.lore.recalling import phrases
from fably.lore.stock import Hero, stock
from fably.lore.telling import Noun, at, filled, slots_of
from fably.lore.wishes import Wish, read

MOST = 2
"""Things of one wish that are worked in."""
_ENDS = re.compile(r"[.!?…][\"'”’»)]*(?=\s|$)")
_OWN: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"\b(?:an?|my)\s+(?:(?P<epithet>\w+)\s+)?(?P<kind>[a-z]{3,20})\b"),
    "tr": re.compile(r"\bbir\s+(?:(?P<epithet>\w+)\s+)?(?P<kind>[a-zçğıöşüâ]{3,20})\s+(?:de |da )?(?:gel|çık|ol|var|uç)\w*"),
}


def worked_in(change: str, told: str, rest: str, language: Language, seed: str) -> str:
    """What follows on `told`: `rest`, as it would have been, with `change` in it."""
    chance = Random(f"{language}|{change}|{seed}")  # noqa: S311
    comes, stays = _lines(change, told, language, chance)
    cut = _cut(told, rest)
    begun, left = rest[:cut].rstrip(), rest[cut:].lstrip()
    paragraphs = left.split("\n\n") if left else []
    if paragraphs and stays:
        paragraphs.insert(len(paragraphs) - 1, stays)
    return "\n\n".join([begun, comes, *paragraphs])


def _cut(told: str, rest: str) -> int:
    """Where the sentence ends that `told` broke off in, with whatever is being said in it; at the latest with its paragraph."""
    paragraph = told.rpartition("\n\n")[2]
    if told and not _is_open(paragraph) and _ENDS.search(paragraph.rstrip()[-3:]) and re.search(r"[.!?…][\"'”’»)]*$", paragraph.rstrip()):
        return 0
    until = rest.find("\n\n", len(rest) - len(rest.lstrip()))
    until = len(rest) if until < 0 else until
    return next((end for one in _ENDS.finditer(rest, 0, until) if not _is_open(paragraph + rest[: (end := one.end())])), until)


def _is_open(paragraph: str) -> bool:
    """Whether somebody is still speaking at its end."""
    return bool(paragraph.count('"') % 2) or paragraph.count("“") > paragraph.count("”")


def _lines(change: str, told: str, language: Language, chance: Random) -> tuple[str, str]:
    """What is told now, and once more before the end."""
    found = _found(change, language)
    small = turkish.lower(told) if language == "tr" else told.lower()
    new = [one for one in (found.hero, found.companion) if one and not re.search(rf"\b{re.escape(one.kind)}", small)]
    comer = new[0] if new else None
    slots, _place = slots_of(replace(found, hero=comer) if comer else found, language, chance)
    slots |= {
        "comer": Noun(_called(comer, found, language), language, compound=comer.compound) if comer else slots["kind"],
        "found": slots["thing"],
        "foundlooks": slots["looks"],
    }
    known = phrases(language)["change"]
    called = known["called"].replace("{comername}", found.name) if found.name else ""
    if language == "tr" and found.epithet:  # Zuzu adında mor bir ejderha
        called += f"{found.epithet} "
    if found.place is not None:
        slots["newplace"] = Noun(at(found.place, language), language)
    what = [
        *(["comes"] if comer else []),
        *(["found"] if found.thing and found.thing.kind not in small else []),
        *(["goes"] if found.place and found.place.kind not in small else []),
    ][:MOST]
    later = {"comes": "stays", "found": "keeps"}
    now = [filled(chance.choice(known[one]).replace("{called}", called), slots) for one in what or ["other"]]
    then = [filled(chance.choice(known[later[one]]), slots) for one in what if one in later]
    return " ".join(now), " ".join(then[:1])


def _called(hero: Hero, found: Wish, language: Language) -> str:
    return f"{found.epithet} {hero.kind}" if found.epithet and language == "en" else hero.kind


def _found(change: str, language: Language) -> Wish:
    """Who and what is in it. Somebody whom the stock does not know is found behind his article: "and then a toaster comes"."""
    found = read(change, language)
    if found.hero or found.thing or found.place:
        return found
    small = turkish.lower(change) if language == "tr" else change.lower()
    words = stock(language).words
    for one in _own(small, language):
        return replace(found, hero=replace(words.anyone, kind=one.kind, compound=one.compound))
    return found


def _own(change: str, language: Language) -> Iterator[Own]:
    for match in _OWN[language].finditer(change):
        first, kind = match["epithet"], match["kind"]
        if first and first not in stock(language).words.epithets:  # "a toaster comes", "bir tost makinesi gelsin"
            kind = first if language == "en" else f"{first} {kind}"
        yield from own_heroes(f"about {article(kind)}" if language == "en" else f"{kind} hakkında", language)
