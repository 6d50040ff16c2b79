"""Tells a plot: picks a variant of each sentence and fills its slots. The slots are explained at the top of each plots.toml."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from fably.core.types import Language
from fably.lore import turkish
from fably.lore.stock import Hero, Plot, Sentence, stock
from fably.lore.wishes import Wish, read

_SLOT = re.compile(r"\{(\w+)(?:\.(\w+))?\}")
_STARTS = re.compile(r'(?:^|[.!?…]"? )"?$')  # before the first word of a sentence that we wrote ourselves
_PRONOUNS = {
    "she": {"he": "she", "him": "her", "his": "her", "himself": "herself"},
    "he": {"he": "he", "him": "him", "his": "his", "himself": "himself"},
}


@dataclass(frozen=True)
class Noun:
    """What fills a slot, with what must be known to bend it."""

    text: str
    name: bool = False
    compound: bool = False

    def form(self, case: str) -> str:
        """The word as the slot wants it. Raises `KeyError` for a case that the language does not have."""
        if not case:
            return self.text
        if case not in turkish.CASES:
            raise KeyError(case)
        return turkish.inflect(self.text, case, name=self.name, compound=self.compound)


def story(wish: str, language: Language, seed: str, *, begun: bool = False, mid_sentence: bool = False) -> Iterator[list[str]]:
    """Give a story paragraph by paragraph, each a list of sentences. The same wish and `seed` give the same story everywhere.

    `begun`: somebody has said "Once upon a time" already, and with `mid_sentence` has not come to a full stop.
    """
    chance = Random(f"{language}|{wish}|{seed}")  # noqa: S311 - for stories, not for secrets; a string seeds alike in every process
    known = stock(language)
    found = read(wish, language)
    slots = _slots(found, language, chance)
    plot: Plot = chance.choice(known.plots)
    slots["begin"] = Noun("" if begun else chance.choice(known.beginnings))
    for number, paragraph in enumerate(plot):
        sentences = [_filled(sentence, slots, language, chance) for sentence in paragraph]
        if number == 0 and begun and mid_sentence:
            sentences[0] = _small(sentences[0], slots["name"].text, language)
        yield sentences


def ending(language: Language, seed: str, *, mid_sentence: bool) -> list[str]:
    """A few sentences that bring any story to a gentle end."""
    chance = Random(f"{language}|{seed}")  # noqa: S311
    known = stock(language).ending
    first = chance.choice(known["bridges" if mid_sentence else "turns"])
    return [first, *(chance.choice(variants) for variants in known["ends"])]


def _slots(found: Wish, language: Language, chance: Random) -> dict[str, Noun]:
    known = stock(language)
    hero = found.hero or chance.choice(list(known.heroes.values()))
    others: list[Hero] = [one for one in known.heroes.values() if one.kind != hero.kind]
    friend = found.companion or chance.choice(others)
    place = found.place or chance.choice(list(known.places.values()))
    pronoun = hero.pronoun or chance.choice(sorted(known.names))
    name = found.name or chance.choice(known.names[pronoun])
    slots = {
        "name": Noun(name, name=True),
        "kind": Noun(hero.kind, compound=hero.compound),
        "friend": Noun(friend.kind, compound=friend.compound),
        "at": Noun(place.at),
        "likes": Noun(hero.likes),
        "gift": Noun(hero.gift),
    }
    return slots | {slot: Noun(word) for slot, word in _PRONOUNS.get(pronoun, {}).items()}


def _filled(sentence: Sentence, slots: Mapping[str, Noun], language: Language, chance: Random) -> str:
    chosen = (sentence if isinstance(sentence, str) else chance.choice(sentence)).replace("{begin}", slots["begin"].text).strip()

    def fill(slot: re.Match[str]) -> str:
        word = slots[slot[1]].form(slot[2] or "")
        return _capital(word, language) if _STARTS.search(chosen[: slot.start()]) else word

    return _capital(_SLOT.sub(fill, chosen), language)


def _capital(text: str, language: Language) -> str:
    return turkish.capital(text) if language == "tr" else text[:1].upper() + text[1:]


def _small(sentence: str, name: str, language: Language) -> str:
    """The sentence with a small letter at its start, unless it begins with the hero's name."""
    if sentence.startswith(name):
        return sentence
    return (turkish.lower(sentence[:1]) if language == "tr" else sentence[:1].lower()) + sentence[1:]
