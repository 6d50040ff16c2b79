"""A `Performance` whose stories can be silenced at any passage, with words from the farm or from our own storyteller. Its voice is the
farm's, and its loudspeaker a file."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from farm import Farm

from fably.assembly import storyteller
from fably.box.performing import Performance
from fably.box.remote import Began, News
from fably.box.saying import Voice
from fably.core.types import AudioFormat, Language, State
from fably.library.story import Story, read_story
from fably.settings import load

STORIES = Path("state/stories")
BOTH = pytest.mark.parametrize("words", ["farm", "offline"])
LANGUAGES = pytest.mark.parametrize("language", ["en", "tr"])


class Evening:
    """One after the other is told."""

    def __init__(self) -> None:
        self.show: Performance
        self.states: list[State] = []
        self.said: list[str] = []
        self.heard: list[str] = []
        """The passages of the last telling."""
        self._silenced_at: int | None = None
        self._telling: asyncio.Task[None] | None = None

    async def play(self, scene: Coroutine[Any, Any, None], *, until: int | None = None) -> Story:
        """Play a scene to its end, or until passage `until` begins; gives what is kept of it."""
        self._silenced_at = until
        self.heard.clear()
        self._telling = asyncio.create_task(scene)
        with suppress(asyncio.CancelledError):
            await self._telling
        place = self.show.place
        assert place is not None
        assert place.outcome.kept is not None
        story = read_story(place.outcome.kept)
        assert story is not None
        return story

    def news(self, news: News) -> None:
        if isinstance(news, Began):
            self.heard.append(news.passage.text)
            if self._silenced_at is not None and news.passage.index >= self._silenced_at and self._telling is not None:
                self._telling.cancel()


@asynccontextmanager
async def evening(farm: Farm, language: Language, words: str) -> AsyncIterator[Evening]:
    """`words`: farm or offline."""
    cloud = {"FABLY_LLM_URL": farm.url} if words == "farm" else {"FABLY_LLM_PROVIDER": "offline"}
    environ = {"FABLY_STATE_PATH": "state", "FABLY_LANGUAGE": language, "FABLY_OUTPUT": "out.wav", "FABLY_TTS_URL": farm.url, **cloud}
    one = Evening()

    async def spoken(sentence: str) -> AsyncGenerator[tuple[AudioFormat, bytes], None]:
        one.said.append(sentence)
        yield AudioFormat(24_000), bytes(480)

    async def gone() -> None:
        pass

    async with storyteller(load({}, environ), lambda _sentence: None) as teller:
        one.show = Performance(teller, Voice(language, teller.speaker, spoken), one.states.append, one.news, gone)
        yield one


def stories() -> list[Story]:
    """All that is kept, the oldest first."""
    folders = sorted((one for one in STORIES.iterdir() if one.name[0] != "."), key=lambda one: one.stat().st_mtime_ns)
    return [story for folder in folders if (story := read_story(folder))]
