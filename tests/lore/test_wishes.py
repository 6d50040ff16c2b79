"""What is found in a wish."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fably.core.types import Language
from fably.lore.english import plural
from fably.lore.wishes import read

WISHES: list[tuple[Language, str, str | None, str | None, str | None, str | None]] = [
    ("en", "Tell me a story about a dragon and a princess in a castle", "dragon", "princess", "castle", None),
    ("en", "a dragon called ember", "dragon", None, None, "Ember"),
    ("en", "two mice on the moon", "mouse", None, "moon", None),
    ("en", "The puppies and the wolf's friend", "puppy", "wolf", None, None),
    ("en", "a story about a toaster who sings", "toaster", None, None, None),
    ("en", "about a purple garden gnome in the forest", "purple garden gnome", None, "forest", None),
    ("en", "a story about Emma", None, None, None, "Emma"),
    ("en", "about a gun", None, None, None, None),
    ("en", "about a very very very long thing of that kind", None, None, None, None),
    ("en", "DRAGON!!!", "dragon", None, None, None),
    ("en", "scary carpets", None, None, None, None),
    ("en", "asdf", None, None, None, None),
    ("en", "", None, None, None, None),
    ("tr", "bana denizde yaşayan küçük bir ejderha ile prensesin masalını anlat", "ejderha", "prenses", "deniz", None),
    ("tr", "Ember adında bir ejderha", "ejderha", None, None, "Ember"),
    ("tr", "KEDİLERLE KÖPEĞİN HİKÂYESİ", "kedi", "köpek", None, None),
    ("tr", "kurdun ve kuzunun masalı", "kurt", "kuzu", None, None),
    ("tr", "uğur böceğinin şehirdeki hikâyesi", "uğur böceği", None, "şehir", None),
    ("tr", "bir tost makinesi masalı", "tost makinesi", None, None, None),
    ("tr", "bir silah hakkında", None, None, None, None),
    ("tr", "ışıl adlı bir kız", "kız", None, None, "Işıl"),
    ("tr", "2+2 kaç eder", None, None, None, None),
]


@pytest.mark.parametrize(("language", "wish", "hero", "companion", "place", "name"), WISHES)
def test_what_is_found(language: Language, wish: str, hero: str | None, companion: str | None, place: str | None, name: str | None) -> None:
    found = read(wish, language)
    assert (found.hero and found.hero.kind) == hero
    assert (found.companion and found.companion.kind) == companion
    assert (found.place and found.place.kind) == place
    assert found.name == name


@given(st.text(max_size=200), st.sampled_from(["en", "tr"]))
def test_anything_may_be_wished_for(wish: str, language: Language) -> None:
    read(wish, language)


@pytest.mark.parametrize(
    ("one", "many"), [("fox", "foxes"), ("fairy", "fairies"), ("snowman", "snowmen"), ("wolf", "wolves"), ("boy", "boys")]
)
def test_plurals(one: str, many: str) -> None:
    assert plural(one) == many
