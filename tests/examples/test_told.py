"""A story of the shelf is told as any other: by the chosen voice, kept, resumed, behind an opener; without the shelf one is made up."""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import pytest
from exemplars import PLAIN, fably, settings_for, stories, told
from fakes import FakeVoice
from farm import Farm

from fably.assembly import storyteller
from fably.commands.shelf import resume
from fably.core.errors import LibraryError
from fably.core.types import Language, Message, Passage
from fably.examples.shelf import Shelf
from fably.library.story import read_story
from fably.llm.offline import OfflineStoryteller
from fably.texts import lines, text

CAMEL = next(one for one in PLAIN.index() if one.name == "the-camel-who-carried-books")
WISHES: list[tuple[Language, str]] = sorted({(one.language, one.title) for one in PLAIN.index()})


def test_a_wish_that_fits_is_told_from_the_shelf_and_kept_under_its_title(farm: Farm) -> None:
    heard, outcome, _read = told(settings_for(farm), "tell me a story about a camel")
    assert heard == PLAIN.text(CAMEL)
    assert not outcome.again
    (story,) = stories()
    assert (story.text, story.query, story.complete) == (heard, CAMEL.title, True)
    assert (story.info["example"], story.info["title"], story.info["llm_provider"]) == (CAMEL.name, CAMEL.title, ["offline"])
    assert len(story.clips) == len(story.passages), "sound and all"
    assert farm.asked("/chat/completions") == []
    heard, outcome, _read = told(settings_for(farm), "the camel!")
    assert (heard, outcome.again, len(stories())) == (story.text, True, 1)


def test_another_night_has_another_one_and_each_is_kept_once(farm: Farm) -> None:
    names = []
    for _night in range(4):
        _heard, outcome, _read = told(settings_for(farm), "a story about sharing", most=1)
        assert outcome.kept
        story = read_story(outcome.kept)
        assert story
        names.append(story.info["example"])
    assert len(set(names)) >= 2
    assert len(stories()) == len(set(names))


def test_one_that_broke_off_is_gone_on_with_even_where_a_model_could(farm: Farm) -> None:
    """From the very next word, with its refrains, and whoever else is set up to make up words."""
    story = PLAIN.text(CAMEL)
    for most in (1, 5, 30):
        told(settings_for(farm, FABLY_STATE_PATH=f"state-{most}"), CAMEL.title, most)
        settings = settings_for(farm, FABLY_STATE_PATH=f"state-{most}", FABLY_LLM_URL=farm.url, FABLY_OUTPUT="out.wav")
        assert resume(settings, None) == 0
        (folder,) = (one for one in (settings.state / "stories").iterdir() if one.name[0] != ".")
        kept = read_story(folder)
        assert kept
        assert kept.complete
        assert kept.text == story
    assert farm.asked("/chat/completions") == []


def test_one_takes_over_from_a_model_that_cannot_begin(farm: Farm) -> None:
    farm.chat = "500"
    heard, _outcome, read = told(settings_for(farm, FABLY_LLM_URL=farm.url), "a camel")
    assert heard == PLAIN.text(CAMEL)
    assert read, "the parent reads why"
    assert stories()[0].info["example"] == CAMEL.name


def test_a_model_that_works_is_asked(farm: Farm) -> None:
    heard, _outcome, _read = told(settings_for(farm, FABLY_LLM_URL=farm.url), "a camel")
    assert heard != PLAIN.text(CAMEL)
    assert len(farm.asked("/chat/completions")) == 1


def test_no_opener_is_put_before_it(farm: Farm) -> None:
    """It begins for itself. A story that is made up has one."""
    settings = settings_for(farm, FABLY_OPENER="yes")

    async def openers() -> None:
        async with storyteller(settings, lambda _line: None) as teller:
            ready = teller.lines.openers()
            assert ready
            for _line in lines("en", "opener.lines"):
                await ready.make(FakeVoice())

    asyncio.run(openers())
    assert told(settings, "a camel")[0] == PLAIN.text(CAMEL)
    assert told(settings, "a fox", 1)[0] in lines("en", "opener.lines")


@pytest.mark.parametrize("switch", [{"FABLY_ENABLE_EXAMPLES": "false"}, {"FABLY_ENABLE_EXAMPLES": "no", "FABLY_EXAMPLES_ON_DEMAND": "yes"}])
def test_without_the_shelf_the_storyteller_makes_one_up(farm: Farm, switch: dict[str, str]) -> None:
    heard, _outcome, read = told(settings_for(farm, **switch), "about a camel")
    assert heard != PLAIN.text(CAMEL)
    assert "camel" in heard
    assert read == []
    assert "example" not in stories()[0].info


