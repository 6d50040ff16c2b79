"""What the box itself says: a chime when it listens or thinks, and short sentences, in the language of the stories."""

import logging
from collections.abc import Callable, Mapping
from contextlib import aclosing

from fably.core.errors import (
    AudioError,
    AuthenticationFailed,
    FablyError,
    MissingDependency,
    ModelRetired,
    ProviderError,
    ProviderTimeout,
    QuotaExceeded,
)
from fably.core.protocols import Sound, Speaker
from fably.core.types import AudioFormat, Language
from fably.pcm.tones import chime
from fably.texts import text

log = logging.getLogger(__name__)
CHIME = AudioFormat(22_050)
CHIMES: Mapping[str, tuple[tuple[float, float], ...]] = {
    "listening": ((659.3, 0.09), (880.0, 0.14)),  # upwards: your turn
    "thinking": ((587.3, 0.10), (493.9, 0.10), (587.3, 0.14)),
    "tick": ((987.8, 0.05),),
    "over": ((659.3, 0.12), (523.3, 0.18)),  # downwards: never mind
}
"""Notes, in Hz and seconds, by what they mean."""
SORRY: tuple[tuple[type[FablyError], str], ...] = (
    (AudioError, "sorry_microphone"),
    (AuthenticationFailed, "sorry_key"),
    (ModelRetired, "sorry_key"),
    (MissingDependency, "sorry_key"),
    (QuotaExceeded, "sorry_later"),
    (ProviderTimeout, "sorry_internet"),
    (ProviderError, "sorry_internet"),
)
"""What a child hears is chosen by the class of the fault, never by its text; the first that fits is taken."""
LINES = ("greeting", "once_more", "nobody", "no_story", "thinking", "good_night", "sorry", *dict.fromkeys(line for _, line in SORRY))
"""What it says, as far as it is always the same."""


class Voice:
    """The box's own voice. `speak` gives the sound of a sentence; `speaker` makes a loudspeaker. Nothing that goes wrong with
    what the box says by itself stops it: it is silent then."""

    def __init__(self, language: Language, speaker: Callable[[], Speaker], speak: Callable[[str], Sound]) -> None:
        self._language, self._speaker, self._speak = language, speaker, speak

    def sentences(self) -> list[str]:
        """What it says, as far as it is always the same: it can be made ready."""
        return [text(self._language, f"box.{line}") for line in LINES]

    async def chime(self, name: str) -> None:
        """Play a chime to its end."""
        await self._softly(_at_once(CHIME, chime(CHIMES[name], CHIME.rate)))

    async def say(self, line: str, **values: object) -> None:
        """Say the line of the locale that is called so, to its end."""
        await self._softly(self._speak(text(self._language, f"box.{line}", **values)))

    async def sorry(self, fault: Exception) -> None:
        """Say to a child that something did not work."""
        await self.say(next((line for kind, line in SORRY if isinstance(fault, kind)), "sorry"))

    async def _softly(self, sound: Sound) -> None:
        try:
            await self.play(sound)
        except FablyError:
            log.debug("it could not be said", exc_info=True)

    async def play(self, sound: Sound) -> None:
        """Play a sound to its end. Raises `FablyError`: who asked to hear it is to know why not."""
        out: Speaker | None = None
        try:
            async with aclosing(sound) as pieces:
                async for format, pcm in pieces:
                    if out is None:
                        out = self._speaker()
                        await out.open(format)
                    await out.write(pcm)
            if out is not None:
                await out.drain()
        except FablyError:
            raise
        except BaseException:
            if out is not None:
                await out.abort()
            raise
        finally:
            if out is not None:
                await out.close()


async def _at_once(format: AudioFormat, pcm: bytes) -> Sound:
    yield format, pcm
