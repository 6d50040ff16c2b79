"""What voices there are, and how one of them sounds."""

import asyncio
import logging
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from fably import logs
from fably.backends import speaking
from fably.cloud import Cloud
from fably.core.errors import ConfigError, ProviderError
from fably.core.protocols import TextToSpeech
from fably.providers.candidates import Candidates
from fably.providers.choice import Candidate, choose
from fably.providers.deadlines import Patience, timely
from fably.providers.factory import PROVIDERS, ProviderFactory
from fably.providers.fallback import FallbackVoice
from fably.running import run
from fably.screen import show
from fably.settings import Settings
from fably.storyteller import speaker
from fably.texts import text

log = logging.getLogger(__name__)


def list_voices(settings: Settings) -> int:
    """Show the voices of every provider that is set up, or of the one that was chosen; give the exit code."""
    if settings.debug:
        logs.start(settings)
    return run(_list(settings))


async def _list(settings: Settings) -> int:
    cloud, shown = Cloud(settings.connect_seconds), 0
    try:
        for one in _ready(settings):
            try:
                names = await _names(settings, cloud, one)
            except ProviderError as error:
                log.debug("the voices of %s cannot be listed", one.provider, exc_info=True)
                show(f"{one.provider}: {error}\n", sys.stderr)
            else:
                show("\n".join([f"{one.provider}:", *(f"  {name}" for name in names), ""]), sys.stdout)
                shown += 1
    finally:
        await cloud.aclose()
    return 0 if shown else 1


def _ready(settings: Settings) -> list[Candidate]:
    """One candidate of every provider that could speak as things are set."""
    if settings.tts_provider != "auto":
        return [choose(settings, "tts").candidates[0]]
    found = []
    for kind, name in PROVIDERS:
        if kind == "tts":
            try:
                found.append(choose(replace(settings, tts_provider=name), kind).candidates[0])  # type: ignore[arg-type]
            except ConfigError:
                continue  # it lacks an address or a key
    return found


async def _names(settings: Settings, cloud: Cloud, one: Candidate) -> list[str]:
    factory = ProviderFactory(replace(settings, tts_voice=None), cloud)

    async def asked() -> AsyncGenerator[list[str], None]:
        voice = await asyncio.to_thread(lambda: factory.get_provider("tts", one.provider, one.model))
        yield await voice.voices()

    seconds = settings.speech_seconds
    async with aclosing(timely(asked(), Patience(seconds, seconds, seconds), one.provider)) as answers:
        return await anext(answers)


def preview(settings: Settings, name: str) -> None:
    """Have the voice `name` of the chosen provider say a sentence. Raises `ProviderError` and `AudioError`."""
    if settings.debug:
        logs.start(settings)
    run(_preview(replace(settings, tts_voice=name)))


async def _preview(settings: Settings) -> None:
    cloud, out = Cloud(settings.connect_seconds), speaker(settings)
    factory = ProviderFactory(settings, cloud)
    alone: Candidates[TextToSpeech] = Candidates(
        choose(settings, "tts").candidates[:1], lambda one: factory.get_provider("tts", one.provider, one.model)
    )
    try:
        voice = await FallbackVoice(alone, speaking(settings)).load()
        await out.open(voice.format)
        async with aclosing(voice.synthesize(text(settings.language, "voices.preview"))) as chunks:
            async for pcm in chunks:
                await out.write(pcm)
        await out.drain()
    except BaseException:
        await out.abort()
        raise
    finally:
        await out.close()
        await cloud.aclose()
