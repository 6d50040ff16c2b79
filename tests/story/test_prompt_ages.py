"""What a model is told about telling: for each age and language, at bedtime, and when it has told too hard."""

import asyncio
from contextlib import aclosing
from pathlib import Path

import pytest
from farm import Farm
from story.test_too_hard import easy, hard

from fably.assembly import storyteller
from fably.core.types import Language, Length
from fably.settings import load
from fably.story.pipeline import Outcome
from fably.story.prompt import Prompt, group_of, usual_words
from fably.texts import text

LANGUAGES: tuple[Language, ...] = ("en", "tr")
LENGTHS: tuple[Length, ...] = ("short", "usual", "long")


def test_children_of_one_group_are_told_alike() -> None:
    assert {age: group_of(age) for age in (2, 3, 4, 5, 6, 7, 8, 9, 12)} == {2: 2, 3: 2, 4: 2, 5: 5, 6: 5, 7: 7, 8: 7, 9: 9, 12: 9}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_age_is_told_in_its_own_way(language: Language) -> None:
    told = [Prompt(language, age).system(begun=False) for age in (3, 5, 7, 10)]
    assert len(set(told)) == 4
    lengths = [usual_words(language, age) for age in (3, 5, 7, 10)]
    assert lengths == sorted(set(lengths)), "older children are told more"
    for one, words in zip(told, lengths, strict=True):
        assert str(words) in one
        assert "{" not in one
    assert text(language, "prompt.bedtime").strip() in Prompt(language, 5, bedtime=True).system(begun=False)
    assert text(language, "prompt.bedtime").strip() not in told[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_short_and_a_long_one_are_for_the_age_too(language: Language) -> None:
    for age in (3, 5, 7, 10):
        short, usual, long = (usual_words(language, age, one) for one in LENGTHS)
        assert short < 0.7 * usual < 1.5 * usual < long
        for length, words in zip(LENGTHS, (short, usual, long), strict=True):
            assert f" {words} " in Prompt(language, age, length=length).system(begun=False)
    assert (
        Prompt(language, 5, "Tell {words} words.", length="long").system(begun=False).endswith(f"{usual_words(language, 5, 'long')} words.")
    )


def test_a_parents_own_text_takes_the_place_of_ours_but_bedtime_is_bedtime() -> None:
    own = Prompt("en", 4, "Tell it for {age}.", bedtime=True).system(begun=False, stricter=True)
    assert own.startswith("Tell it for 4.")
    assert text("en", "prompt.bedtime").strip() in own
    assert "longer than" not in own


def asked(farm: Farm, stories: list[str], **flags: str) -> list[str]:
    """What the model was told with each request, while these stories were told one after the other."""

    async def scene() -> None:
        settings = load(
            {"output": "out.wav", "opener": "no", "llm_url": farm.url, "llm_model": "m", "tts_provider": "custom", "tts_url": farm.url,
             "tts_model": "v", "ignore_cache": "yes", **flags}
        )  # fmt: skip
        async with storyteller(settings, lambda _sentence: None) as teller:
            for one in stories:
                farm.story = one
                async with aclosing(teller.tell("a hedgehog", Outcome())) as story:
                    async for _passage in story:
                        pass

    asyncio.run(scene())
    return [body["messages"][0]["content"] for body in farm.asked("/chat/completions")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_model_that_strays_is_asked_once_more_and_told_so_from_then_on(farm: Farm, language: Language) -> None:
    told = asked(farm, [easy(language), hard(language), easy(language), hard(language)], language=language, age="4")
    first, strict = (Prompt(language, 4).system(begun=False, stricter=one) for one in (False, True))
    assert told == [first, first, Prompt(language, 4).system(begun=True, stricter=True), strict, strict, told[-1]]
    assert told[-1] == told[2], "once in each story"


def test_a_parents_own_text_is_not_asked_for_twice(farm: Farm, tmp_path: Path) -> None:
    (own := tmp_path / "own.txt").write_text("Tell it grandly.", encoding="utf-8")
    assert asked(farm, [hard("en")], age="4", prompt_file=str(own)) == ["Tell it grandly."]
