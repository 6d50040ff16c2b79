"""The composition root of the box: from settings to an appliance that is ready to live."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from functools import partial

from fably.assembly import storyteller, tidy
from fably.audio.lasting import lasting_volume
from fably.audio.microphone import SoundCardMicrophone
from fably.audio.portaudio import portaudio
from fably.audio.speaker import STALLED
from fably.audio.turns import Turns
from fably.box.afar import Afar
from fably.box.appliance import Appliance, Around, Ending
from fably.box.hearing import Talk
from fably.box.orders import BoxOrders
from fably.box.performing import Performance
from fably.box.renewing import Renewal
from fably.box.saying import Voice
from fably.control.place import place
from fably.control.server import serving
from fably.core.errors import AudioError, FablyError
from fably.core.types import Utterance
from fably.faults import sentence
from fably.lights import lights_of
from fably.listening.endpointing import Rules
from fably.listening.recorder import listen
from fably.listening.shared import SharedMicrophone
from fably.loudspeaker import loudspeaker
from fably.providers.changing import fits
from fably.pulse import Pulse
from fably.settings import Settings
from fably.texts import text
from fably.triggers import triggers_of, wake_word_of, wanted_word


@asynccontextmanager
async def appliance(
    settings: Settings, notify: Callable[[str], None], pulse: Callable[[str, float], Pulse] = Pulse, renewal: Renewal | None = None
) -> AsyncIterator[Appliance]:
    """The box, ready to live. `pulse` makes what a part that has work beats with, by its name and how long it may stand still; in a quiet
    hour the box makes room for another by `renewal`. Raises `ConfigError` when the settings do not add up to one."""
    lights = lights_of(settings)
    rules = Rules(settings.listen_pause_seconds, settings.listen_start_seconds, settings.listen_max_seconds)
    microphone, listening = SharedMicrophone(SoundCardMicrophone(settings.microphone_device)), asyncio.Lock()

    async def ear(talk: Talk) -> Utterance:
        keep = settings.queries_path if settings.keep_recordings else None
        async with listening:  # the one before may not have put the microphone away yet
            return await listen(microphone, rules, done=talk.done, held=talk.held, heard=talk.heard, keep=keep)

    def complain(fault: FablyError, notice: str = "sorry") -> None:
        notify(text(settings.language, f"notice.{notice}", reason=sentence(settings.language, fault)))

    try:
        await asyncio.to_thread(_sound_is_ready)
        async with AsyncExitStack() as stack:
            volume = await stack.enter_async_context(lasting_volume(settings))
            turns = Turns(lambda: loudspeaker(settings, volume, partial(pulse, "the sound card", STALLED)))
            teller = await stack.enter_async_context(storyteller(settings, notify, speaker=turns.speaker))
            await stack.enter_async_context(aclosing(microphone))
            word = wake_word_of(settings, microphone, teller.backends.shared.pool, partial(complain, notice="wakeword"))
            trigger = triggers_of(settings, word)
            voice = Voice(settings.language, turns.speaker, lambda sentence: box.performance.teller.lines.spoken(sentence))

            async def rest(performance: Performance) -> None:
                if (told := performance.told) is not None:
                    lines = performance.teller.lines
                    await lines.make_opener(told)
                    await lines.make_ready(voice.sentences(), told)
                await asyncio.sleep(settings.rest_seconds)
                if told is not None:
                    await tidy(settings)
                if renewal is not None:
                    await asyncio.sleep(settings.renew_seconds)
                    if renewal.is_worth_it() and await renewal.prepare():
                        box.end(Ending.RENEWED)

            call = word.spoken if word is not None else None
            box = Appliance(teller, Around(trigger, ear, voice, lights, volume, rest, settings, call, complain))
            if word is not None:
                box.watch(lambda _news: word.watch(box.state))
            orders = BoxOrders(Afar(box, voice, volume), teller.library, settings, _fits)
            where = place(settings.control_socket, os.environ, settings.state)
            await stack.enter_async_context(serving(where, settings.control_group, orders, settings.language))
            yield box
    finally:
        lights.close()


def _fits(before: Settings, then: Settings, changed: Collection[str]) -> None:
    """Raise what `fits` does, and the same for a wake word that is not there."""
    fits(before, then, changed)
    wanted_word(then)


def _sound_is_ready() -> None:
    """Before the first press, and not after it: on a Pi it takes a while. A machine without sound says so when it is to be heard."""
    with suppress(AudioError, OSError):
        portaudio()
