"""What a wish says of its hero is told: in its own words, in every plot, and to a good end."""

import re
import tomllib
from random import Random

import pytest
from quality import ends_well

from fably.core.bible import Bible
from fably.core.types import Language
from fably.lore.particulars import KINDS
from fably.lore.stock import HERE, stock
from fably.lore.telling import Noun, filled, plot_of, slots_of, story
from fably.lore.turkish import lower
from fably.lore.unfit import Unfit
from fably.lore.wishes import read

LANGUAGES: tuple[Language, ...] = ("en", "tr")
SAID: list[tuple[Language, str, dict[str, str]]] = [
    ("en", "a boy who wants to fly", {"wants": "to fly"}),
    ("en", "a robot learning to dance", {"wants": "to dance"}),
    ("en", "a girl who wants a red bicycle", {"wantssome": "a red bicycle"}),
    ("en", "a princess who doesn't want to marry", {"unwilling": "marry"}),
    ("en", "a duck who can\u2019t swim", {"cannot": "swim"}),
    ("en", "a dragon who cannot sleep", {"sleepless": "sleep"}),
    ("en", "a bear who is a bit afraid of the dark and a fox", {"fears": "the dark"}),
    ("en", "a penguin who wants to swim but is scared of water", {"wants": "to swim", "fears": "water"}),
    ("en", "an otter who can't find her red hat", {"lost": "her red hat"}),
    ("en", "a dog who loves dancing", {"likes": "dancing"}),
    ("en", "my son wants to hear a story about a dragon", {}),
    ("en", "a lamb who lost its mummy", {}),
    ("en", "a rabbit who lost his way", {}),
    ("en", "a knight who wants to kill a dragon", {}),
    ("en", "a fox who wants to play with me", {}),
    ("en", "someone who wants to fly", {}),
    ("en", f"a fox who wants to {'very ' * 30}much", {}),
    ("tr", "uçmak isteyen bir çocuk", {"wants": "uçmak"}),
    ("tr", "çok uzaklara gitmek isteyen tren", {"wants": "uzaklara gitmek"}),
    ("tr", "doktor olmak isteyen kaplumbağa", {"wants": "doktor olmak"}),
    ("tr", "küçük kaplumbağa uçmak istiyor", {"wants": "uçmak"}),
    ("tr", "uçmayı öğrenen kuş", {"wants": "uçmak"}),
    ("tr", "uyumak istemeyen kaplan", {"unwilling": "uyumak"}),
    ("tr", "yüzemeyen ördek", {"cannot": "yüzmek"}),
    ("tr", "sesi duyamayan ördek", {"cannot": "duymak"}),
    ("tr", "okuyamayan fare", {"cannot": "okumak"}),
    ("tr", "gidemeyen tren", {"cannot": "gitmek"}),
    ("tr", "yiyemeyen ayı", {"cannot": "yemek"}),
    ("tr", "uyuyamayan bir ejderha", {"sleepless": "uyumak"}),
    ("tr", "karanlıktan korkan ayı", {"fears": "karanlıktan"}),
    ("tr", "yüzmek isteyen ama sudan çok korkan penguen", {"wants": "yüzmek", "fears": "sudan"}),
    ("tr", "gök gürültüsünden korkan kedi", {"fears": "gök gürültüsünden"}),
    ("tr", "kırmızı topunu kaybeden köpek", {"lost": "kırmızı topunu"}),
    ("tr", "dans etmeyi seven fil", {"likes": "dans etmeyi"}),
    ("tr", "annesini arayan kuzu", {}),
    ("tr", "yolunu kaybeden kuzu", {}),
    ("tr", "beklemeyen tavşan", {}),
    ("tr", "oynamayan kedi", {}),
]
FULL: dict[Language, str] = {
    "en": "Lily and her brother Tom, who cannot swim but wants to fly and is afraid of the dark, who lost her red shoes",
    "tr": "kızım Defne ve kedisi Pamuk, uçmak isteyen ama karanlıktan korkan, yüzemeyen, kırmızı topunu kaybeden",
}
NAMED: dict[Language, str] = {"en": "Lily and Zuzana", "tr": "Ali ile Ayşe"}


@pytest.mark.parametrize(("language", "wish", "said"), SAID)
def test_what_is_said_of_the_hero(language: Language, wish: str, said: dict[str, str]) -> None:
    assert dict(read(wish, language).said) == said


@pytest.mark.parametrize(("language", "wish", "said"), [one for one in SAID if one[2]])
def test_it_is_told(language: Language, wish: str, said: dict[str, str]) -> None:
    for seed in range(6):
        told = "\n\n".join(story(wish, language, str(seed)))
        small = lower(told) if language == "tr" else told.lower()
        for kind, words in said.items():
            assert words in small or kind == "sleepless", told
        assert "{" not in told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("age", [3, 5, 8])
def test_every_plot_bears_all_of_it(language: Language, age: int) -> None:
    unfit, found = Unfit(language), read(FULL[language], language)
    assert {"wants", "fears", "lost", "cannot"} <= set(found.said)
    for name in stock(language).plots:
        paragraphs = list(story(FULL[language], language, "3", about=name, age=age))
        told = "\n\n".join(paragraphs)
        assert (found.friend or "?") in paragraphs[0], told
        assert ends_well(told, language), told
        assert len(told.split()) <= 700
        assert not [one for one in paragraphs if unfit.in_text(one)], told
        assert not re.search(r"\{|\s[,.;:]|[,.;:]{2}|  ", told), told


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_it_is_fit_for_a_child(language: Language) -> None:
    unfit, written = Unfit(language), tomllib.loads((HERE / language / "particulars.toml").read_text(encoding="utf-8"))
    slots, _place = slots_of(read(FULL[language], language), language, Random(1))  # noqa: S311
    for kind in KINDS:
        slots.setdefault(kind, Noun({"en": "to fly", "tr": "uçmak"}[language], language))
        for one in [one for sentences in written.get(kind, {}).values() for one in sentences]:
            assert unfit.in_text(filled(one, slots)) is None, filled(one, slots)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_friend_with_a_name_has_no_article_and_the_apostrophe_of_a_name(language: Language) -> None:
    name = read(NAMED[language], language).friend or ""
    assert name
    ended = set()
    for plot in stock(language).plots:
        for seed in range(3):
            told = "\n\n".join(story(NAMED[language], language, str(seed), about=plot))
            assert told.count(name) >= 3, told
            assert not re.search(rf"\b(?:[Tt]he|an?) {name}", told), told
            ended |= set(re.findall(rf"{name}('?\w*)", told))
    assert ended == ({"", "'s"} if language == "en" else {"", "'yi", "'ye", "'nin"})


@pytest.mark.parametrize(("language", "plot"), [("en", "squeaking_door"), ("tr", "gicirdayan_kapi")])
def test_who_cannot_sleep_does_not_sleep_like_a_stone(language: Language, plot: str) -> None:
    wish = "a dragon who cannot sleep" if language == "en" else "uyuyamayan bir ejderha"
    drawn = {plot_of(wish, language, str(seed), begun=False) for seed in range(300)}
    assert drawn == {*stock(language).plots} - {plot}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_happened_next_does_not_say_it_again(language: Language) -> None:
    told = "".join(story(FULL[language], language, "3", before=Bible(name="Zuzu")))
    assert "red shoes" not in told
    assert "topunu" not in told
