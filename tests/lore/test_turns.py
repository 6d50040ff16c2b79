"""A wish for a value is told a plot about it; a wish that only sounds like one is not."""

import tomllib

import pytest
import variety

from fably.core.types import Language
from fably.lore.stock import HERE, stock
from fably.lore.telling import story
from fably.lore.turns import turning_on
from fably.lore.values import values

LANGUAGES: list[Language] = ["en", "tr"]
WISHES: dict[Language, dict[str, str]] = {
    "en": {
        "tell me a story about sharing": "bigger_half",
        "a story about a fox who learns to wait": "flower_in_no_hurry",
        "something about honesty, with a dragon": "growing_fib",
        "a bear who told a lie": "growing_fib",
        "about being kind": "travelling_good_night",
        "a story about never giving up, and perseverance": "pillow_tower",
        "Emma and a rabbit who is very shy": "one_line_part",
        "about curiosity": "where_the_dark_goes",
    },
    "tr": {
        "paylaşmak hakkında bir masal": "buyuk_yarim",
        "sabırlı olmayı öğrenen bir tilki": "acelesiz_cicek",
        "dürüstlük üzerine, içinde ejderha da olsun": "buyuyen_yalan",
        "yalan söyleyen bir ayı": "buyuyen_yalan",
        "Dostluğu anlatan bir masal": "tutulan_yer",
        "merakla ilgili bir masal": "karanlik_nereye_gider",
        "paylaşmayı bilmeyen kedi": "buyuk_yarim",
    },
}
OTHERS: dict[Language, list[str]] = {
    "en": [
        "just a story",
        "",
        "a fox",
        "about a hard nut that turns green",
        "a dragon that eats half the moon",
        "turn it up",
        "just tell me something",
    ],
    "tr": ["", "bir tilki", "eve doğru giden bir tren", "gerçek bir ejderha masalı", "🐉"],
}


@pytest.mark.parametrize(("language", "wish"), [(language, wish) for language in LANGUAGES for wish in WISHES[language]])
def test_a_wish_for_a_value_gets_a_plot_about_it(language: Language, wish: str) -> None:
    meant = turning_on(wish, language)
    assert WISHES[language][wish] in meant
    assert {variety.told(wish, language, seed).plot for seed in range(8)} <= set(meant)


@pytest.mark.parametrize(("language", "wish"), [(language, wish) for language in LANGUAGES for wish in OTHERS[language]])
def test_another_wish_gets_any_plot(language: Language, wish: str) -> None:
    assert not turning_on(wish, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plot_is_about_something_and_every_value_has_a_plot(language: Language) -> None:
    turns = tomllib.loads((HERE / language / "turns.toml").read_text(encoding="utf-8"))
    assert set(turns) == set(values(language).values)
    assert {plot for plots in turns.values() for plot in plots} == set(stock(language).plots)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_value_is_found_by_its_own_name(language: Language) -> None:
    for value in values(language).values.values():
        wish = {"en": f"a story about {value.name}", "tr": f"{value.name} hakkında bir masal"}[language]
        assert turning_on(wish, language), wish


def test_a_place_that_has_no_sky_is_told_another_plot_rather_than_none() -> None:
    known = stock("en")
    assert "borrowed_cloud" in known.words.grounded
    text = " ".join(story("about responsibility under the sea", "en", "1"))
    assert "Weather Woman" not in text
