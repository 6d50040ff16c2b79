"""A wish that somebody has spoken elsewhere, such as in a parent's browser: from its sound to its words. Nothing of it is kept."""

import asyncio

from fably.backends import Backends
from fably.control.protocol import SOUND
from fably.core.errors import AudioError, NothingHeard, ProviderTimeout, ProviderUnavailable
from fably.core.types import Transcript, Utterance
from fably.listening.endpointing import Rules
from fably.listening.recorder import FORMAT, Hearing
from fably.providers.factory import PROVIDERS

LONGEST = FORMAT.seconds(SOUND)
"""Seconds that somebody may speak."""
PATIENCE = 25.0
"""Seconds for all recognisers together: whoever has asked does not wait for longer."""


async def understood(sound: bytes, backends: Backends) -> Transcript:
    """The wish in `sound`, of which the silence around the words is left out; without words where nobody speaks. Raises `ProviderError`
    where nobody understands it."""
    language = backends.settings.language
    try:
        utterance = await asyncio.to_thread(_speech, sound)
    except (NothingHeard, AudioError):  # the second: a microphone that gives nothing but silence
        return Transcript("", language)
    ear = backends.listening()
    if ear is None:
        what = "nobody here understands what is said in that language; an address or a key of a recogniser would help"
        raise ProviderUnavailable(what, retryable=False, kind="deaf")
    try:
        async with asyncio.timeout(PATIENCE):
            return await ear.transcribe(utterance)
    except TimeoutError as error:
        raise ProviderTimeout(f"nobody has understood it within {PATIENCE:g} seconds; try again") from error
    finally:
        await ear.aclose()


def needs_an_engine(backends: Backends) -> bool:
    """Whether one of those who understand is an engine of this machine, which may want the room of the voice."""
    return any(PROVIDERS["stt", one.provider].engine for one in backends.ear.candidates)


def _speech(sound: bytes) -> Utterance:
    """What is said in `sound`, which a person has begun and ended: no pause in it is its end."""
    hearing = Hearing(Rules(start=LONGEST, longest=LONGEST))
    hearing.take(sound)
    return hearing.utterance()
