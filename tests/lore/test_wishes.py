"""What is found in a wish."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fably.core.types import Language
from fably.lore import english, turkish
from fably.lore.stock import stock
from fably.lore.wishes import read

WISHES: list[tuple[Language, str, str | None, str | None, str | None, str | None]] = [
    ("en", "Tell me a story about a dragon and a princess in a castle", "dragon", "princess", "castle", None),
    ("en", "a dragon called ember", "dragon", None, None, "Ember"),
    ("en", "two mice on the moon", "mouse", None, "moon", None),
    ("en", "The puppies and the wolf's friend", "puppy", "wolf", None, None),
    ("en", "a story about a toaster who sings", "toaster", None, None, None),
    ("en", "about a purple garden gnome in the forest", "garden gnome", None, "forest", None),
    ("en", "a story about Emma", "girl", None, None, "Emma"),
    ("en", "Emma", "girl", None, None, "Emma"),
    ("en", "a story about emma and her dog", "girl", "dog", None, "Emma"),
    ("en", "a story about Emma the dragon", "dragon", None, None, "Emma"),
    ("en", "a story for my 5 year old daughter about a knight", "knight", None, None, None),
    ("en", "about a toaster and a dragon", "toaster", "dragon", None, None),
    ("en", "about a toaster and a kettle", "toaster", "kettle", None, None),
    ("en", "a man with a gun", None, None, None, None),
    ("en", "about a <b>robot</b>", "robot", None, None, None),
    ("en", "about a {name}", None, None, None, None),
    ("en", "about the moon", None, None, "moon", None),
    ("en", "about an adventure under the sea", None, None, "under the sea", None),
    ("en", "a dragon called Dragon", "dragon", None, None, None),
    ("en", "about a warm pancake", "warm pancake", None, None, None),
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
    ("tr", "bir tost makinesinin masalını anlat", "tost makinesi", None, None, None),
    ("tr", "bana kaktüsün masalını anlat", "kaktüs", None, None, None),
    ("tr", "mavi ütü hakkında bir masal", "ütü", None, None, None),
    ("tr", "bir limonun masalı", "limon", None, None, None),
    ("tr", "bir kitabın hikayesi", "kitap", None, None, None),
    ("tr", "bana Elif'in masalını anlat", "çocuk", None, None, "Elif"),
    ("tr", "elif ile köpeğinin masalı", "çocuk", "köpek", None, "Elif"),
    ("tr", "kara kedi masalı", "kedi", None, None, None),
    ("tr", "ayı masalı", "ayı", None, None, None),
    ("tr", "aydaki ayı", "ayı", None, "ay", None),
    ("tr", "koyunun masalı", "koyun", None, None, None),
    ("tr", "prensesin şatosunda yaşayan ejderha", "ejderha", "prenses", "şato", None),
    ("tr", "deniz fenerinde dedesiyle yaşayan kız", "kız", "dede", "deniz feneri", None),
    ("tr", "bir tilki ve ormanda yaşayan ayı", "tilki", "ayı", "orman", None),
    ("tr", "aya gitmek isteyen tavşan", "tavşan", None, None, None),
    ("tr", "bir yıldız düşsün", None, None, "yıldız", None),
    ("tr", "bir köpekbalığı", "köpekbalığı", None, None, None),
    ("tr", "paylaşmak hakkında bir masal", None, None, None, None),
    ("tr", "dişçiye gitmek hakkında bir masal", None, None, None, None),
    ("tr", "dürüstlük üzerine sincap masalı", "sincap", None, None, None),
    ("tr", "ekmek hakkında bir masal", "ekmek", None, None, None),
    ("tr", "prenses Elif ile kedi", "prenses", "kedi", None, "Elif"),
    ("tr", "oğlum Kerem ile babası", "oğlan", "baba", None, "Kerem"),
    ("en", "a shark", "shark", None, None, None),
    ("en", "a shark sings on the moon", "shark", None, "moon", None),
    ("en", "tell me about sharks", "shark", None, None, None),
    ("en", "about sandwiches", "sandwich", None, None, None),
    ("en", "about fairies and about ponies", "fairy", "pony", None, None),
    ("en", "about happiness", None, None, None, None),
    ("en", "a story about the truth", None, None, None, None),
    ("en", "a bit louder", None, None, None, None),
    ("en", "another one", None, None, None, None),
    ("en", "a very short one", None, None, None, None),
    ("en", "The Little Dragon Looks For Cake", "dragon", None, None, None),
    ("en", "The Fox In A Box", "fox", None, None, None),
    ("en", "princess Lily", "princess", None, None, "Lily"),
    ("en", "a story about my daughter Zuzana", "girl", None, None, "Zuzana"),
    ("en", "a girl who lost her teddy bear", "girl", None, None, None),
    ("tr", "çocuklar için ejderhalı bir masal", "ejderha", None, None, None),
    ("tr", "bana bir masal anlat", None, None, None, None),
    ("tr", "bir {name} masalı", None, None, None, None),
    ("tr", "bir kaktüs ile bir limonun masalı", "kaktüs", "limon", None, None),
    ("tr", "prenses ile kaktüsün masalı", "prenses", "kaktüs", None, None),
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


@pytest.mark.parametrize(
    ("language", "wish", "name", "companion", "friend"),
    [
        ("en", "tell me a story about Lily and Tom", "Lily", "boy", "Tom"),
        ("en", "lily and tom", "Lily", "boy", "Tom"),
        ("en", "Lily and her brother Tom", "Lily", "brother", "Tom"),
        ("en", "Anna and Zuzana", "Anna", "child", "Zuzana"),
        ("en", "a story about my daughter Mia and her cat Whiskers", "Mia", "cat", "Whiskers"),
        ("en", "a princess and her pony called Blitz", None, "pony", "Blitz"),
        ("en", "Max and the dragon", "Max", "dragon", None),
        ("en", "Emma in the forest", "Emma", None, None),
        ("tr", "Ali ile Ayşe", "Ali", "çocuk", "Ayşe"),
        ("tr", "Ali'yle Ayşe'nin masalı", "Ali", "çocuk", "Ayşe"),
        ("tr", "kızım Defne ve kedisi Pamuk hakkında bir masal", "Defne", "kedi", "Pamuk"),
        ("tr", "bir kız ve köpeği Karabaş", None, "köpek", "Karabaş"),
        ("tr", "elif ile köpeğinin masalı", "Elif", "köpek", None),
        ("tr", "Ayşe teyze ile kedi", "Ayşe", "kedi", None),
    ],
)
def test_who_comes_along_may_have_a_name_too(
    language: Language, wish: str, name: str | None, companion: str | None, friend: str | None
) -> None:
    found = read(wish, language)
    assert (found.name, found.companion and found.companion.kind, found.friend) == (name, companion, friend)


@given(st.text(max_size=200), st.sampled_from(["en", "tr"]))
def test_anything_may_be_wished_for(wish: str, language: Language) -> None:
    read(wish, language)


@pytest.mark.parametrize(
    ("language", "wish", "epithet", "pronoun", "thing"),
    [
        ("en", "a tiny blue dragon who lost her kite", "blue", "she", "kite"),
        ("en", "a dragon", None, None, None),
        ("en", "Noah and the whale", None, "he", None),
        ("tr", "küçük bir ejderha ile uçurtması", "küçük", None, "uçurtma"),
        ("tr", "mavi kedi", "mavi", None, None),
    ],
)
def test_the_small_words(language: Language, wish: str, epithet: str | None, pronoun: str | None, thing: str | None) -> None:
    found = read(wish, language)
    assert (found.epithet, found.pronoun, found.thing and found.thing.kind) == (epithet, pronoun, thing)


@pytest.mark.parametrize("language", ["en", "tr"])
def test_every_word_of_the_stock_is_found_in_every_form(language: Language) -> None:
    known = stock(language)
    for hero in known.heroes.values():
        for word in (hero.kind, *hero.words):
            for form in turkish.forms(word, compound=hero.compound) if language == "tr" else english.forms(word):
                found = read(form, language).hero
                assert found is not None, form
    for place in known.places.values():
        for word in (place.kind, *place.words):
            found_place = read(word, language).place
            assert found_place is not None, word
            assert found_place.kind == word
