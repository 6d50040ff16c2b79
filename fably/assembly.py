"""The composition root: from settings to a storyteller that is ready."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fably.backends import Backends
from fably.cloud import Cloud
from fably.core.errors import AudioError
from fably.core.types import AudioFormat
from fably.library.library import Library
from fably.providers.choice import choose_voice, choose_words
from fably.settings import Settings
from fably.story.prompt import Prompt, own_prompt
from fably.storyteller import Storyteller


@asynccontextmanager
async def storyteller(settings: Settings, notify: Callable[[str], None]) -> AsyncIterator[Storyteller]:
    """A storyteller for this event loop. Raises `ConfigError` when the settings do not add up to one."""
    words, voice = choose_words(settings), choose_voice(settings)
    prompt = Prompt(settings.language, settings.age, own_prompt(settings.prompt_file))
    cloud = Cloud(settings.connect_seconds)
    try:
        backends = Backends(settings, words, voice, cloud, notify)
        yield Storyteller(settings, backends, library(settings), prompt, _unpack, notify)
    finally:
        await cloud.aclose()


def library(settings: Settings) -> Library:
    """The library that the settings speak of."""
    return Library(settings.library_path)


async def _unpack(file: Path, _format: AudioFormat, _start: int) -> AsyncGenerator[bytes, None]:
    for _ in ():
        yield b""
    raise AudioError(f"{file} cannot be unpacked")
