"""The composition root of the box: from settings to an appliance that is ready to live."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial

from fably.appliance import Appliance, Around
from fably.assembly import storyteller, tidy
from fably.audio.lasting import lasting_volume
from fably.audio.microphone import SoundCardMicrophone
from fably.audio.portaudio import portaudio
from fably.audio.turns import Turns
from fably.core.errors import AudioError, ConfigError
from fably.core.types import Utterance
from fably.hearing import Talk
from fably.lights import lights_of
from fably.listening.endpointing import Rules
from fably.listening.recorder import listen
from fably.loudspeaker import loudspeaker
from fably.performing import Performance
from fably.saying import Voice
from fably.settings import Settings
from fably.triggers import triggers_of

RESTS_AFTER = 20.0
"""Seconds of nothing after which there is time for what can wait, such as packing the sound of old stories."""


@asynccontextmanager
async def appliance(settings: Settings, notify: Callable[[str], None]) -> AsyncIterator[Appliance]:
    """The box, ready to live. Raises `ConfigError` when the settings do not add up to one."""
    trigger, lights = triggers_of(settings), lights_of(settings)
    if trigger is None:
        raise ConfigError("--loop needs something to press: the button (FABLY_BUTTON), or --keyboard")
    rules = Rules(settings.listen_pause_seconds, settings.listen_start_seconds, settings.listen_max_seconds)
    microphone, listening = SoundCardMicrophone(settings.microphone_device), asyncio.Lock()

    async def ear(talk: Talk) -> Utterance:
        keep = settings.queries_path if settings.keep_recordings else None
        async with listening:  # the one before may not have put the microphone away yet
            return await listen(microphone, rules, done=talk.done, held=talk.held, heard=talk.heard, keep=keep)

    try:
        await asyncio.to_thread(_sound_is_ready)
        async with AsyncExitStack() as stack:
            volume = await stack.enter_async_context(lasting_volume(settings))
            turns = Turns(partial(loudspeaker, settings, volume))
            teller = await stack.enter_async_context(storyteller(settings, notify, speaker=turns.speaker))
            voice = Voice(settings.language, turns.speaker, lambda sentence: box.performance.teller.lines.spoken(sentence))

            async def rest(performance: Performance) -> None:
                if (told := performance.told) is not None:
                    lines = performance.teller.lines
                    await lines.make_opener(told)
                    await lines.make_ready(voice.sentences(), told)
                await asyncio.sleep(RESTS_AFTER)
                if told is not None:
                    await tidy(settings)

            box = Appliance(teller, Around(trigger, ear, voice, lights, volume, rest, settings))
            yield box
    finally:
        lights.close()


def _sound_is_ready() -> None:
    """Before the first press, and not after it: on a Pi it takes a while. A machine without sound says so when it is to be heard."""
    with suppress(AudioError, OSError):
        portaudio()
