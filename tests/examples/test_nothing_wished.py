"""Who wishes for a story and for nothing else, offline: now and then it is one of the shelf, and what comes next is there for it too."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from exemplars import PLAIN, fably, settings_for, stories, told
from farm import Farm

from fably.commands.shelf import resume
from fably.core.types import Language, Length
from fably.examples.finding import names_nothing
from fably.examples.shelf import Shelf
from fably.lore.recalling import introduced

TITLES = {one.title: one for one in PLAIN.index()}


@pytest.mark.parametrize(
    ("language", "wish", "nothing"),
    [
        ("en", "", True),
        ("en", "Tell me a story!", True),
        ("en", "could you please read me another bedtime story", True),
        ("en", "tell me a story about a fox", False),
        ("en", "asdf", False),
        ("en", "what is 2+2", False),
        ("tr", "bana bir masal anlat", True),
        ("tr", "başka bir masal anlatır mısın lütfen", True),
        ("tr", "tilki masalı anlat", False),
    ],
)
def test_what_names_nothing(language: Language, wish: str, nothing: bool) -> None:
    assert names_nothing(wish, language) is nothing


@pytest.mark.parametrize("wish", ["", "tell me a story"])
def test_now_and_then_it_is_one_of_the_shelf(farm: Farm, wish: str) -> None:
    names = []
    for seed in range(12):
        told(settings_for(farm, FABLY_SEED=str(seed), FABLY_STATE_PATH="state"), wish, most=1)
        kept = [one for one in stories(Path("state")) if one.info["seed"] == seed]
        names += [one.info["example"] for one in kept if "example" in one.info]
        assert all(one.query == TITLES[one.title].title for one in kept if "example" in one.info)
    assert 2 <= len(names) <= 8, "and else it is made up"
    assert len(set(names)) == len(names), "none twice while others wait"


def test_without_the_shelf_it_is_always_made_up(farm: Farm) -> None:
    for seed in range(6):
        told(settings_for(farm, FABLY_SEED=str(seed), FABLY_ENABLE_EXAMPLES="no", FABLY_STATE_PATH="state"), "", most=1)
    assert not any("example" in one.info for one in stories(Path("state")))


@pytest.mark.parametrize("language", ["en", "tr"])
@pytest.mark.parametrize("age", [3, 6, 8, 12])
def test_it_suits_the_age_and_all_of_those_come_before_one_comes_again(tmp_path: Path, language: Language, age: int) -> None:
    shelf, chance, heard = Shelf(PLAIN, tmp_path / "told", age), Random(1), []  # noqa: S311
    suiting = [one for one in PLAIN.index() if one.language == language and one.years_from(age) == (4 if age == 12 else 0)]
    for _night in range(len(suiting) + 2):
        one = shelf.any(language, chance)
        assert one in suiting
        assert one is not None
        shelf.note(one)
        heard.append(one.name)
    assert len(set(heard[: len(suiting)])) == len(suiting)
    assert heard[-2:] == heard[:2], "the one that was told least recently"


@pytest.mark.parametrize(("length", "than"), [("short", min), ("long", max)])
def test_it_is_one_of_those_that_are_as_long_as_is_wanted(tmp_path: Path, length: Length, than: Callable[[int, int], int]) -> None:
    suiting = [one for one in PLAIN.index() if one.language == "en" and one.years_from(6) == 0]
    middle, shelf = sorted(one.words for one in suiting)[len(suiting) // 2], Shelf(PLAIN, tmp_path / "told", 6, length)
    for night in range(len(suiting) // 2):
        one = shelf.any("en", Random(night))  # noqa: S311
        assert one
        shelf.note(one)
        assert than(one.words, middle) == one.words


def test_what_happened_next_in_a_story_of_the_shelf(farm: Farm, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its name, though it was never told here; and after it has been told, as the last one."""
    monkeypatch.setenv("FABLY_TTS_URL", farm.url)
    for more in (["--continue", "the camel"], ["--continue"]):
        assert fably(*more, "--llm-provider", "offline", "--output", "out.wav", "--no-opener") == 0
    first, second = sorted(stories(), key=lambda one: one.info["part"])
    assert first.info["sequel_of"] == "the-camel-who-carried-books"
    assert first.text.startswith("Last night")
    assert (second.info["sequel_of"], second.info["part"]) == (first.name, 3)
    for one in (first, second):
        assert one.complete
        assert (one.info["bible"]["name"], one.info["bible"]["kind"]) == ("Guyo", "child"), "whoever else comes in it"
        assert "Guyo" in one.text


@pytest.mark.parametrize(
    ("language", "hero", "name", "kind"),
    [
        ("en", "Quill, a mouse who winds a clock", "Quill", "mouse"),
        ("en", "Smudge, a very small bit of dark", "Smudge", "bit of dark"),
        ("en", "Emma, who sells oranges", "Emma", "girl"),
        ("en", "a little wave", "", "wave"),
        ("tr", "Atkı, genç bir örümcek", "Atkı", "örümcek"),
        ("tr", "Behzat, saatçi çırağı", "Behzat", "çocuk"),
    ],
)
def test_who_it_is_about_is_in_the_header(language: Language, hero: str, name: str, kind: str) -> None:
    known = introduced(hero, language)
    assert (known.name, known.kind) == (name, kind)


def test_who_names_a_story_that_is_nowhere_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert fably("--continue", "the purple submarine", "--llm-provider", "offline") == 1
    assert "submarine" in capsys.readouterr().err


def test_one_that_broke_off_goes_on_where_it_was(farm: Farm) -> None:
    camel = next(one for one in PLAIN.index() if one.name == "the-camel-who-carried-books")
    told(settings_for(farm), camel.title, most=3)
    assert resume(settings_for(farm, FABLY_OUTPUT="out.wav"), None) == 0
    assert [one.text for one in stories()] == [PLAIN.text(camel)]
