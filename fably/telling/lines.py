"""Lines that are made ready in the narrator's own voice, so that they can be heard at once: openers, and what the box itself says."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, aclosing, suppress
from pathlib import Path
from urllib.parse import urlsplit

from fably.backends import Backends
from fably.core.errors import FablyError
from fably.core.parts import sweep
from fably.core.protocols import Sound, TextToSpeech
from fably.providers.services import address
from fably.settings import Settings
from fably.story.opener import Openers
from fably.story.pipeline import Outcome
from fably.texts import lines

log = logging.getLogger(__name__)
LINES = ".openers"
"""The folder of the lines, in the library."""


class Lines:
    """The lines of the voice that was chosen, below `folder`."""

    def __init__(self, settings: Settings, backends: Backends, folder: Path) -> None:
        self._settings, self._backends, self._folder = settings, backends, folder

    def openers(self) -> Openers | None:
        """The first lines of stories. None where they are not wanted, or where nothing is slow enough to need one."""
        if not self._settings.opener or (self._backends.words.first, self._backends.voice.first) == ("offline", "espeak"):
            return None
        return self._of(lines(self._settings.language, "opener.lines"))

    def _of(self, sentences: Sequence[str]) -> Openers:
        s, name = self._settings, self._backends.voice.first
        # the host, not the port: a server that moved to another one has the same voice
        identity = (s.language, name, host(address(s, "tts")), s.tts_model, s.tts_voice, *manner(s))
        return Openers(self._folder, sentences, identity)

    async def spoken(self, sentence: str) -> Sound:
        """The sound of a sentence of the box's own: by the narrator where that has been made ready, or else by a voice that is there
        at once. Raises `ProviderError`."""
        ready = self._of([sentence]).choose()
        if ready is not None:
            for pcm in ready.pieces:
                yield ready.format, pcm
            return
        async with aclosing(_said(self._backends.plain_voice(), sentence)) as sound:
            async for piece in sound:
                yield piece

    def narrated(self, sentence: str) -> Sound:
        """The sound of any sentence by the narrator. Raises `ProviderError`."""
        return _said(self._backends.first_voice(), sentence)

    async def make_opener(self, outcome: Outcome) -> None:
        """Make the next opener of the voice that has just told a story, if one is missing."""
        openers = self.openers()
        if openers is not None:
            await self._make(openers, outcome)

    async def make_ready(self, sentences: Sequence[str], outcome: Outcome) -> None:
        """Make what the box itself says ready in the voice that has just told a story: all of it that is missing."""
        if self._backends.voice.first != "espeak":  # which is there at once anyhow
            ones = self._of(sentences)
            while await self._make(ones, outcome):
                pass

    async def _make(self, ones: Openers, outcome: Outcome) -> bool:
        """Make the next one that is missing; whether one was made. A fault is no matter: tomorrow is a day."""
        if list(outcome.voices) != [self._backends.voice.first]:
            return False
        try:
            if await asyncio.to_thread(ones.are_ready):
                return False
            async with self._backends.first_voice() as voice:
                return await ones.make(voice)
        except (FablyError, OSError):
            log.debug("no line was made ready", exc_info=True)
            return False


async def _said(loaded: AbstractAsyncContextManager[TextToSpeech], sentence: str) -> Sound:
    """The sound of a sentence by the voice that is `loaded` for it."""
    async with loaded as voice, aclosing(voice.synthesize(sentence)) as chunks:
        async for pcm in chunks:
            yield voice.format, pcm


def manner(settings: Settings) -> list[str]:
    """How the voice is to speak, as far as it is set: another manner is heard as another voice."""
    set_ = {"speaker": settings.tts_speaker, "length_scale": settings.tts_length_scale}
    return [f"{name}={value}" for name, value in set_.items() if value is not None]


def host(url: str | None) -> str | None:
    """The host of an address."""
    return urlsplit(url).hostname if url else None


def sweep_lines(folder: Path) -> None:
    """Put away the halves of lines that a crash left behind. Blocks; nothing is raised."""
    with suppress(OSError):
        for one in folder.iterdir():
            sweep(one)
