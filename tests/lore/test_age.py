"""Our own stories for little ones and for big ones: easier or richer, whole all the same, and gone on with as they were begun."""

import re
from functools import cache

import pytest
from quality import quality
from turkish_rules import faults
from variety import other_wishes, sentences, wishes

from fably.core.types import Language
from fably.llm.continuing import following
from fably.lore.age import BIG, LITTLE, for_age, kinds, simpler
from fably.lore.stock import plot, stock
from fably.lore.telling import story
from fably.lore.unfit import Unfit

LANGUAGES: list[Language] = ["en", "tr"]
AGES = {3: "3-4", 6: "5-6", 8: "7-8"}
PLOTS = [(language, name) for language in LANGUAGES for name in stock(language).plots]


@cache
def stories(language: Language, age: int) -> list[str]:
    """A third of the hundred wishes: measuring takes its time."""
    return ["\n\n".join(story(wish, language, "1", age=age)) for wish in wishes(language)[::3]]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("age", AGES)
def test_a_story_reaches_what_its_age_asks_for(language: Language, age: int) -> None:
    assert [line for line in quality(stories(language, age), language, AGES[age]) if not line.good] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_little_ones_hear_less_and_big_ones_more(language: Language) -> None:
    little, usual, big = (sum(len(one.split()) for one in stories(language, age)) for age in AGES)
    assert little < 0.95 * usual < usual < big


def test_who_does_not_say_how_old_is_told_as_at_five() -> None:
    assert [told.text for told in other_wishes("en", 9)] == ["\n\n".join(story(wish, "en", "0", age=5)) for wish in wishes("en")[:9]]


@pytest.mark.parametrize(("language", "name"), PLOTS)
def test_every_plot_is_whole_for_little_ones(language: Language, name: str) -> None:
    known, unfit = stock(language), Unfit(language, 3)
    for number, wish in enumerate([*known.heroes, *known.places, *known.things][::5]):
        text = "\n\n".join(story(wish, language, str(number), about=name, age=3))
        assert 300 <= len(text.split()) <= 560, len(text.split())
        assert not re.search(r"[{}*#_<>\d\\]|\n\n\n|[^\S\n]{2}|\s[,.;:!?]|[.,;:!?]{2}", text), text
        assert not [one for one in sentences(text) if len(one.split()) > 28]
        assert re.search(r"(asleep|slept)\.$|uyu\w+\.$", text)
        for paragraph in text.split("\n\n"):
            assert paragraph.count('"') % 2 == 0, paragraph
            for sentence in re.split(r"(?<=[.!?]) (?=[^\"])", paragraph):
                first = sentence.lstrip('"')[0]
                assert not first.islower(), sentence
        assert list(faults(text)) == [] or language == "en"
        assert number % 5 or unfit.in_text(text) is None


@pytest.mark.parametrize(("language", "name"), PLOTS)
def test_what_is_left_out_is_there_once(language: Language, name: str) -> None:
    """A beginning that nobody says any more would leave out nothing."""
    whole, little = plot(language, name), for_age(name, plot(language, name), 3, language)
    assert 1 <= sum(map(len, whole)) - sum(map(len, little)) <= 5


@pytest.mark.parametrize(
    ("language", "hard", "easy"),
    [
        ("en", "It grew later and later, and nobody came to the bench.", "It grew later and later. And no one came to the bench."),
        ("en", "One had a potato, one had beans, and one had parsley from the garden.", None),
        ("en", "They put a plank over a stone, and one half here, and one half there.", None),
        ("en", "Half-way up, the star sighed; and the tower sighed too.", "Half-way up, the star sighed. And the tower sighed too."),
        ("tr", "Bir saat sonra yorgan o kadarmış, bir köşesi de buruşmuş.", "Bir saat sonra yorgan o kadarmış. Bir köşesi de buruşmuş."),
        ("tr", "Saksının içinde ne günaydın diyen olmuş, ne sağ ol diyen olmuş.", None),
        ("en", "There was no note with it on the doorstep, and no one near it.", None),
        ("tr", "Bütün yıl boyunca herkes bu yarışı bekler, beklerken de yavaşlık çalışırmış.", None),
        ("tr", "Şapkalar, şallar, küçüklü büyüklü çocuklar, çaydanlıklar önlerinden geçmiş.", None),
        ("tr", "Önce cetvelle ölçmüşler, ama cetvel dümdüzmüş, gözleme değilmiş.", None),
        ("tr", "O kadar uzakmış ki paslanmış, eski bir kapı bile gıcırdamadan dururmuş.", None),
    ],
)  # fmt: skip
def test_a_long_sentence_is_parted_where_a_clause_ends(language: Language, hard: str, easy: str | None) -> None:
    assert simpler(hard, language) == (easy or hard)


@pytest.mark.parametrize(
    ("hard", "easy"),
    [
        ("There was a good deal of room.", "There was a lot of room."),
        ("It was a good deal bigger.", "It was much bigger."),
    ],
)
def test_an_easier_word_fits_what_stands_beside_it(hard: str, easy: str) -> None:
    assert simpler(hard, "en") == easy


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("began", [3, 6, 8])
def test_a_story_goes_on_as_it_was_begun_whatever_the_age_is_now(language: Language, began: int) -> None:
    whole = "\n\n".join(story("", language, "7", age=began))
    told = whole[: len(whole) // 2].rpartition(" ")[0]
    for now in (LITTLE - 1, LITTLE, BIG):
        assert told + following("", told, language, "7", age=now) == whole


def test_each_kind_of_age_is_tried_once_and_the_childs_own_first() -> None:
    for age in range(2, 13):
        own, *others = kinds(age)
        assert [age < LITTLE, age >= BIG] == [own < LITTLE, own >= BIG]
        assert sorted([own, *others]) == [LITTLE - 1, LITTLE, BIG]
