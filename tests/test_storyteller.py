"""What the settings make of a story, where they meet it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import pytest

from fably.assembly import storyteller
from fably.core.types import Passage
from fably.settings import load
from fably.story.pipeline import Outcome, tell


@pytest.mark.parametrize(("flags", "ahead"), [({}, 8), ({"memory_mode": "full"}, 15), ({"memory_mode": "full", "sound_ahead": "2.5"}, 2.5)])
def test_sound_is_made_as_far_ahead_as_is_set(monkeypatch: pytest.MonkeyPatch, flags: dict[str, str], ahead: float) -> None:
    """A new story, and the same again. The pipeline itself is real; only what it is given is looked at."""
    given: list[float] = []

    def seen(*args: Any, **kwargs: Any) -> AsyncGenerator[Passage, None]:
        given.append(kwargs["ahead"])
        return tell(*args, **kwargs)

    monkeypatch.setattr("fably.telling.storyteller.tell", seen)

    async def scene() -> None:
        async with storyteller(load({"output": "story.wav", **flags}), lambda _sentence: None) as teller:
            for _ in range(2):
                async with aclosing(teller.tell("a fox", Outcome())) as story:
                    async for _passage in story:
                        pass

    asyncio.run(scene())
    assert given == [ahead, ahead]
