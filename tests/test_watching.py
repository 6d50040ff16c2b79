"""What gives way when memory is short: engines, caches; and what comes back when it is not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from next_door import SENTENCE, VOICE, needs_piper, nothing_is_left
from peers import Peers

from fably.lore.stock import stock
from fably.memory.journal import NAME, read
from fably.providers.factory import ProviderFactory
from fably.providers.shared import Shared, sharing
from fably.settings import Settings, load
from fably.telling import watching as module
from fably.telling.watching import watching
from fably.tts.piper import PiperVoice


def settings_of(**given: str) -> Settings:
    return load(dict(given), {"FABLY_STATE_PATH": "state"})


@asynccontextmanager
async def watched(settings: Settings) -> AsyncIterator[Shared]:
    async with sharing(settings) as shared, watching(settings, shared):
        yield shared


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BEGINS", 0.0)


@pytest.fixture
def voices(peers: Peers) -> Path:
    folder = Path("state", "voices")
    folder.mkdir(parents=True)
    peers.tiny_voice(folder, VOICE)
    return folder


@needs_piper
def test_an_engine_that_nobody_holds_leaves_and_caches_are_forgotten(voices: Path) -> None:
    """We hold more than that already: what was loaded before leaves at the first look."""

    async def scene() -> None:
        settings = settings_of(tts_provider="piper")
        async with sharing(settings) as shared:
            voice = ProviderFactory(settings, shared).get_provider("tts", "piper")
            assert isinstance(voice, PiperVoice)
            await voice.open()
            await voice.aclose()
            assert not nothing_is_left(), "it stays loaded for the next story"
            stock("en")
            assert stock.cache_info().currsize
            async with watching(settings_of(memory_limit="64M"), shared):
                while not nothing_is_left():  # noqa: ASYNC110 - nobody tells when a process has gone
                    await asyncio.sleep(0.01)
                while stock.cache_info().currsize:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            async for _ in voice.synthesize(SENTENCE):  # still there in the limits of this pool
                pass

    asyncio.run(scene())
    assert "critical" in {note["what"] for note in read(Path("state", NAME))}
    assert nothing_is_left()


def test_it_ends_with_the_program_and_leaves_no_task() -> None:
    async def scene() -> int:
        async with watched(settings_of()):
            await asyncio.sleep(0)
        return len(asyncio.all_tasks())

    assert asyncio.run(scene()) == 1
