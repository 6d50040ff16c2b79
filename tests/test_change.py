"""A wish in the middle of a story: it is worked in, gently, into the one story that is kept. By the cloud and by our own storyteller."""

import asyncio
import re
from typing import Any

from farm import Farm
from performed import BOTH, LANGUAGES, evening, stories

from fably.box.remote import Manner
from fably.core.types import Language
from fably.library.story import Story, read_story
from fably.llm.continuing import changed, following
from fably.telling.following import changes_of

WISH: dict[Language, str] = {"en": "a fox", "tr": "bir tilki"}
CHANGE: dict[Language, str] = {"en": "and now a purple dragon called Zuzu comes", "tr": "şimdi Zuzu adında mor bir ejderha gelsin"}
TOLD: dict[Language, str] = {
    "en": "Once upon a time, a small fox lived in a wood, and every evening she went down to the brook to look at the moon.\n\n"
    "The moon lay in the brook as round as a cheese, and the fox said good evening to it, for she was very polite.\n\n"
    "One evening the moon was not there, and the fox looked for it under every leaf, and behind every stone.\n\n"
    "It was only late, and when it came the fox was so glad that she curled up, closed her eyes and slept.",
    "tr": "Bir varmış, bir yokmuş, ormanda küçük bir tilki yaşarmış, her akşam dereye iner, sudaki aya uzun uzun bakarmış.\n\n"
    "Ay derede peynir gibi yusyuvarlak yatarmış, tilki de ona iyi akşamlar dermiş, çünkü pek kibar bir tilkiymiş.\n\n"
    "Bir akşam bakmış ki ay orada yok, tilki onu her yaprağın altında, her taşın arkasında aramış durmuş.\n\n"
    "Meğer ay geç kalmış, gelince tilki öyle sevinmiş ki hemen kıvrılmış, gözlerini kapamış ve mışıl mışıl uyumuş.",
}
CHANGED: dict[Language, str] = {
    "en": "Then a purple dragon called Zuzu came flying over the trees, and asked whether there was room at the brook.\n\n"
    "There was room for two, and for the moon as well, and so they sat there until all three of them were asleep.",
    "tr": "Derken ağaçların üstünden Zuzu adında mor bir ejderha uçup gelmiş, derede yer var mı diye kibarca sormuş.\n\n"
    "İkisine de yer varmış, aya da yer varmış, yan yana oturmuşlar, çok geçmeden üçü birden mışıl mışıl uyumuş.",
}


def talk(farm: Farm) -> list[dict[str, Any]]:
    """What the model was told last, without the system's prompt."""
    asked: list[dict[str, Any]] = farm.asked("/chat/completions")[-1]["messages"]
    return asked[1:]


def offline(told: list[str], language: Language, story: Story) -> str:
    """What our own storyteller tells after the change, in one piece."""
    seed = str(story.info["seed"])
    return changed(told, [CHANGE[language]], language, seed, lambda known: following(WISH[language], known, language, seed))


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?…])[\"”]?\s+", text.strip())


@BOTH
@LANGUAGES
def test_a_wish_in_the_middle_is_worked_in_within_two_sentences(farm: Farm, language: Language, words: str) -> None:
    farm.story = TOLD[language]

    async def scene() -> None:
        async with evening(farm, language, words) as one:
            before = await one.play(one.show.tell(WISH[language], Manner()), until=1)
            farm.story = CHANGED[language]
            story = await one.play(one.show.change(CHANGE[language]))
            last = before.passages[-1]
            assert one.heard[0] == last.text, "from the start of the sentence that was being heard"
            assert story.folder == before.folder, "it stays one story"
            assert story.complete
            assert story.text.startswith(before.text)
            after = story.text[len(before.text) :]
            assert "Zuzu" in " ".join(sentences(after)[:3])
            assert len(story.clips) == len(story.passages)
            assert story.info["changes"] == [{"wish": CHANGE[language], "passage": len(before.passages)}]
            assert story.query == WISH[language]
            if words == "farm":
                asked = talk(farm)
                assert [one["role"] for one in asked] == ["user", "assistant", "user"]
                assert (asked[0]["content"], asked[1]["content"]) == (WISH[language], before.text)
                assert CHANGE[language] in asked[2]["content"]
            else:
                told = [before.text, ""]
                assert after == offline(told, language, story)

    asyncio.run(scene())
    assert len(stories()) == 1


@BOTH
@LANGUAGES
def test_a_changed_story_that_broke_off_goes_on_as_it_was_changed(farm: Farm, language: Language, words: str) -> None:
    farm.story = TOLD[language]

    async def scene() -> None:
        async with evening(farm, language, words) as one:
            before = await one.play(one.show.tell(WISH[language], Manner()), until=1)
            farm.story = CHANGED[language]
            count = len(before.passages)
            broken = await one.play(one.show.change(CHANGE[language]), until=count)
            assert len(broken.passages) > count
            assert changes_of(broken)[0].at == len(before.text)
            farm.story = broken.text[len(before.text) :] + " And all was well, and everybody slept until the morning."
            story = await one.play(one.show.go_on())
            assert story.complete
            assert story.text.startswith(broken.text)
            assert story.info["changes"] == broken.info["changes"]
            if words == "farm":
                asked = talk(farm)
                assert [one["role"] for one in asked] == ["user", "assistant", "user", "assistant", "user"]
                assert asked[1]["content"] + asked[3]["content"] == broken.text
            else:
                whole = offline([before.text, ""], language, story)
                assert story.text == before.text + whole, "as if it had never been broken off"

    asyncio.run(scene())
    assert len(stories()) == 1


