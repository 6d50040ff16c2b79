"""What voices there are, and how one of them sounds."""

import asyncio
import logging
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from fably import logs
from fably.backends import speaking
from fably.core.errors import MissingDependency, ProviderError
from fably.core.protocols import TextToSpeech
from fably.loudspeaker import loudspeaker
from fably.providers.candidates import Candidates
from fably.providers.choice import choose
from fably.providers.configured import Configured, configured
from fably.providers.deadlines import Patience, timely
from fably.providers.factory import PROVIDERS, ProviderFactory
from fably.providers.fallback import FallbackVoice
from fably.providers.shared import Shared, sharing
from fably.running import run
from fably.screen import show
from fably.settings import Settings
from fably.texts import text

log = logging.getLogger(__name__)


def list_voices(settings: Settings) -> int:
    """Show the voices of every provider that is set up, or of the one that was chosen; give the exit code."""
    if settings.debug:
        logs.start(settings)
    return run(_list(settings))


async def _list(settings: Settings) -> int:
    # those that a story could use, each with the settings that are meant for it: no key goes to another's address
    choose(settings, "tts")  # which says what is wrong, if something is
    ones = [one for one in configured(settings, "tts") if one.first or settings.tts_provider == "auto"]
    async with sharing(settings) as shared:
        found = await asyncio.gather(*(_names(one, shared) for one in ones), return_exceptions=True)
    for one, names in zip(ones, found, strict=True):
        if isinstance(names, BaseException):
            if not isinstance(names, ProviderError):
                raise names
            if isinstance(names, MissingDependency) and settings.tts_provider == "auto" and PROVIDERS["tts", one.name].engine:
                continue  # nobody asked for it
            log.debug("the voices of %s cannot be listed: %r", one.name, names.__cause__)
            show(f"{one.name}: {names}\n", sys.stderr)
        else:
            show("\n".join([f"{one.name}:", *(f"  {name}" for name in names), ""]), sys.stdout)
    return 0 if any(isinstance(names, list) for names in found) else 1


async def _names(one: Configured, shared: Shared) -> list[str]:
    factory = ProviderFactory(replace(one.settings, tts_voice=None), shared)

    async def asked() -> AsyncGenerator[list[str], None]:
        voice = await asyncio.to_thread(lambda: factory.get_provider("tts", one.name, one.models[0]))
        yield await voice.voices()

    seconds = one.settings.speech_seconds
    async with aclosing(timely(asked(), Patience(seconds, seconds, seconds), one.title())) as answers:
        return await anext(answers)


def preview(settings: Settings, name: str) -> None:
    """Have the voice `name` of the chosen provider say a sentence. Raises `ProviderError` and `AudioError`."""
    if settings.debug:
        logs.start(settings)
    run(_preview(replace(settings, tts_voice=name)))


async def _preview(settings: Settings) -> None:
    out = loudspeaker(settings)
    async with sharing(settings) as shared:
        factory = ProviderFactory(settings, shared)
        alone: Candidates[TextToSpeech] = Candidates(
            choose(settings, "tts").own, lambda one: factory.get_provider("tts", one.provider, one.model)
        )
        try:
            voice = await FallbackVoice(alone, speaking(settings), language=settings.language).load()
            await out.open(voice.format)
            async with aclosing(voice.synthesize(text(settings.language, "voices.preview"))) as chunks:
                async for pcm in chunks:
                    await out.write(pcm)
            await out.drain()
            if settings.output and settings.output != "-":
                show(text(settings.language, "voices.in_file", path=settings.output) + "\n", sys.stderr)
        except BaseException:
            await out.abort()
            raise
        finally:
            await out.close()
            await alone.aclose()