def test_a_shelf_that_is_broken_is_said_to_be_and_the_story_comes_all_the_same(farm: Farm, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("examples.fably").write_bytes(b"garbage" * 100)
    monkeypatch.setattr("fably.examples.opening.ARCHIVE", Path("examples.fably"))
    heard, outcome, read = told(settings_for(farm), "about a camel")
    assert "camel" in heard
    assert outcome.kept
    assert any("examples.fably is no archive of example stories" in line for line in read)
    assert fably("--examples") == 1
    assert fably("stories", "list", "--examples") == 1
    assert fably("stories", "show", "the-camel") == 1, "there is no such story"
    assert fably("stories", "show", "about-a-camel") == 0, "the library is not hurt"


# From the command line.


def test_the_list_and_one_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert fably("--examples") == 0
    out, err = capsys.readouterr()
    english = [one for one in PLAIN.index() if one.language == "en"]
    rows = out.splitlines()
    assert [row.split()[0] for row in rows] == [one.name for one in english]
    assert all(one.title in row and one.hero in row and one.value in row for row, one in zip(rows, english, strict=True))
    assert ("--language" in err) is (len(english) < len(PLAIN.index()))
    assert fably("stories", "list", "--examples") == 0
    assert capsys.readouterr().out == out
    assert fably("stories", "show", CAMEL.name) == 0
    out = capsys.readouterr().out
    assert PLAIN.text(CAMEL) in out
    assert CAMEL.hero in out
    assert fably("--examples", "--no-examples") == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "--no-examples" in err


@pytest.mark.parametrize("name", [CAMEL.name, "the-camel"])
def test_one_is_told_by_its_name_with_no_key(farm: Farm, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FABLY_LLM_URL", farm.url)  # whoever else is set up: its text is known
    monkeypatch.setenv("FABLY_TTS_URL", farm.url)
    assert fably("stories", "play", name, "--output", "out.wav", "--quiet") == 0
    (story,) = stories()
    assert story.text == PLAIN.text(CAMEL)
    assert farm.asked("/chat/completions") == []
    spoken = len(farm.requests)
    assert fably("stories", "play", name, "--output", "out.wav", "--quiet") == 0
    assert len(farm.requests) == spoken, "it is kept, sound and all"
    assert len(stories()) == 1
    assert fably("stories", "play", name, "--output", "out.wav", "--quiet", "--tts-voice", "another") == 0
    assert len(stories()) == (2 if name == CAMEL.name else 1), "its own name asks for the voice that is chosen"


# The storyteller by itself.


def shelf(root: Path) -> Callable[[], Shelf]:
    return lambda: Shelf(PLAIN, root / "told", 5)


def following(make: Callable[[], Shelf], language: Language, *talk: str) -> str:
    """What the storyteller says after a wish, and after what has been told."""

    async def said() -> AsyncGenerator[str, None]:
        teller = OfflineStoryteller(language, 1, make)
        async for piece in teller.stream("", [Message("user", talk[0]), *(Message("assistant", one) for one in talk[1:])]):
            yield piece

    async def whole() -> str:
        return "".join([piece async for piece in said()])

    return asyncio.run(whole())


@pytest.mark.parametrize(("language", "title"), WISHES)
def test_every_story_goes_on_from_any_word(tmp_path: Path, language: Language, title: str) -> None:
    story = following(shelf(tmp_path), language, title)
    borders = [found.start() for found in re.finditer(r"(?<=\S)(?=\s)", story)]
    for border in [*borders[11:200:37], *borders[200::149], borders[-1]]:
        assert story[:border] + following(shelf(tmp_path), language, "whatever was wished", story[:border]) == story


@pytest.mark.parametrize(("language", "title"), [next(one for one in WISHES if one[0] == language) for language in dict(WISHES)])
def test_an_opener_that_was_heard_already_is_ended_and_the_story_begins_for_itself(tmp_path: Path, language: Language, title: str) -> None:
    story = following(shelf(tmp_path), language, title)
    for opener in lines(language, "opener.lines"):
        begun = f"{opener} {text(language, 'opener.shelf')}"
        whole = f"{begun}\n\n{story}"
        assert f"{opener} {following(shelf(tmp_path), language, title, opener)}" == whole
        assert begun + following(shelf(tmp_path), language, title, begun) == whole
        half = whole[: whole.index(" ", len(whole) // 2)]
        assert half + following(shelf(tmp_path), language, title, half) == whole


def test_what_somebody_else_began_is_brought_to_an_end_without_the_shelf(tmp_path: Path) -> None:
    begun = "A camel stood in the sand and looked at the moon, and the moon looked at the camel, and neither of them said a word. " * 3
    assert following(shelf(tmp_path), "en", "a camel", begun) == following(
        lambda: Shelf(Empty(), tmp_path / "t", 5), "en", "a camel", begun
    )


class Empty:
    """A source without stories."""

    def index(self) -> tuple[()]:
        return ()

    def text(self, _example: object) -> str:
        raise LibraryError("there is none")


def test_a_refrain_is_told_as_often_as_it_is_written() -> None:
    """After a resume as well, when what was told is looked at so that no model says it once more."""
    from fably.story.gate import Gate
    from fably.story.gated import Gated

    refrain = "Round and round and round went the little mill."

    async def rest(*_asked: object) -> AsyncGenerator[str, None]:
        yield f" The wind came. {refrain} And everybody slept."

    async def heard(as_written: bool) -> list[Passage]:
        return [one async for one in Gated(Gate("en", 5), "", rest, "1", as_written=as_written).passages(f"A mill stood. {refrain}", 2)]

    assert refrain in "".join(one.text for one in asyncio.run(heard(as_written=True)))
    assert refrain not in "".join(one.text for one in asyncio.run(heard(as_written=False)))
