"""Which voice comes after the one that tells."""

import asyncio
import logging
import re

from fably.backends import Backends
from fably.core.errors import FablyError
from fably.core.types import Language

log = logging.getLogger(__name__)
SECONDS = 3.0
"""For a service to say which voices it has."""
_LANGUAGE = re.compile(r"(?:[a-z]+/([a-z]{2,4})(?:-.*)?|([a-z]{2})(?:[-_](?:[A-Za-z]{2}|[0-9]{3})(?:[-_].*)?)?)")
"""A voice whose name tells its language: en_US-joe-medium, gmw/en-029, tr; but not ash or af_heart, which are people."""


async def next_voice(backends: Backends) -> str | None:
    """The voice after the chosen one, among those that speak the language; None where there is no other, or nobody knows."""
    settings = backends.settings
    try:
        async with asyncio.timeout(SECONDS):
            voices = await backends.voices()
    except (FablyError, TimeoutError):
        log.debug("the voices are not known", exc_info=True)
        return None
    return after(settings.tts_voice, [one for one in voices if may_speak(one, settings.language)])


def after(voice: str | None, voices: list[str]) -> str | None:
    """The one after `voice`, and the first after the last. Without a chosen one it is the second, for the first is what is usual."""
    if len(voices) < 2:
        return None
    return voices[(voices.index(voice) + 1) % len(voices) if voice in voices else 1]


def may_speak(voice: str, language: Language) -> bool:
    """Whether its name does not tell of another language."""
    known = _LANGUAGE.fullmatch(voice)
    return known is None or language in known.groups()
