"""A box to be spoken to: it does what it is asked as far as can be seen from afar, and tells no story. Also a program, for `fably ctl`."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from fably.box.orders import BoxOrders
from fably.box.remote import Began, Box, Changed, Kind, Listener, Louder, Loudness, Manner, News, NotNow, Status, Told
from fably.control.place import place
from fably.control.server import serving
from fably.core.errors import AudioError
from fably.core.types import Language, Passage, State, Transcript
from fably.library.library import Library
from fably.library.story import Story
from fably.settings import Settings, load

WISH = "a fox"


class ToyBox:
    """Notes in `asked` what was asked of it."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.now = Status(State.IDLE, None, Loudness(40, 10, 80), "en", "espeak", "offline")
        self.listeners: list[Listener] = []
        self.restarted = asyncio.Event()
        self.understands = asyncio.Event()
        """Whether it comes to an end with what it has heard."""
        self.understands.set()
        self.deaf = ""
        """Why it does not listen."""
        self.sure = True
        """Whether what it understands is what was said."""

    def happens(self, news: News) -> None:
        for listener in list(self.listeners):
            listener(news)

    def _enter(self, state: State, story: Told | None = None) -> None:
        self.now = replace(self.now, state=state, story=story)
        self.happens(Changed())

    def status(self) -> Status:
        return self.now

    def watch(self, listener: Listener) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def press(self, kind: Kind) -> None:
        self.asked.append(("press", kind))

    def tell(self, wish: str, manner: Manner) -> None:
        self.asked.append(("tell", wish, manner))
        told = Told(None, wish, aloud=manner.aloud)
        self._enter(State.TELLING, told)
        self.happens(Began(told, Passage(0, "Once upon a time,")))

    def retell(self, story: Story, first: int, manner: Manner) -> None:
        self.asked.append(("retell", story.name, first, manner))
        self._enter(State.TELLING, Told(story.name, story.title, first, len(story.passages), 0.25))

    def sequel(self, story: Story, manner: Manner) -> None:
        self.asked.append(("sequel", story.name, manner))

    def stop(self) -> None:
        self.asked.append(("stop",))
        self._enter(State.IDLE)

    def pause(self) -> None:
        self.asked.append(("pause",))
        self._enter(State.PAUSED, self.now.story)

    def resume(self) -> None:
        raise NotNow("no story was silenced")

    def again(self) -> None:
        self.asked.append(("again",))

    def next_voice(self) -> None:
        raise AudioError("there is no sound card")

    def volume(self, percent: int) -> int:
        now = self.now.volume
        self.now = replace(self.now, volume=replace(now, now=min(max(percent, now.least), now.most)))
        self.happens(Louder())
        return self.now.volume.now

    def say_digits(self, digits: str) -> None:
        self.asked.append(("say_digits", digits))

    def preview(self, voice: str, sentence: str | None) -> None:
        if voice == "broken":
            raise ZeroDivisionError
        self.asked.append(("preview", voice, sentence))

    async def hear(self, sound: bytes, language: Language | None) -> Transcript:
        self.asked.append(("hear", len(sound), language))
        if self.deaf:
            raise NotNow(self.deaf)
        await self.understands.wait()
        return Transcript(f"{WISH} of {len(sound)}" if any(sound) else "", language or "en", sure=self.sure)

    async def room(self) -> None:
        await asyncio.sleep(0)
        self.asked.append(("room",))

    def restart(self) -> None:
        self.asked.append(("restart",))
        self.restarted.set()


def _is_a_box(one: ToyBox) -> Box:
    return one


@asynccontextmanager
async def toy_box(path: Path, settings: Settings | None = None, group: str | None = None) -> AsyncIterator[ToyBox]:
    """One that can be spoken to at `path`. Its library is the folder `stories`."""
    box, settings = ToyBox(), settings or load({})
    async with serving(path, group, BoxOrders(box, Library(Path("stories")), settings), settings.language):
        yield box


class Line:
    """A client that says and hears bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def say(self, said: bytes | dict[str, object]) -> None:
        self.writer.write(said if isinstance(said, bytes) else json.dumps(said).encode() + b"\n")
        await self.writer.drain()

    async def hear(self) -> Any:
        """The next thing that is said; None where nothing is any more."""
        heard = await self.reader.readline()
        return json.loads(heard) if heard else None

    async def ask(self, **said: object) -> Any:
        await self.say(said)
        return await self.hear()


@asynccontextmanager
async def line_to(path: Path) -> AsyncIterator[Line]:
    """A connection to the box at `path`, after its greeting."""
    line = Line(*await asyncio.open_unix_connection(path, limit=10_000_000))
    try:
        assert (await line.hear())["protocol"] == 1
        yield line
    finally:
        line.writer.transport.abort()


async def _main() -> None:
    settings = load({})
    path = place(settings.control_socket, os.environ, settings.state)
    async with toy_box(path, settings) as box:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await box.restarted.wait()
        sys.stdout.write(json.dumps(box.asked, default=str) + "\n")


if __name__ == "__main__":
    asyncio.run(_main())
