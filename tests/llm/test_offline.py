"""The offline storyteller: every wish gets a whole story, in words that can be read aloud."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Sequence

import pytest

from fably.core.types import Language, Message
from fably.llm.offline import OfflineStoryteller
from fably.lore.stock import stock
from fably.texts import lines

LANGUAGES: list[Language] = ["en", "tr"]


def told(language: Language, *talk: str, seed: int | None = 1) -> str:
    """The story for a wish, and what has been told of it if that is given as well."""
    messages = [Message("user", talk[0]), *(Message("assistant", one) for one in talk[1:])]

    async def scene() -> str:
        return "".join([piece async for piece in OfflineStoryteller(language, seed).stream("", messages)])

    return asyncio.run(scene())


def every_story(language: Language) -> Sequence[tuple[str, str]]:
    """Each hero of the stock in each plot: the hero and the story."""
    return [(hero, told(language, hero, seed=seed)) for hero in stock(language).heroes for seed in range(6)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_hero_in_every_plot_makes_a_story_that_reads_well(language: Language) -> None:
    seen = set()
    for hero, story in every_story(language):
        seen.add(story.split("\n\n")[1][:15])
        count = len(story.split())
        assert 350 <= count <= 600, count
        paragraphs = story.split("\n\n")
        assert len(paragraphs) >= 5
        assert hero in paragraphs[0], story
        assert "," in " ".join(story.split()[:6]), "an early clause, so that the voice can begin"
        assert not re.search(r"[{}*#_<>\d]|\s\s(?<!\n\n)|\s[,.!?]", story.replace("\n\n", "¶")), story
        assert re.search(r"(asleep|slept)[ .\w,]*\.$|uyu\w*\.$", story), story[-80:]
    assert len(seen) >= 3, "all plots were told"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_begins_with_a_small_letter(language: Language) -> None:
    for _hero, story in every_story(language):
        for found in re.finditer(r"(?:^|[.!?…] |\n\n)\"?(\w)", story):
            assert not found[1].islower(), story[max(0, found.start() - 30) : found.end() + 20]


WISHES = {
    "en": ["asdf", "", "what is 2+2", "🐉", "x" * 5000, "'; DROP TABLE", "a\0b", "{name}", "tell me anything"],
    "tr": ["asdf", "", "2+2 kaç eder", "🐉", "ö" * 5000, "'; DROP TABLE", "a\0b", "{name}", "bir şey anlat"],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wish_that_cannot_be_read_gets_a_story_too(language: Language) -> None:
    for wish in WISHES[language]:
        assert 350 <= len(told(language, wish).split()) <= 600


def test_hero_companion_place_and_name_of_the_wish_are_in_the_story() -> None:
    for seed in range(20):
        story = told("en", "a dragon called Zuzu and an owl in a castle", seed=seed)
        assert story.count("Zuzu") >= 5
        assert story.count("owl") >= 2
        assert "in a castle" in story.split("\n\n")[0]
        story = told("tr", "şatoda yaşayan Zuzu adında bir ejderha ile baykuşun masalı", seed=seed)
        assert story.count("Zuzu") >= 5
        assert story.count("baykuş") >= 2
        assert "şatoda" in story.split("\n\n")[0]


def test_the_same_wish_and_seed_are_the_same_story_in_every_process() -> None:
    script = (
        "import asyncio\nfrom fably.llm.offline import *\n"
        "async def main():\n"
        "    print(''.join([p async for p in OfflineStoryteller('en', 7).stream('', [Message('user', 'a fox')])]), end='')\n"
        "asyncio.run(main())"
    )
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True).stdout
    assert other == told("en", "a fox", seed=7)


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_seed_a_hundred_stories_differ(language: Language) -> None:
    assert len({told(language, "", seed=None) for _ in range(100)}) >= 99


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_opener_is_gone_on_from_in_mid_sentence(language: Language) -> None:
    for line in lines(language, "opener.lines"):
        for seed in range(10):
            story = told(language, "", line, seed=seed)
            assert story[0].islower(), line + " " + story[:60]
            assert not any(beginning in story for beginning in stock(language).beginnings)
            assert len((line + " " + story).split()) >= 350


BROKEN = [
    ("en", "Once upon a time, a fox lived in a wood. He walked and walked, until he came to the"),
    ("en", "A fox lived in a wood. He was hungry."),
    ("en", '"Who is there?" said the fox. "Only'),
    ("tr", "Bir varmış, bir yokmuş, ormanda bir tilki yaşarmış. Yürümüş, yürümüş, sonunda"),
    ("tr", "Ormanda bir tilki yaşarmış. Karnı açmış."),
]


@pytest.mark.parametrize(("language", "so_far"), BROKEN)
def test_a_story_that_broke_off_is_brought_to_a_gentle_end(language: Language, so_far: str) -> None:
    rest = told(language, "a fox", so_far)
    sentences = re.split(r"(?<=[.!?])\s", rest.strip())
    assert 4 <= len(sentences) <= 8
    whole = so_far.endswith(".")
    assert rest.startswith("\n\n") is whole
    assert rest.strip()[0].isupper() is whole
    assert re.search(r"(asleep|morning|uyu\w*)\.$", rest), rest
