"""The composition root: from settings to a storyteller that is ready."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from fably.backends import Backends
from fably.core.errors import ConfigError
from fably.core.protocols import Speaker
from fably.core.types import AudioFormat
from fably.library.library import Library
from fably.library.packing import pack_old
from fably.library.room import make_room
from fably.loudspeaker import loudspeaker
from fably.providers.choice import choose
from fably.providers.shared import sharing
from fably.settings import Settings
from fably.story.gate import Gate
from fably.story.prompt import Prompt, own_prompt
from fably.telling.storyteller import Storyteller
from fably.telling.watching import watching


@asynccontextmanager
async def storyteller(
    settings: Settings, notify: Callable[[str], None], *, live: bool = True, speaker: Callable[[], Speaker] | None = None
) -> AsyncIterator[Storyteller]:
    """A storyteller for this event loop; where nobody listens it need not be `live`. `speaker` makes what it is heard by, if not by
    what the settings say.

    Raises `ConfigError` when the settings do not add up to one.
    """
    words, voice = choose(settings, "llm"), choose(settings, "tts")
    prompt = Prompt(settings.language, settings.age, own_prompt(settings.prompt_file), settings.bedtime, settings.length)
    if settings.allowed:
        try:
            Gate(settings.language, settings.age, settings.allowed).prepare()
        except ValueError as error:
            from fably.lore.unfit import allowable

            raise ConfigError(f"--allow: {error}").of_kind("topic", topics=", ".join(allowable(settings.language))) from error
    async with sharing(settings, live=live) as shared, watching(settings, shared) as checkpoint:
        backends = Backends(settings, words, voice, shared, notify)
        yield Storyteller(
            settings, backends, library(settings), prompt, unpack, speaker or partial(loudspeaker, settings), notify, checkpoint
        )


def library(settings: Settings) -> Library:
    """The library that the settings speak of."""
    return Library(settings.library_path, unpacks=find_spec("av") is not None)


def unpack(file: Path, format: AudioFormat, start: int) -> AsyncGenerator[bytes, None]:
    """The sound of a packed file. What that takes is imported when there is one, for it costs a megabyte and a half."""
    from fably.audio.compact import Compactor

    return Compactor().unpack(file, format, start)


async def tidy(settings: Settings) -> None:
    """What can be done for the library while nobody needs us; to be cancelled at any moment. Raises `AudioError` and `OSError`."""
    root = settings.library_path
    if settings.max_cache_size is not None and root.is_dir():
        await asyncio.to_thread(make_room, root, settings.max_cache_size)
    if settings.sound_format == "opus" and find_spec("av") is not None and root.is_dir():
        from fably.audio.compact import Compactor

        await pack_old(root, Compactor().pack)
