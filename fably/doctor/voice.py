"""Who speaks: each voice says a wish, which is kept so that the ear can be tried with real speech."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial

from fably.backends import speaking
from fably.core.errors import ProviderUnavailable, VoiceUnknown
from fably.core.protocols import Held, Narrator
from fably.core.types import Utterance
from fably.doctor.examining import Answer, Loader, examine, examine_all
from fably.doctor.finding import Finding
from fably.doctor.wording import phrase
from fably.faults import sentence
from fably.providers.configured import Configured
from fably.providers.retry import retried
from fably.texts import text

ENOUGH = 10.0
"""Seconds of sound after which a voice need say no more."""


async def check_voices(voices: Sequence[Configured], loader: Loader) -> tuple[list[Finding], Utterance | None]:
    """One finding for each voice, and what the first that works has said."""
    said: dict[str, Utterance] = {}

    async def spoken(one: Configured, model: str | None) -> Answer:
        doubt = ""
        try:
            voice = await _load(one, model, loader)
            said[one.name], seconds = await _say(one, voice)
        except VoiceUnknown as fault:
            if one.strict:
                raise
            doubt = sentence(one.settings.language, fault)  # it speaks with its usual voice, as in a story
            voice = await _load(replace(one, settings=replace(one.settings, tts_voice=None)), model, loader)
            said[one.name], seconds = await _say(one, voice)
        who = " ".join(str(known) for name in ("model", "voice") if (known := getattr(voice, name, None)))
        language = one.settings.language
        speaks = phrase(language, "speaks", who=who or phrase(language, "it"), seconds=f"{said[one.name].seconds:.1f}")
        return Answer(speaks + f". {doubt}" * bool(doubt), seconds, phrase(language, "voice_mend") * bool(doubt))

    findings = await examine_all(voices, lambda one: examine("voice", one, lambda model: spoken(one, model)))
    return findings, next((said[one.name] for one in voices if one.name in said), None)


async def _load(one: Configured, model: str | None, loader: Loader) -> Narrator:
    return await loader.load(one, lambda factory: factory.get_provider("tts", one.name, model))


async def _say(one: Configured, voice: Narrator) -> tuple[Utterance, float]:
    s, loop = one.settings, asyncio.get_running_loop()
    pcm, asked, began = bytearray(), loop.time(), 0.0
    try:
        async with aclosing(retried(partial(voice.synthesize, text(s.language, "doctor.wish")), speaking(s), one.title())) as chunks:
            async for chunk in chunks:
                began = began or loop.time()
                pcm += chunk
                if voice.format.seconds(len(pcm)) >= ENOUGH:
                    break
    finally:
        if isinstance(voice, Held):
            await voice.aclose()
    if not pcm:
        raise ProviderUnavailable(f"{one.title()} gave no sound")
    return Utterance(bytes(pcm), voice.format), began - asked
