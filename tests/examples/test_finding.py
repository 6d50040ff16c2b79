"""Which story is told for a wish: one that fits it whole, the one that was told least recently; and none where nothing is sure."""

from pathlib import Path

import pytest

from fably.core.types import Language, Length
from fably.examples.example import VALUES, Example
from fably.examples.finding import fitting
from fably.examples.folder import Folder
from fably.examples.opening import FILES
from fably.examples.shelf import Shelf
from fably.lore.values import values

PLAIN = Folder(FILES)
INDEX = PLAIN.index()
LANGUAGES: list[Language] = sorted({one.language for one in INDEX})


def example(
    name: str, language: Language, value: str = "love", hero: str = "x", place: str = "y", ages: tuple[int, int] = (5, 6), words: int = 500
) -> Example:
    return Example(name, name, language, ages, value, hero, place, name, words)


OURS: dict[Language, list[Example]] = {
    "en": [
        example("The Puddle", "en", "sharing", "Tubu, a little hippo", "a water hole"),
        example("The Line", "en", "sharing", "two sisters", "a tent"),
        example("The Mice", "en", "courage", "Quill the mouse", "the clock tower"),
        example("What Colour Is Up", "en", "curiosity", "Grub, a mole", "a meadow"),
    ],
    "tr": [
        example("Yuvarlan Karpuz", "tr", "sharing", "Pıtpıt, küçük bir kirpi", "bir karpuz tarlası"),
        example("İdris'in Şemsiyesi", "tr", "sharing", "İdris", "Rize çarşısı"),
        example("Şerit ile Nokta", "tr", "friendship", "Şerit, çizgili bir çorap", "bir çorap çekmecesi"),
        example("Bizim Evimiz Nerede?", "tr", "love", "Dudu, bir deve yavrusu", "Karakum Çölü"),
    ],
}
WISHES: list[tuple[Language, str, set[str]]] = [
    ("en", "tell me a story about sharing", {"The Puddle", "The Line"}),
    ("en", "Please tell us a bedtime story about two friends who share.", set()),
    ("en", "a story about a hippo", {"The Puddle"}),
    ("en", "hippos", {"The Puddle"}),
    ("en", "a hippo who shares", {"The Puddle"}),
    ("en", "a brave mouse", {"The Mice"}),
    ("en", "a story about being brave", {"The Mice"}),
    ("en", "a mouse in a castle", set()),
    ("en", "a mouse called Zuzu", set()),
    ("en", "Quill", {"The Mice"}),
    ("en", "the mouse's clock", {"The Mice"}),
    ("en", "what colour is up?", {"What Colour Is Up"}),
    ("en", "a dragon", set()),
    ("en", "a story", set()),
    ("en", "", set()),
    ("en", "🐉 {name} \0", set()),
    ("en", "hippo " * 500, set()),
    ("tr", "paylaşmak hakkında bir masal", {"Yuvarlan Karpuz", "İdris'in Şemsiyesi"}),
    ("tr", "paylaşmayı anlatan bir masal anlat", {"Yuvarlan Karpuz", "İdris'in Şemsiyesi"}),
    ("tr", "PAYLAŞIM MASALI", {"Yuvarlan Karpuz", "İdris'in Şemsiyesi"}),
    ("tr", "bir kirpinin masalı", {"Yuvarlan Karpuz"}),
    ("tr", "çoraplar", {"Şerit ile Nokta"}),
    ("tr", "arkadaşlık hakkında bir hikâye", {"Şerit ile Nokta"}),
    ("tr", "bir deve masalı anlatır mısın", {"Bizim Evimiz Nerede?"}),
    ("tr", "bizim evimiz nerede", {"Bizim Evimiz Nerede?"}),
    ("tr", "İdris", {"İdris'in Şemsiyesi"}),
    ("tr", "İDRİS'İN ŞEMSİYESİ", {"İdris'in Şemsiyesi"}),
    ("tr", "şatoda bir deve", set()),
    ("tr", "bir ejderha", set()),
    ("tr", "bir masal anlat", set()),
]


@pytest.mark.parametrize(("language", "wish", "names"), WISHES)
def test_a_story_is_found_by_title_value_hero_and_place(language: Language, wish: str, names: set[str]) -> None:
    assert {one.name for one in fitting(wish, [*OURS["en"], *OURS["tr"]], language)} == names


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_story_of_the_shelf_is_found_by_its_title_and_by_its_value(language: Language) -> None:
    for one in (one for one in INDEX if one.language == language):
        assert fitting(one.title, INDEX, language) == [one]
        assert fitting(one.title.upper() if language == "en" else f"{one.title}!", INDEX, language) == [one]
        wish = {"en": "Tell me a story about {}", "tr": "{} hakkında bir masal anlat"}[language]
        assert one in fitting(wish.format(values(language).values[one.value].name), INDEX, language)


