"""What is in a wish: who the story is about, who goes along, where it happens. Never fails: what is not found is None.

What the stock knows is found under every form of every word. A hero that it does not know is taken when the wish plainly names one
("about a toaster"), and only when it is a few simple words that a child may hear.
"""

import re
from dataclasses import dataclass, replace

from fably.core.types import Language
from fably.lore import turkish
from fably.lore.finding import KINDS, Match, found
from fably.lore.naming import Name, name_beside, name_in, pronoun_in
from fably.lore.own import Own, own_heroes
from fably.lore.stock import Hero, Place, Thing, stock

LONGEST = 2000  # characters of a wish that are read
_LISTENER = {  # whom the story is told to is not whom it is about
    "en": re.compile(
        r"\b(?:for|tell me and) (?:me and )?(?:my|our|the|a|his|her|their)(?: [\w-]+){0,4}?"
        r" (?:(?:grand)?(?:sons?|daughters?|child|children)|girls?|boys?|kids?|sister|brother)(?: and (?:me|i))?\b"
    ),
    "tr": re.compile(
        r"\b(?:\w+ )?(?:çocuğum|çocuğumuz|çocuklar|çocuklarım|kızım|oğlum|kız kardeşim|kardeşim) için\b"
        r"|\b(?:(?:kız |erkek )?kardeş(?:im|lerim)e|kız(?:ım|ları?m)a|oğl(?:um|anlarım)a|çocuğumu?z?a|çocuklarımı?z?a|torun(?:um|larım)a)\b"
    ),
}


@dataclass(frozen=True)
class Wish:
    """What was found in a wish. `kind` of each is the very word of the wish; `epithet` is the hero's adjective ("blue")."""

    hero: Hero | None = None
    companion: Hero | None = None
    place: Place | None = None
    thing: Thing | None = None
    name: str | None = None
    pronoun: str | None = None
    epithet: str | None = None


def read(wish: str, language: Language) -> Wish:
    """Find hero, companion, place, thing and name in `wish`."""
    wish = wish[:LONGEST].replace("\u2019", "'")
    text = turkish.lower(wish) if language == "tr" else wish.lower()
    text = _LISTENER[language].sub(lambda found: " " * len(found.group()), text)
    known = stock(language)
    for said, meant in known.words.means.items():
        text = re.sub(rf"\b{said}\b", meant, text)
    stocked, places, things = (found(text, language, kind) for kind in KINDS)
    stocked = _with_their_kin(text, stocked, language)
    name = _of_relative(wish, stocked, language) or name_in(wish, language)
    own = [one for one in own_heroes(text, language) if not _taken(one, stocked, places, name)]
    cast = sorted(
        [
            *[(one.start, replace(known.heroes[one.key], kind=one.word)) for one in stocked],
            *[(one.start, replace(known.words.anyone, kind=one.kind, compound=one.compound)) for one in own],
        ],
        key=lambda one: one[0],
    )
    pronoun = pronoun_in(wish, language)
    heroes = [hero for _start, hero in cast]
    if name and (name.person or not heroes) and not (heroes and heroes[0].kind in known.words.called.values()):
        heroes.insert(0, known.heroes[known.words.called.get(pronoun or "", known.words.called["any"])])  # most likely the child itself
    free = [one for one in places if not any(mine.start <= one.start < mine.end for mine in own)]  # a garden gnome lives anywhere
    left = [one for one in things if not any(mine.start <= one.start < mine.end for mine in own)]
    return Wish(
        hero=heroes[0] if heroes else None,
        companion=next((one for one in heroes[1:] if one.kind != heroes[0].kind), None),
        place=replace(known.places[free[0].key], kind=free[0].word) if free else None,
        thing=replace(known.things[left[0].key], kind=left[0].word) if left else None,
        name=name.text if name else None,
        pronoun=pronoun,
        epithet=_epithet(text[: cast[0][0]], language) if cast and heroes[0] is cast[0][1] else None,
    )


def _with_their_kin(text: str, matches: list[Match], language: Language) -> list[Match]:
    """The same, where a mummy bear is one bear, and no mother: bir anne ayı."""
    known = stock(language)
    found: list[Match] = []
    for one in matches:
        last = found[-1] if found else one
        kin = known.heroes[last.key].wished and not known.heroes[one.key].wished
        if kin and last.end + 1 == one.start and text[last.start : last.end] == last.word:
            found[-1] = Match(last.start, one.end, one.key, f"{last.word} {one.word}")
        else:
            found.append(one)
    return found


def _of_relative(wish: str, stocked: list[Match], language: Language) -> Name | None:
    """The name of somebody of the family: "grandma Rose", "Ayşe teyze"."""
    known = stock(language)
    relatives = [one.word for one in stocked if known.heroes[one.key].wished or one.key in known.words.called.values()]
    return next((Name(name, person=False) for one in relatives if (name := name_beside(wish, one, language))), None)


def _taken(one: Own, heroes: list[Match], places: list[Match], name: Name | None) -> bool:
    """Whether what looks like a hero of the child's own has one of the stock in it, is a place ("about a castle") or a name."""
    known = any(one.start <= other.start < one.end for other in heroes)
    known = known or any(one.start <= other.start < one.end <= other.end for other in places)
    return known or (name is not None and name.text.casefold() == one.kind.casefold())


def _epithet(before: str, language: Language) -> str | None:
    """The adjective that ends `before`, the text up to the hero: "a small blue ", "küçük bir "."""
    words = before.split()
    if language == "tr" and words[-1:] == ["bir"]:
        words.pop()
    return words[-1] if words and words[-1] in stock(language).words.epithets else None
