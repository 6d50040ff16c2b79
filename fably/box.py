"""The composition root of the box: from settings to an appliance that is ready to live."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

from fably.appliance import Appliance, Talk
from fably.assembly import storyteller
from fably.audio.microphone import SoundCardMicrophone
from fably.core.errors import ConfigError
from fably.core.types import State, Utterance
from fably.lights import lights_of
from fably.listening.endpointing import Rules
from fably.listening.recorder import listen
from fably.saying import Voice
from fably.settings import Settings
from fably.storyteller import speaker
from fably.triggers import triggers_of


@asynccontextmanager
async def appliance(settings: Settings, notify: Callable[[str], None], watch: Callable[[State], None]) -> AsyncIterator[Appliance]:
    """The box, ready to live. Raises `ConfigError` when the settings do not add up to one."""
    trigger, lights = triggers_of(settings), lights_of(settings)
    if trigger is None:
        raise ConfigError("--loop needs something to press: the button (FABLY_BUTTON), or --keyboard")
    rules = Rules(settings.listen_pause_seconds, settings.listen_start_seconds, settings.listen_max_seconds)
    microphone = SoundCardMicrophone(settings.microphone_device)

    async def ear(talk: Talk) -> Utterance:
        keep = settings.queries_path if settings.keep_recordings else None
        return await listen(microphone, rules, done=talk.done, held=talk.held, heard=talk.heard, keep=keep)

    try:
        async with storyteller(settings, notify) as teller:
            voice = Voice(settings, partial(speaker, settings), teller.speak)
            yield Appliance(teller, trigger, ear, voice, lights, watch)
    finally:
        lights.close()
