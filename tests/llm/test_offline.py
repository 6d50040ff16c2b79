"""The offline storyteller: every wish gets a whole story, whatever had been told before, in words that can be read aloud."""

import asyncio
import itertools
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fably.core.types import Language, Message
from fably.llm.offline import OfflineStoryteller
from fably.lore.stock import stock
from fably.texts import lines

LANGUAGES: list[Language] = ["en", "tr"]
HOME = Path(__file__).parents[2]
SLEEPS = re.compile(r"(asleep|slept|slept until the morning)\.$|uyu\w+\.$")


async def pieces(language: Language, seed: int | None, messages: Sequence[Message]) -> list[str]:
    return [piece async for piece in OfflineStoryteller(language, seed).stream("", messages)]


def told(language: Language, *talk: str, seed: int | None = 1) -> str:
    """The story for a wish, and what has been told of it if that is given as well."""
    messages = [Message("user", talk[0]), *(Message("assistant", one) for one in talk[1:])]
    return "".join(asyncio.run(pieces(language, seed, messages)))


def fresh(script: str) -> str:
    """What a new interpreter prints."""
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True, cwd=HOME).stdout


WISHES: dict[Language, list[str]] = {
    "en": [
        "asdf",
        "",
        " ",
        "what is 2+2",
        "🐉",
        "x" * 5000,
        "about a " * 700,
        "'; DROP TABLE",
        "a\0b",
        "{name}",
        "{name.acc}",
        "I\u0307",
        "a gun",
    ],
    "tr": [
        "asdf",
        "",
        " ",
        "2+2 kaç eder",
        "🐉",
        "ö" * 5000,
        "bir masal " * 500,
        "'; DROP TABLE",
        "a\0b",
        "{name}",
        "{kind.plu}",
        "İIıi",
        "bir silah",
    ],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wish_that_cannot_be_read_gets_a_story_too(language: Language) -> None:
    for wish in WISHES[language]:
        story = told(language, wish)
        assert 350 <= len(story.split()) <= 600
        assert SLEEPS.search(story)
        assert not re.search(r"[\0{}<>\d]|\bgun\b|silah", story)


@given(st.text(max_size=300), st.sampled_from(LANGUAGES), st.integers())
@settings(max_examples=150)
def test_any_wish_gets_a_story(wish: str, language: Language, seed: int) -> None:
    story = told(language, wish, seed=seed)
    assert 350 <= len(story.split()) <= 600
    assert not re.search(r"[{}]|[^\S\n]{2}", story)


def test_the_story_comes_in_small_pieces_which_keep_the_white_space() -> None:
    parts = asyncio.run(pieces("en", 1, [Message("user", "a fox")]))
    assert all(len(part.split()) == 1 for part in parts)
    assert len("".join(parts).split()) == len(parts)
    assert "".join(parts).count("\n\n") >= 4


def test_hero_companion_place_and_name_of_the_wish_are_in_the_story() -> None:
    for seed in range(40):
        story = told("en", "a dragon called Zuzu and an owl in a castle", seed=seed)
        assert story.count("Zuzu") >= 5
        assert len(re.findall(r"\bdragon\b", story)) >= 5
        assert story.count("owl") >= 2
        assert "in a castle" in story.split("\n\n")[0]
        story = told("tr", "şatoda yaşayan Zuzu adında bir ejderha ile baykuşun masalı", seed=seed)
        assert story.count("Zuzu") >= 5
        assert story.count("ejderha") >= 5
        assert story.lower().count("baykuş") >= 2
        assert "şatoda" in story.split("\n\n")[0]


def test_a_hero_of_the_childs_own_is_in_the_story() -> None:
    for seed in range(20):
        assert len(re.findall(r"\btoaster\b", told("en", "Tell me a story about a toaster", seed=seed))) >= 5
        assert told("tr", "bir tost makinesinin masalını anlat", seed=seed).lower().count("tost makinesi") >= 5
        assert "blue dragon" in told("en", "a blue dragon", seed=seed)


def test_the_same_wish_and_seed_are_the_same_story_in_every_process() -> None:
    script = (
        "import asyncio\nfrom fably.llm.offline import OfflineStoryteller, Message\n"
        "async def main():\n"
        "    print(''.join([p async for p in OfflineStoryteller('en', 7).stream('', [Message('user', 'a fox')])]), end='')\n"
        "asyncio.run(main())"
    )
    assert fresh(script) == told("en", "a fox", seed=7)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hundred_seeds_and_no_seed_differ_visibly(language: Language) -> None:
    seeded = [told(language, "a cat", seed=seed) for seed in range(100)]
    assert len(set(seeded)) == 100
    assert len({story.split("\n\n")[1][:40] for story in seeded}) >= 10
    same = [len({*one.split("\n\n")} & {*other.split("\n\n")}) for one, other in itertools.pairwise(seeded)]
    assert max(same) <= 2, "two stories share paragraphs"
    assert len({told(language, "", seed=None) for _ in range(30)}) == 30


def test_the_backend_loads_little_and_reads_its_stock_when_asked() -> None:
    loaded = json.loads(
        fresh(
            "import sys\nbefore = set(sys.modules)  # a distribution's Python loads things of its own\n"
            "import json, fably.llm.offline\nfrom fably.lore.stock import stock\n"
            "print(json.dumps([[*set(sys.modules) - before], stock.cache_info()[3]]))"
        )
    )
    assert loaded[1] == 0, "the stock is read only when a story is wanted"
    ours = {name for name in loaded[0] if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("_")}
    assert {name for name in ours if not re.match(r"fably($|\.core|\.lore|\.texts$|\.llm$|\.llm\.(offline|continuing)$)", name)} == set()


# What was told already.


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_opener_is_gone_on_from_in_mid_sentence(language: Language) -> None:
    for line in [*lines(language, "opener.lines"), {"en": "Once upon a time …", "tr": "Bir varmış, bir yokmuş..."}[language]]:
        for seed in range(20):
            story = told(language, "Zuzu adında bir kedi" if language == "tr" else "a cat called Zuzu", line, seed=seed)
            assert story[0].islower(), line + " " + story[:60]
            assert not any(beginning in story for beginning in stock(language).words.beginnings)
            assert 340 <= len((line + " " + story).split()) <= 620
            assert SLEEPS.search(story)


@pytest.mark.parametrize(
    ("language", "line"), [("en", "Once upon a time there was a quiet evening."), ("tr", "Bir varmış, bir yokmuş.  "), ("en", "Listen!")]
)
def test_an_opener_may_be_a_whole_sentence(language: Language, line: str) -> None:
    for seed in range(20):
        story = told(language, "", line, seed=seed)
        assert story[0].isupper()
        assert not any(beginning in story for beginning in stock(language).words.beginnings)
        assert len((line + " " + story).split()) >= 340


@pytest.mark.parametrize(
    ("language", "line"), [("en", "Once upon a time, a fox who had"), ("tr", "Bir varmış, bir yokmuş, ormanda bir til")]
)
def test_a_beginning_that_stopped_in_mid_sentence_is_begun_again(language: Language, line: str) -> None:
    story = told(language, "", line)
    assert story.startswith("— ")
    assert story.split("\n\n")[1][0].isupper()
    assert len((line + " " + story).split()) >= 340


LONG: dict[Language, str] = {
    "en": "A fox lived in a wood, and every evening the fox went down to the brook to look at the moon, "
    "which lay there as round as a cheese. One evening it was not there any more. ",
    "tr": "Ormanda küçük bir tilki yaşarmış; her akşam dereye iner, suda peynir gibi yusyuvarlak yatan aya bakarmış. "
    "Bir akşam bakmış ki ay orada yok. Tilki çok şaşırmış, dere boyunca yürümüş, herkese sormuş. ",
}
BROKEN: list[tuple[Language, str, str]] = [
    ("en", "He walked and walked, until he came to the", "… "),
    ("en", "He walked and walked, until he came to the ", "— "),
    ("en", "He was hungry.", "\n\n"),
    ("en", '"Who is there?" said the fox. "Only', '…" '),
    ("en", "“Who is there?” said the fox. “Only", "…” "),
    ("tr", "Yürümüş, yürümüş, sonunda", "… "),
    ("tr", "Karnı da açmış.", "\n\n"),
    ("tr", '"Kim o?" demiş. "Yalnız', '…" '),
]


@pytest.mark.parametrize(("language", "last", "bridge"), BROKEN)
def test_a_story_that_broke_off_is_brought_to_a_gentle_end(language: Language, last: str, bridge: str) -> None:
    for seed in range(30):
        rest = told(language, "a fox" if language == "en" else "bir tilki", LONG[language] + last, seed=seed)
        assert rest.startswith(bridge)
        text = rest[len(bridge) :]
        assert 4 <= len(re.findall(r'[.!?]"?(?=\s|$)', text)) <= 7
        assert text[0].isupper() is (bridge not in ("… ", "— "))
        assert SLEEPS.search(rest)
        assert not re.search(r"[{}]|  ", rest)


def test_nothing_told_is_nothing_begun() -> None:
    assert told("en", "a fox", "") == told("en", "a fox")
    assert told("en", "a fox", "  \n").split()[-1] == told("en", "a fox").split()[-1]
