"""English words and their forms."""

import pytest

from fably.lore.english import article, forms, plural, possessive


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("fox", "foxes"),
        ("fairy", "fairies"),
        ("snowman", "snowmen"),
        ("wolf", "wolves"),
        ("boy", "boys"),
        ("fire engine", "fire engines"),
        ("mouse", "mice"),
    ],
)
def test_plurals(one: str, many: str) -> None:
    assert plural(one) == many


@pytest.mark.parametrize(
    "noun",
    [
        "an owl",
        "a fox",
        "an hour",
        "a unicorn",
        "an umbrella",
        "a ukulele",
        "an unhappy fox",
        "a one-eyed cat",
        "an egg",
        "a European bee",
        "a ufo",
    ],
)
def test_articles(noun: str) -> None:
    assert article(noun.partition(" ")[2]) == noun


def test_possessives_and_forms() -> None:
    assert possessive("Ember") == "Ember's"
    assert {"mouse", "mice", "mouse's"} <= forms("mouse")