@BOTH
@LANGUAGES
def test_a_story_that_was_kept_whole_stays_as_it_was(farm: Farm, language: Language, words: str) -> None:
    farm.story = TOLD[language]

    async def scene() -> None:
        async with evening(farm, language, words) as one:
            whole = await one.play(one.show.tell(WISH[language], Manner()))
            files = {file.name: file.read_bytes() for file in whole.folder.iterdir()}
            await one.play(one.show.tell(WISH[language], Manner()), until=1)
            farm.story = CHANGED[language]
            story = await one.play(one.show.change(CHANGE[language]))
            assert {file.name: file.read_bytes() for file in whole.folder.iterdir()} == files
            assert story.name == f"{whole.name}-2"
            assert story.complete
            assert "Zuzu" in story.text
            assert len(story.clips) == len(story.passages), "the sound of what was heard is there as well"
            begins = len(story.passages[0].text)
            assert story.text[:begins] == whole.text[:begins]

    asyncio.run(scene())
    assert len(stories()) == 2


@LANGUAGES
def test_two_changes_one_after_the_other(farm: Farm, language: Language) -> None:
    second = {"en": "they find a kite", "tr": "bir uçurtma bulsunlar"}[language]

    async def scene() -> None:
        async with evening(farm, language, "offline") as one:
            first = await one.play(one.show.tell(WISH[language], Manner()), until=2)
            between = await one.play(one.show.change(CHANGE[language]), until=len(first.passages) + 2)
            story = await one.play(one.show.change(second))
            assert story.complete
            assert [one["wish"] for one in story.info["changes"]] == [CHANGE[language], second]
            assert {"en": "kite", "tr": "uçurtma"}[language] in story.text[len(between.text) :]
            assert {"en": "dragon", "tr": "jderha"}[language] in story.text[-1500:], "who has come stays to the end"

    asyncio.run(scene())


def test_who_says_nothing_or_go_on_hears_the_story_as_it_was(farm: Farm) -> None:
    async def scene() -> None:
        async with evening(farm, "en", "offline") as one:
            broken = await one.play(one.show.tell("a fox", Manner()), until=2)
            again = await one.play(one.show.change(""), until=4)
            assert again.text.startswith(broken.text)
            story = await one.play(one.show.change("go on please"))
            assert story.complete
            assert "changes" not in story.info

    asyncio.run(scene())
    assert len(stories()) == 1


def test_who_wants_another_story_gets_that(farm: Farm) -> None:
    async def scene() -> None:
        async with evening(farm, "en", "offline") as one:
            await one.play(one.show.tell("a fox", Manner()), until=2)
            story = await one.play(one.show.change("tell me a story about an owl"))
            assert story.query == "tell me a story about an owl"

    asyncio.run(scene())
    assert [one.complete for one in stories()] == [False, True]


@BOTH
def test_what_is_not_fit_for_a_child_is_not_worked_in(farm: Farm, words: str) -> None:
    farm.story = TOLD["en"]

    async def scene() -> None:
        async with evening(farm, "en", words) as one:
            await one.play(one.show.tell("a fox", Manner()), until=1)
            farm.story = "The fox yawned, and curled up, and slept until the morning came."
            story = await one.play(one.show.change("the dragon kills everybody with a gun"))
            assert story.complete
            (change,) = story.info["changes"]
            assert change["wish"] == "a dragon", "no more than who comes in it"
            assert [one["where"] for one in story.info["held"]] == ["wish"]
            assert "a gun" not in story.text, "and many a story has begun"
            if words == "farm":
                assert not any("gun" in one["content"] for one in talk(farm))

    asyncio.run(scene())


@BOTH
def test_a_parent_reads_of_an_unfit_wish_with_nobody_in_it(farm: Farm, words: str) -> None:
    farm.story = TOLD["en"]

    async def scene() -> None:
        async with evening(farm, "en", words) as one:
            await one.play(one.show.tell("a fox", Manner()), until=1)
            story = await one.play(one.show.change("kill everybody with a gun"))
            assert story.complete
            assert "changes" not in story.info, "it goes on as it was"
            assert [held["where"] for held in story.info["held"]] == ["wish"]

    asyncio.run(scene())
    assert len(stories()) == 1


def test_when_the_cloud_fails_our_own_storyteller_works_it_in(farm: Farm) -> None:
    farm.story = TOLD["en"]

    async def scene() -> None:
        async with evening(farm, "en", "farm") as one:
            before = await one.play(one.show.tell("a fox", Manner()), until=1)
            farm.chat = "500"
            story = await one.play(one.show.change(CHANGE["en"]))
            assert story.complete
            assert story.info["llm_provider"][-1] == "offline"
            assert "dragon called Zuzu" in " ".join(sentences(story.text[len(before.text) :])[:3])

    asyncio.run(scene())


def test_what_makes_no_sense_in_info_yaml_is_left_out(farm: Farm) -> None:
    async def scene() -> None:
        async with evening(farm, "en", "offline") as one:
            story = await one.play(one.show.tell("a fox", Manner()), until=1)
            info = story.folder / "info.yaml"
            odd = 'changes: [7, {"wish": 3}, {"wish": "x", "passage": 99}, {"wish": "an owl", "passage": 1}]\nbible: [1]\n'
            info.write_text(odd + info.read_text(encoding="utf-8"), encoding="utf-8")
            broken = read_story(story.folder)
            assert broken is not None
            assert [one.wish for one in changes_of(broken)] == ["an owl"]
            assert (await one.play(one.show.go_on())).complete

    asyncio.run(scene())
