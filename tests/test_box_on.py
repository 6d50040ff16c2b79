"""What a child asks for of a story that there is, in the whole box: what happened next, something else in the middle, and the rest of it
in the morning. With words of the cloud, and without a network."""

import re
from pathlib import Path
from typing import Any

import pytest
from bedroom import LONG_STORY, Bedroom, bedroom, play
from farm import Farm

from fably.box.remote import Manner
from fably.core.types import State
from fably.library.story import Story, read_story

WISH, CHANGE, NEXT = "a dragon called Zuzu", "and now a purple penguin comes", "What happened next?"
CHANGED = "Then a purple penguin came down the hill, and asked whether it might fly along.\n\n" + LONG_STORY.partition("\n\n")[2]
WORDS: dict[str, dict[str, str]] = {"farm": {}, "offline": {"FABLY_LLM_PROVIDER": "offline", "FABLY_LLM_URL": ""}}
BOTH = pytest.mark.parametrize("words", WORDS)


def kept(room: Bedroom) -> list[Story]:
    """All that is kept."""
    root = room.box.performance.teller.library.root
    return [story for one in room.kept() if (story := read_story(root / one.name))]


async def made(room: Bedroom) -> Story:
    """A story that is told to its end, though nobody hears it: the loudspeaker takes its time."""
    show = room.box.performance
    room.box.begin(lambda: show.tell(WISH, Manner(aloud=False)), State.THINKING)
    await room.until(lambda: show.told is not None, "it is made")
    await room.settled(State.IDLE)
    (story,) = kept(room)
    return story


async def asked(room: Bedroom) -> None:
    """Somebody presses, and says what the ear will have understood."""
    await room.short()
    await room.speaks()


async def stopped(room: Bedroom) -> None:
    room.box.stop()
    await room.settled(State.IDLE)
    await room.until(lambda: any(not one.complete for one in kept(room)), "it is kept as one that broke off")


@BOTH
def test_what_happened_next(pins: Any, farm: Farm, card_file: Path, words: str) -> None:
    farm.said = NEXT
    farm.story = f"Zuzu was a small dragon with a blue tail, and Zuzu wanted to fly.\n\n{LONG_STORY}"[:900].rpartition(".")[0] + "."

    async def scene() -> None:
        async with bedroom(pins, farm.url, card_file, **WORDS[words]) as room:
            before = await made(room)
            count = len(room.began)
            await asked(room)
            await room.until(lambda: len(room.began) > count + 2, "it goes on")
            assert room.began[count].startswith("Last night")
            assert "Zuzu" in " ".join(room.began[count:])
            await stopped(room)
            assert [one.info.get("sequel_of") for one in kept(room) if not one.complete] == [before.name]
            assert "no_story" not in room.said

    play(scene)


@BOTH
def test_changed_in_the_middle_and_gone_on_with_in_the_morning(pins: Any, farm: Farm, card_file: Path, words: str) -> None:
    farm.said, farm.story = WISH, LONG_STORY

    async def scene() -> None:
        async with bedroom(pins, farm.url, card_file, **WORDS[words]) as room:
            await asked(room)
            await room.until(lambda: len(room.began) > 1, "a story")
            farm.said, farm.story = CHANGE, CHANGED
            await room.holds_and_speaks()
            heard = room.began[-1]
            count = len(room.began)
            await room.until(lambda: "penguin" in " ".join(room.began[count:]), "it is worked in")
            assert room.began[count] == heard, "from the start of the sentence that was being heard"
            after = " ".join(room.began[count + 1 :])
            assert "penguin" in " ".join(re.split(r"(?<=[.!?…])\"?\s+", after)[:3])
            last = room.began[-1]
            await stopped(room)
            (story,) = kept(room)
            assert [one["wish"] for one in story.info["changes"]] == [CHANGE]
            assert not story.complete
            farm.said, farm.story = "nobody is asked", " ".join(f"And on day {number} they flew." for number in range(100))
            count = len(room.began)
            await room.double()
            await room.until(lambda: len(room.began) > count + 1, "it goes on")
            assert room.began[count] == last
            await stopped(room)
            (story,) = kept(room)
            assert [one["wish"] for one in story.info["changes"]] == [CHANGE], "and it stays one story"

    play(scene)
