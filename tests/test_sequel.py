"""What happened next: a sequel that knows the story before it, by the cloud and by our own storyteller, also when it broke off."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from farm import Farm
from performed import BOTH, LANGUAGES, Evening, evening, stories

from fably.box.remote import Manner
from fably.cli import main
from fably.core.bible import LARGEST, Bible
from fably.core.types import Language
from fably.library.story import Story
from fably.llm.continuing import following
from fably.lore import telling
from fably.settings import load

WISH: dict[Language, str] = {"en": "a dragon called Zuzu", "tr": "Zuzu adında bir ejderha"}
NEXT: dict[Language, str] = {"en": "What happened next?", "tr": "Sonra ne oldu?"}
LAST_NIGHT: dict[Language, str] = {"en": "Last night, ", "tr": "Dün gece "}
# every sentence a passage of its own, however fast the voice is
TOLD: dict[Language, str] = {
    "en": "Once upon a time, a small dragon called Zuzu lived in a castle on a hill above the mill, and could not fly at all yet.\n\n"
    "Every day Zuzu flapped as hard as could be, and every day Zuzu sat down again in the soft and yellow hay.\n\n"
    '"Tomorrow I will show you how it is done," said old Bruno the owl, who had watched Zuzu a hundred times and more.\n\n'
    "And when the moon came up over the castle, Zuzu yawned, and Bruno yawned, and soon everybody was fast asleep.",
    "tr": "Bir varmış, bir yokmuş, bir şatoda Zuzu adında küçük bir ejderha yaşarmış, daha uçmayı hiç bilmezmiş, ama çok istermiş.\n\n"
    "Her gün Zuzu kanatlarını var gücüyle çırpar, her gün de Zuzu yumuşacık sarı samanların içine oturuverir, sonra gülermiş.\n\n"
    "“Yarın sana nasıl uçulur göstereceğim,” demiş yaşlı baykuş Bruno, çünkü Bruno'nun gözü hep ejderhanın üstündeymiş.\n\n"
    "Ay şatonun üstüne çıkınca Zuzu esnemiş, Bruno da esnemiş, çok geçmeden herkes mışıl mışıl uyumuş, gece de susmuş.",
}


def asked(farm: Farm) -> dict[str, Any]:
    """What the model was asked last."""
    return farm.asked("/chat/completions")[-1]


def plot_told(one: Story) -> str:
    """The plot by which our own storyteller has told it, with an opener before it, or without. Several plots share sentences."""
    of = (one.query, one.language, str(one.info["seed"]))
    before = Bible.read(one.info.get("bible"))
    told = {
        telling.plot_of(*of, begun=begun, before=before)
        for begun in (True, False)
        if one.text.endswith("\n\n".join([*telling.story(*of, begun=begun, before=before)][1:]))
    }
    (found,) = told
    return found


@BOTH
@LANGUAGES
def test_a_sequel_knows_the_story_and_begins_with_last_night(farm: Farm, language: Language, words: str) -> None:
    farm.story = TOLD[language]

    async def scene() -> None:
        async with evening(farm, language, words) as one:
            await one.play(one.show.tell(WISH[language], Manner()))
            farm.story = TOLD[language].replace("Bruno", "Bibi")
            await one.play(one.show.tell(NEXT[language], Manner()))
            await one.play(one.show.tell(NEXT[language], Manner()))

    asyncio.run(scene())
    first, second, third = stories()
    for story, of, part in ((second, first, 2), (third, second, 3)):
        assert story.complete
        assert len(story.clips) == len(story.passages)
        assert story.text.startswith(LAST_NIGHT[language])
        assert "Zuzu" in story.text
        assert (story.info["sequel_of"], story.info["part"], story.query) == (of.name, part, first.query)
        assert str(part) in story.title
        assert len(json.dumps(story.info["bible"], ensure_ascii=False)) <= LARGEST * 1.1
        bible = Bible.read(story.info["bible"])
        assert bible is not None
        assert (bible.name, bible.kind) == ("Zuzu", {"en": "dragon", "tr": "ejderha"}[language])
        assert bible.began == Bible.read(second.info["bible"]).began  # type: ignore[union-attr]
    if words == "farm":
        known = Bible.read(third.info["bible"])
        assert known is not None
        assert {"Zuzu", "Bruno", "Bibi"} <= set(known.names), "of both stories before it"
        assert known.places[0] == {"en": "castle", "tr": "şato"}[language]
        assert any({"en": "Tomorrow", "tr": "Yarın"}[language] in one for one in known.promises)
        system, wish, begun, *_more = asked(farm)["messages"]
        assert "Bruno" in system["content"]
        assert (wish["content"], begun["content"]) == (first.query, third.passages[0].text)
    else:
        assert len({plot_told(one) for one in (first, second, third)}) == 3, "no plot twice"


@BOTH
@LANGUAGES
def test_a_sequel_that_broke_off_is_gone_on_with_and_still_knows(farm: Farm, language: Language, words: str) -> None:
    farm.story = TOLD[language]

    async def scene() -> None:
        async with evening(farm, language, words) as one:
            await one.play(one.show.tell(WISH[language], Manner()))
            broken = await one.play(one.show.tell(NEXT[language], Manner()), until=1 if words == "farm" else 3)
            assert not broken.complete
            assert "bible" in broken.info
            await one.play(one.show.tell(NEXT[language], Manner()))

    asyncio.run(scene())
    _first, story = stories()
    assert story.complete
    assert len(story.clips) == len(story.passages)
    if words == "farm":
        assert "Bruno" in asked(farm)["messages"][0]["content"]
    else:
        opening = story.passages[0].text
        bible = Bible.read(story.info["bible"])
        whole = following(story.query, opening, language, str(story.info["seed"]), bible)
        assert story.text == f"{opening} {whole}", "as if it had never been broken off"


@LANGUAGES
def test_a_sequel_of_which_nothing_was_heard_is_begun_again(farm: Farm, language: Language) -> None:
    farm.story = TOLD[language]

    async def scene() -> None:
        async with evening(farm, language, "farm") as one:
            await one.play(one.show.tell(WISH[language], Manner()))
            farm.speech = "500"
            telling = asyncio.create_task(one.show.tell(NEXT[language], Manner()))
            while one.show.place is None or one.show.place.of is None:  # noqa: ASYNC110 - a place is looked at
                await asyncio.sleep(0)
            telling.cancel()
            await asyncio.wait([telling])
            farm.speech = "ok"
            await one.play(one.show.go_on())

    asyncio.run(scene())
    first, story = stories()
    assert story.info["sequel_of"] == first.name


def test_the_wish_may_name_the_story_and_where_there_is_none_it_is_a_wish(farm: Farm) -> None:
    async def scene() -> None:
        async with evening(farm, "en", "offline") as one:
            for wish in ("a fox", "an owl", "a dragon called Zuzu"):
                await one.play(one.show.tell(wish, Manner()))
            assert (await one.play(one.show.tell("continue the story about the fox", Manner()))).query == "a fox"
            assert (await one.play(one.show.tell("what happened to Zuzu next?", Manner()))).query == "a dragon called Zuzu"
            whale = await one.play(one.show.tell("tell me more about a whale", Manner()))
            assert "sequel_of" not in whale.info
            assert "whale" in whale.text

    asyncio.run(scene())


@LANGUAGES
def test_with_no_story_there_is_nothing_to_go_on_with(farm: Farm, language: Language) -> None:
    async def scene(one: Evening) -> None:
        await one.show.tell(NEXT[language], Manner())

    async def work() -> list[str]:
        async with evening(farm, language, "farm") as one:
            await scene(one)
            return one.said

    (said,) = asyncio.run(work())
    assert said == {"en": "I have not told you a story yet.", "tr": "Sana daha hiç masal anlatmadım."}[language]
    assert not farm.requests


def test_a_story_of_another_language_goes_on_in_its_own(farm: Farm) -> None:
    async def scene() -> None:
        async with evening(farm, "tr", "offline") as one:
            await one.play(one.show.tell("bir tilki", Manner()))
        async with evening(farm, "en", "offline") as one:
            story = await one.play(one.show.tell("What happened next?", Manner()))
            assert story.language == "tr"
            assert story.text.startswith("Dün gece ")

    asyncio.run(scene())


def test_the_same_wish_gets_the_first_story_and_no_sequel(farm: Farm) -> None:
    async def scene() -> None:
        async with evening(farm, "en", "offline") as one:
            first = await one.play(one.show.tell("a fox", Manner()))
            await one.play(one.show.tell("continue", Manner()))
            again = await one.play(one.show.tell("a fox", Manner()))
            assert again.name == first.name

    asyncio.run(scene())


def fably(*args: str) -> int:
    with pytest.raises(SystemExit) as left:
        main([*args, "--output", "out.wav", "--quiet"])
    return int(str(left.value.code or 0))


def test_from_the_command_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FABLY_STATE_PATH", "state")
    assert load({}).library_path == Path("state/stories")
    assert fably("--continue") == 1
    assert "so none can go on" in capsys.readouterr().err
    assert fably("a", "fox") == 0
    assert fably("an", "owl") == 0
    assert fably("--continue", "the", "fox") == 0
    assert fably("stories", "continue", "an-owl") == 0
    assert fably("what happened next?") == 0
    assert [one.info.get("part") for one in stories()] == [None, None, 2, 2, 3]
    assert [one.query for one in stories()] == ["a fox", "an owl", "a fox", "an owl", "an owl"]
    capsys.readouterr()
    assert fably("--continue", "walrus") == 1
    assert "there is no story called 'walrus'" in capsys.readouterr().err
    assert fably("--loop", "--continue") == 2
    assert "--continue tells one story" in capsys.readouterr().err
