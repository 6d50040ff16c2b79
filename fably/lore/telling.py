"""Tells a plot: picks a variant of each sentence and fills its slots. The slots are explained in `plots.md`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from fably.core.bible import Bible
from fably.core.types import Language, Length
from fably.lore import english, turkish
from fably.lore.age import USUAL, chosen, for_age
from fably.lore.length import fitting, for_length
from fably.lore.naming import pronoun_of
from fably.lore.particulars import suits, woven
from fably.lore.recalling import phrases, remembered
from fably.lore.stock import Place, plot, stock
from fably.lore.turns import turning_on
from fably.lore.wishes import Wish, read

_SLOT = re.compile(r"\{(\w+)(?:\.(\w+))?\}")
_STARTS = re.compile(r'(?:^|[.!?…]"? )"?$')  # before the first word of a sentence
_THE_FRIEND = re.compile(r"\b[Tt]he (?=\{friend[.}])")  # who has a name has no article
_PRONOUNS = {
    "she": {"he": "she", "him": "her", "his": "her", "himself": "herself"},
    "he": {"he": "he", "him": "him", "his": "his", "himself": "himself"},
}


@dataclass(frozen=True)
class Noun:
    """What fills a slot, with what must be known to bend it."""

    text: str
    language: Language
    name: bool = False
    compound: bool = False

    def form(self, case: str) -> str:
        """The word as the slot wants it. Raises `KeyError` for a case that the language does not have."""
        if not case:
            return self.text
        if self.language == "en":
            return self.text if self.name and case == "a" else english.FORMS[case](self.text)
        if case not in turkish.CASES:
            raise KeyError(case)
        return turkish.inflect(self.text, case, name=self.name, compound=self.compound)


def story(
    wish: str,
    language: Language,
    seed: str,
    *,
    begun: bool = False,
    mid_sentence: bool = False,
    about: str | None = None,
    before: Bible | None = None,
    age: int = USUAL,
    length: Length = "usual",
) -> Iterator[str]:
    """Give a story paragraph by paragraph. The same wish and `seed` give the same story everywhere.

    `about` is the name of a plot; without it, chance picks one, of those about the value that the wish names if there are any. `begun`:
    somebody has said "Once upon a time" already, and with `mid_sentence` has not come to a full stop. With a story `before` it is about
    the same, and who that is is not said once more. The child's `age` makes it easier or richer, and its `length` shorter or longer, not
    another story.
    """
    chance, slots, name, found = _chosen(wish, language, seed, begun=begun, before=before)
    name = about or name
    paragraphs = for_age(name, for_length(name, plot(language, name), length, language), age, language)
    if before is None:  # else it has been told
        paragraphs = woven(paragraphs, found.said, name, language, short=length == "short")
    for number, paragraph in enumerate(paragraphs):
        told = [phrases(language)["still"], *paragraph[1:]] if before and number == 0 else paragraph
        said = [chosen(fitting(one, length), age, chance) for one in told]
        text = " ".join(filled(sentence, slots) for sentence in said if sentence)
        yield _small(text, slots["name"].text, language) if number == 0 and begun and mid_sentence else text


def plot_of(wish: str, language: Language, seed: str, *, begun: bool, before: Bible | None = None) -> str:
    """The name of the plot that `story` tells."""
    return _chosen(wish, language, seed, begun=begun, before=before)[2]


def _chosen(wish: str, language: Language, seed: str, *, begun: bool, before: Bible | None) -> tuple[Random, dict[str, "Noun"], str, Wish]:
    chance = Random(f"{language}|{wish}|{seed}")  # noqa: S311 - for stories, not for secrets; a string seeds alike in every process
    known, found = stock(language), read(wish, language)
    found = remembered(before, found, language) if before else found
    slots, place = slots_of(found, language, chance)
    slots["begin"] = Noun("" if begun else chance.choice(known.words.beginnings), language)
    plots = [one for one in known.plots if suits(found.said, one, language) and (not place.bed or one not in known.words.grounded)]
    meant = turning_on(wish, language)
    plots = [one for one in plots if one in meant] or plots
    new = [one for one in plots if before is None or one not in before.plots]
    return chance, slots, chance.choice(new or plots), found


def opening(before: Bible, language: Language, seed: str) -> str:
    """The first sentence of what happened next: how the child left the hero last night."""
    known = phrases(language)
    chance = Random(f"{language}|{before.name}|{before.kind}|{seed}")  # noqa: S311
    nouns = {"name": Noun(before.name, language, name=True), "kind": Noun(before.kind, language)}
    named = [one for one in known["hero"] if all(nouns[slot[1]].text for slot in _SLOT.finditer(one))]
    if before.name and before.kind in stock(language).words.called.values():
        named = ["{name}"]  # nobody says "Lily the girl"
    slots = {"hero": Noun(filled(named[0], nouns, capital=False), language, name=bool(before.name))} if named else {}
    return filled(chance.choice([one for one in known["opening"] if bool(named) == ("{hero" in one)]), {**nouns, **slots})


def ending(wish: str, told: str, language: Language, seed: str, *, mid_sentence: bool) -> str:
    """A few sentences that bring any story to a gentle end. The hero of the wish is named if the story told so far names it."""
    chance = Random(f"{language}|{told}|{seed}")  # noqa: S311
    known = stock(language).words.ending
    hero = _hero_of(wish, told, language)
    slots = {"hero": Noun(hero, language, name=hero[:1].isupper())}
    groups: list[list[str]] = [known["bridges" if mid_sentence else "turns"], *known["ends"]]
    fitting = [[one for one in group if hero or "{hero" not in one] for group in groups]
    text = " ".join(filled(chance.choice(group), slots) for group in fitting)
    return _small(text, "", language) if mid_sentence else text


def _hero_of(wish: str, told: str, language: Language) -> str:
    """How to call the hero of a story that somebody else began: a name, "the fox", or nothing when it is not sure."""
    found, there = read(wish, language), read(told, language)
    name = found.name or there.name
    if name and len(re.findall(rf"\b{re.escape(name)}\b", told)) > (found.name is None):
        return name
    kind = found.hero.kind if found.hero else ""
    if kind and re.search(rf"\b{re.escape(kind)}\b", told, re.IGNORECASE):
        return f"the {kind}" if language == "en" else kind
    return ""


def slots_of(found: Wish, language: Language, chance: Random) -> tuple[dict[str, Noun], Place]:
    """What fills the slots of a plot for what was `found` in a wish, and where it happens; chance makes up the rest."""
    known = stock(language)
    words = known.words
    anybody = [one for one in known.heroes.values() if not one.wished]
    hero = found.hero or chance.choice(anybody)
    friend = found.companion or chance.choice([one for one in anybody if one.kind != hero.kind and not one.compound])
    thing = found.thing if found.thing and "lost" not in found.said else chance.choice(list(known.things.values()))
    pronoun = hero.pronoun or found.pronoun or (pronoun_of(found.name, language) if found.name else chance.choice(sorted(words.names)))
    name = found.name or chance.choice(words.names[pronoun])
    place = found.place or known.places[chance.choice(hero.homes or tuple(known.places))]
    at_home = not place.bed or place.at in {known.places[home].at for home in hero.homes}
    texts = {
        "small": found.epithet or hero.small or words.little,
        "at": at(place, language),
        "likes": hero.likes,
        "fears": hero.fears,
        "gift": hero.gift,
        "says": hero.says,
        "bed": hero.bed if at_home else place.bed,
        "friendfears": friend.fears,
        "friendsays": friend.says,
        "looks": thing.looks,
        **_PRONOUNS.get(pronoun, {}),
        **found.said,
    }
    nouns = {slot: Noun(text, language) for slot, text in texts.items()} | {
        "name": Noun(name, language, name=True),
        "kind": Noun(hero.kind, language, compound=hero.compound),
        "friend": Noun(found.friend or friend.kind, language, name=bool(found.friend), compound=friend.compound and not found.friend),
        "friendkind": Noun(friend.kind, language, compound=friend.compound),
        "thing": Noun(thing.kind, language, compound=thing.compound),
    }
    return nouns, place


def at(place: Place, language: Language) -> str:
    """Where that is, as a whole phrase."""
    return filled(place.at, {"place": Noun(place.kind, language, compound=place.compound)}, capital=False)


def filled(sentence: str, slots: Mapping[str, "Noun"], *, capital: bool = True) -> str:
    """The sentence with every slot filled; a word that begins a sentence gets its capital."""

    def fill(slot: re.Match[str]) -> str:
        noun = slots[slot[1]]
        word = noun.form(slot[2] or "")
        return _capital(word, noun.language) if capital and _STARTS.search(sentence[: slot.start()]) else word

    if "friend" in slots and slots["friend"].name:
        sentence = _THE_FRIEND.sub("", sentence)
    text = " ".join(_SLOT.sub(fill, sentence).split())
    return _capital(text, next(iter(slots.values())).language) if capital else text


def _capital(text: str, language: Language) -> str:
    return turkish.capital(text) if language == "tr" else text[:1].upper() + text[1:]


def _small(sentence: str, name: str, language: Language) -> str:
    """The sentence with a small letter at its start, unless it begins with the hero's name."""
    if name and sentence.startswith(name):
        return sentence
    return (turkish.lower(sentence[:1]) if language == "tr" else sentence[:1].lower()) + sentence[1:]