@pytest.mark.parametrize("language", ["en", "tr"])
def test_every_value_is_known_by_words_that_are_not_passed_over(language: Language) -> None:
    known = values(language)
    assert set(known.values) == set(VALUES)
    for value in known.values.values():
        assert value.name not in known.filler
        assert all(one == one.lower() and one.isalpha() for one in (*value.words, *value.verbs))


@pytest.mark.parametrize(
    ("language", "wish"),
    [
        ("en", "a fox"),
        ("en", "a dragon and a princess in a castle"),
        ("en", "a cat"),
        ("tr", "bir ejderha ile tilki masalı"),
        ("tr", "bir tilki"),
    ],
)
def test_what_the_shelf_does_not_have_is_left_to_the_storyteller(language: Language, wish: str) -> None:
    assert fitting(wish, INDEX, language) == []


class Stories:
    """A source of these stories, with nothing in them."""

    def __init__(self, *stories: Example) -> None:
        self._stories = stories

    def index(self) -> tuple[Example, ...]:
        return self._stories

    def text(self, example: Example) -> str:
        return example.name


def test_another_one_is_told_each_night_and_the_first_again_after_all(tmp_path: Path) -> None:
    told = []
    for _night in range(6):  # each in a program of its own
        shelf = Shelf(PLAIN, tmp_path / "state" / "told", 5)
        example = shelf.choose("a story about sharing", "en")
        assert example
        shelf.note(example)
        told.append(example.name)
    many = len(fitting("a story about sharing", INDEX, "en"))
    assert many >= 2
    assert len(set(told[:many])) == many
    assert told[many : 2 * many] == told[: 6 - many][:many]


def test_of_those_that_were_never_told_the_one_for_this_age_comes_first(tmp_path: Path) -> None:
    young, old = example("a", "en", ages=(3, 4)), example("b", "en", ages=(7, 8))
    for age, first in [(3, young), (5, young), (8, old), (12, old)]:
        assert Shelf(Stories(young, old), tmp_path / "told", age).choose("love", "en") == first


@pytest.mark.parametrize(("length", "order"), [("short", ["b", "c", "a"]), ("usual", ["a", "b", "c"]), ("long", ["a", "c", "b"])])
def test_of_several_that_fit_one_of_the_wanted_length_comes_first(tmp_path: Path, length: Length, order: list[str]) -> None:
    shelf = Shelf(
        Stories(*(example(name, "en", words=words) for name, words in {"a": 800, "b": 400, "c": 600}.items())), tmp_path / "told", 5, length
    )
    told = []
    for _night in order:
        one = shelf.choose("love", "en")
        assert one
        shelf.note(one)
        told.append(one.name)
    assert told == order, "and none is told twice while another waits"


def test_what_was_told_is_noted_once_each_and_only_of_what_there_is(tmp_path: Path) -> None:
    one, other = example("a", "en"), example("b", "en")
    note = tmp_path / "told"
    note.write_text("gone\na\nb\na\n")
    shelf = Shelf(Stories(one, other), note, 5)
    shelf.note(one)
    assert note.read_text().split() == ["b", "a"]
    before = note.stat().st_mtime_ns
    shelf.note(one)
    assert note.stat().st_mtime_ns == before, "nothing is written for nothing"


@pytest.mark.parametrize("content", [b"\xff\xfe\0", b"x" * 300_000, b""])
def test_a_note_that_makes_no_sense_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "told").write_bytes(content)
    shelf = Shelf(Stories(example("a", "en"), example("b", "en")), tmp_path / "told", 5)
    found = shelf.choose("love", "en")
    assert found
    shelf.note(found)
    assert (tmp_path / "told").read_text(encoding="utf-8") == f"{found.name}\n"


def test_where_nothing_can_be_noted_a_story_is_told_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    shelf = Shelf(PLAIN, tmp_path / "file" / "told", 5)
    found = shelf.choose("sharing", "en")
    assert found
    shelf.note(found)
    assert shelf.choose("sharing", "en") == found


def test_a_name_may_be_its_beginning(tmp_path: Path) -> None:
    shelf = Shelf(Stories(example("the-sock", "en"), example("the-sock-two", "en"), example("a-tram", "en")), tmp_path / "told", 5)
    for name, found in {"the-sock": "the-sock", "the-sock-t": "the-sock-two", "a": "a-tram", "the": None, "x": None}.items():
        one = shelf.called(name)
        assert (one and one.name) == found


def test_a_story_that_has_begun_is_known_by_its_first_words(tmp_path: Path) -> None:
    shelf = Shelf(PLAIN, tmp_path / "told", 5)
    for one in INDEX:
        text = PLAIN.text(one)
        assert shelf.begun(text) == one
        assert shelf.begun(" ".join(text.split()[:9])) == one
    assert shelf.begun("") is None
    assert shelf.begun("Once upon a time there was a fox that nobody of the shelf has ever met before.") is None
