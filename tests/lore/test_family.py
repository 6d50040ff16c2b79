"""The family, as children wish for it: "my grandmother", "dedemle bir ejderha"."""

import re

import pytest

from fably.core.types import Language
from fably.lore.naming import pronoun_of
from fably.lore.stock import stock
from fably.lore.telling import story
from fably.lore.turkish import ours
from fably.lore.wishes import read

LANGUAGES: list[Language] = ["en", "tr"]

WISHES: list[tuple[Language, str, str, str | None, str | None]] = [
    ("en", "my grandmother", "grandmother", None, None),
    ("en", "a story about my granny's garden", "granny", None, None),
    ("en", "grandpa and me", "grandpa", "child", None),
    ("en", "me and my sister", "child", "sister", None),
    ("en", "my dad and a boat", "dad", "boat", None),
    ("en", "mummy bear and her cub", "mummy bear", None, None),
    ("en", "my baby sister", "baby sister", None, None),
    ("en", "mum and dad", "mum", "dad", None),
    ("en", "Grandma Rose and the cat", "grandma", "cat", "Rose"),
    ("en", "about my brother Tom and a fox", "brother", "fox", "Tom"),
    ("en", "for my grandson, about a train", "train", None, None),
    ("en", "tell me and my sister a story about a fox", "fox", None, None),
    ("en", "a story for my little brother and me about a fox", "fox", None, None),
    ("tr", "kızıma bir ejderha masalı anlat", "ejderha", None, None),
    ("tr", "bana ve kız kardeşime bir tilki masalı", "tilki", None, None),
    ("tr", "babaannem hakkında", "babaanne", None, None),
    ("tr", "babaannem", "babaanne", None, None),
    ("tr", "anneannemin masalı", "anneanne", None, None),
    ("tr", "dedemle bir ejderha", "dede", "ejderha", None),
    ("tr", "dedem ve ben", "dede", "çocuk", None),
    ("tr", "annem ve babam", "anne", "baba", None),
    ("tr", "anne ayı ve yavrusu", "anne ayı", None, None),
    ("tr", "küçük kardeşim", "kardeş", None, None),
    ("tr", "kız kardeşimiz", "kız kardeş", None, None),
    ("tr", "ablam ile abim", "abla", "abi", None),
    ("tr", "Ayşe teyzem", "teyze", None, "Ayşe"),
    ("tr", "oğlum ve bir ejderha", "oğlan", "ejderha", None),
    ("tr", "oğlum için bir ejderha masalı", "ejderha", None, None),
    ("tr", "köpeğim hakkında bir masal", "köpek", None, None),
    ("tr", "kedimin masalı", "kedi", None, None),
    ("tr", "bir kalem hakkında", "kalem", None, None),
]


@pytest.mark.parametrize(("language", "wish", "hero", "companion", "name"), WISHES)
def test_who_is_found(language: Language, wish: str, hero: str, companion: str | None, name: str | None) -> None:
    found = read(wish, language)
    assert found.hero is not None
    assert found.hero.kind == hero
    assert (found.companion and found.companion.kind) == companion
    assert found.name == name


@pytest.mark.parametrize(("word", "form"), [("babaanne", "babaannemle"), ("köpek", "köpeğimin"), ("dede", "dedemize"), ("kız", "kızımdan")])
def test_what_is_ours(word: str, form: str) -> None:
    assert form in ours(word)


def test_what_is_ours_of_a_compound_loses_its_own_ending() -> None:
    assert {"uğur böceğim", "uğur böceğimi", "uğur böceğimiz"} <= ours("uğur böceği", compound=True)


def test_a_mother_bear_is_a_bear_and_she() -> None:
    text = " ".join(story("mummy bear", "en", "1"))
    assert "mummy bear" in text
    assert not re.search(r"\b(he|him|his)\b", text.replace("his hat", "").replace("his lantern", "")), text
    assert "küçük bir anne ayı" in " ".join(story("anne ayı", "tr", "1"))


@pytest.mark.parametrize(("language", "wish", "said"), [("en", "my grandma", "a kind grandma"), ("tr", "babaannem", "tonton bir babaanne")])
def test_grandparents_are_not_little(language: Language, wish: str, said: str) -> None:
    for seed in range(20):
        assert said in next(iter(story(wish, language, str(seed))))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_family_comes_only_when_it_is_asked_for(language: Language) -> None:
    family = {hero.kind for hero in stock(language).heroes.values() if hero.wished}
    assert len(family) >= 8
    for seed in range(200):
        first = next(iter(story("", language, str(seed))))
        assert not re.search(rf"\b({'|'.join(family)})\b", first), first


def test_one_name_has_one_pronoun() -> None:
    for name, said in [("Zelda", "she"), ("Otto", "he"), ("Zuzu", pronoun_of("Zuzu", "en")), ("Luca", "he"), ("Cleo", "she")]:
        for seed in range(30):
            text = " ".join(story(f"a fox called {name}", "en", str(seed), about="biggest_soup"))
            assert set(re.findall(r"\b(she|he)\b", text.lower())) == {said}, text
