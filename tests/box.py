#!/usr/bin/env python3
"""What the box holds, as a process of its own for `tools/bench/memory`:   box.py [--wake-word] [--keep] [--wish FILE.wav] [--passages N]

It is made of the same pieces as the box, with the settings of its environment. Each line of standard input is a press of the button; the
end of it is the plug. Standard output has a line for whatever happens: its name, when (seconds of the monotonic clock), and facts, as JSON.
"""

import argparse
import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fably.assembly import storyteller
from fably.audio.portaudio import portaudio
from fably.backends import Backends, Telling
from fably.core.protocols import Held, LanguageModel
from fably.core.types import AudioFormat, Message
from fably.engines.pool import Pool
from fably.engines.table import Wanted
from fably.memory.malloc import give_back, tune
from fably.providers.factory import ProviderFactory
from fably.running import run
from fably.settings import Settings, load
from fably.story.pipeline import Outcome
from fably.telling.storyteller import Storyteller

WAKE_WORD = Wanted("wakeword", "hey_jarvis", ("--engine", "openwakeword", "--model", "hey_jarvis"), 1_000_000)
FRAME = 0.08
"""Seconds of sound that a wake word is sent at once."""


def happened(what: str, **facts: object) -> None:
    print(json.dumps([what, time.monotonic(), facts]), flush=True)


class Listened:
    """A `LanguageModel` that tells when its first word has come."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model

    async def stream(self, system: str, messages: Sequence[Message]) -> AsyncGenerator[str, None]:
        first = True
        async with aclosing(self._model.stream(system, messages)) as pieces:
            async for piece in pieces:
                if first:
                    happened("first token")
                    first = False
                yield piece


@dataclass(frozen=True)
class Watched(Backends):
    """The backends, with a model that is `Listened` to."""

    tellings: list[Telling] = field(default_factory=list)
    """One for each story."""

    def telling(self, seed: int | None, format: AudioFormat | None) -> Telling:
        telling = super().telling(seed, format)
        telling.model = Listened(telling.model)
        self.tellings.append(telling)
        return telling


@asynccontextmanager
async def listening(pool: Pool) -> AsyncIterator[None]:
    """A wake word is listened for, in a quiet room, until the end."""
    from wyoming.audio import AudioChunk, AudioStart

    rate = 16_000
    quiet = bytes(int(FRAME * rate) * 2)

    async def listen(ready: asyncio.Event) -> None:
        pool.hold(WAKE_WORD)
        async with pool.use(WAKE_WORD) as child:
            ready.set()
            await child.send(AudioStart(rate, 2, 1).event())
            while True:
                await child.send(AudioChunk(rate, 2, 1, quiet).event())
                await asyncio.sleep(FRAME)

    ready = asyncio.Event()
    ear = asyncio.create_task(listen(ready))
    first = asyncio.create_task(ready.wait())
    await asyncio.wait([ear, first], return_when=asyncio.FIRST_COMPLETED)
    try:
        if ear.done():
            await ear
        yield
    finally:
        for task in (first, ear):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def kept_loaded(teller: Storyteller) -> None:
    """The engines of the voice and of the ear are there before anybody asks."""
    factory = ProviderFactory(teller.settings, teller.backends.shared)
    ear = factory.get_provider("stt", teller.backends.ear.first)
    voice = factory.get_provider("tts", teller.backends.voice.first)
    for one in (ear, voice):
        if isinstance(one, Held):
            await one.open()
    if isinstance(voice, Held):
        await voice.aclose()  # it stays loaded, and is nobody's


async def heard(teller: Storyteller, wish: Path | None) -> str:
    """What is wished for, once it has been understood."""
    if wish is None:
        return "a dragon"
    from fably.pcm.utterance import read_utterance
    from fably.telling.asking import wish_in

    async def surely(doubted: str) -> str:
        return doubted

    found = await wish_in(read_utterance(wish), teller.backends, surely)
    happened("heard", wish=found)
    return found


async def one_story(teller: Storyteller, backends: Watched, wish: Path | None, passages: int) -> None:
    """Tell one, or so many passages of it."""
    outcome, begun = Outcome(), 0
    async with aclosing(teller.tell(await heard(teller, wish), outcome)) as story:
        async for _ in story:
            begun += 1
            if begun == 1:
                happened("first sound")
            if begun == passages:
                break
    happened("told")
    teller.make_room()
    await teller.lines.make_opener(outcome)
    give_back()
    happened("after", voices=backends.tellings[-1].voices_used, heard=outcome.heard, kept=str(outcome.kept))


def warn(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


async def live(settings: Settings, wish: Path | None, passages: int, *, wake_word: bool, keep: bool) -> None:
    loop = asyncio.get_running_loop()
    presses = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(presses), sys.stdin)
    async with AsyncExitStack() as stack:
        teller = await stack.enter_async_context(storyteller(settings, warn))
        ours = teller.backends
        teller.backends = watched = Watched(settings, ours.words, ours.voice, ours.shared, ours.notify)
        ours.shared.pool.live = False  # a machine that is busy just now would not use the voice that is to be measured
        if wake_word:
            await stack.enter_async_context(listening(ours.shared.pool))
        if keep:
            await kept_loaded(teller)
        happened("ready")
        while await presses.readline():
            await one_story(teller, watched, wish, passages)


def main() -> None:
    tune()
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--wake-word", action="store_true")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--wish", type=Path)
    parser.add_argument("--passages", type=int, default=-1, help="of each story; without it all of them")
    options = parser.parse_args()
    settings = load({})
    portaudio()  # a box has its card ready
    run(live(settings, options.wish, options.passages, wake_word=options.wake_word, keep=options.keep))


if __name__ == "__main__":
    main()
