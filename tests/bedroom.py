"""The test room: the whole box, as its settings make it, with a button and a light at mock pins, a child at the microphone, the sound card
of the tests, and the farm for a cloud.

The box lives in time that stands still (clockwork.py): the button and the child have as much of it as the test lets pass, counted in
samples. The loudspeaker and the cloud live in real time, so what they do is waited for.
"""

import asyncio
import contextlib
import gc
import os
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from clockwork import PATIENCE, Clockwork
from senses import WISH, Card, Child

from fably.audio import speaker
from fably.audio.portaudio import portaudio
from fably.box import composition
from fably.box.appliance import Appliance
from fably.box.composition import appliance
from fably.box.remote import Began, Changed, News
from fably.box.saying import Voice
from fably.core.types import State
from fably.library.catalogue import Catalogue, Entry
from fably.lights.states import LOOKS
from fably.settings import load
from fably.triggers import inbox

BUTTON, LIGHT = 17, (22, 23, 24)
SETTINGS = {
    "FABLY_LIGHT": "rgb",
    "FABLY_OPENER": "no",
    # time passes by the second here, and the cloud answers in its own
    **{f"FABLY_{one}_SECONDS": "600" for one in ("STT", "FIRST_TOKEN", "TOKEN", "STORY", "SPEECH")},
    "FABLY_CONNECT_SECONDS": "60",
}
LONG_STORY = "Once upon a time, a small dragon lived on a hill above the mill, and she wanted to fly.\n\n" + "\n\n".join(
    f"On day {number} she tried it from the roof of the mill, and fell into the hay, and laughed." for number in range(200)
)
"""Longer than anybody listens to it."""


class Saying(Voice):
    """The box's own voice, which remembers what it said."""

    said: list[str]

    async def say(self, line: str, **values: object) -> None:
        self.said.append(line)
        await super().say(line, **values)

    async def chime(self, name: str) -> None:
        self.said.append(f"({name})")
        await super().chime(name)


class Bedroom:
    """The box, and what can be done to it and seen of it."""

    def __init__(self, box: Appliance, loop: Clockwork, pins: Any, child: Child, card: Card) -> None:
        self.box, self.loop, self.pins, self.child, self.card = box, loop, pins, child, card
        self.said: list[str] = []
        self.began: list[str] = []
        """Each passage, when it began to be heard."""
        self.begun_before = 0
        """How many of them had begun when telling last stopped. The loudspeaker does not wait for a test: one more may begin until then."""
        box.watch(self._news)
        self.life = asyncio.create_task(box.live())

    def _news(self, news: News) -> None:
        if isinstance(news, Began):
            self.began.append(news.passage.text)
        elif isinstance(news, Changed) and self.state is not State.TELLING:
            self.begun_before = len(self.began)

    # ---- what somebody does ----------------------------------------------------------------------------------------------

    def down(self) -> None:
        self.pins.pin(BUTTON).drive_low()

    def up(self) -> None:
        self.pins.pin(BUTTON).drive_high()

    async def passes(self, seconds: float) -> None:
        await self.loop.passes(seconds)

    async def short(self) -> None:
        self.down()
        await self.passes(0.1)
        self.up()
        await self.passes(0.5)

    async def double(self) -> None:
        for _ in range(2):
            self.down()
            await self.passes(0.1)
            self.up()
            await self.passes(0.1)
        await self.passes(0.4)

    async def holds(self, seconds: float) -> None:
        """And says nothing."""
        self.down()
        await self.passes(seconds)
        self.up()
        await self.passes(0.5)

    async def holds_and_speaks(self, pcm: bytes = WISH) -> None:
        self.down()
        await self.passes(0.5)
        await self.until(lambda: self.child.is_open, "the microphone is open")
        await self.passes(self.child.says(pcm))
        self.up()
        await self.passes(0.5)

    async def speaks(self, pcm: bytes = WISH) -> None:
        """To whoever listens, and then waits until that has noticed the end of it."""
        await self.passes(self.child.says(pcm) + 1.7)
        self.child.falls_silent()

    # ---- what there is to be seen ----------------------------------------------------------------------------------------

    @property
    def state(self) -> State:
        return self.box.state

    async def until(self, true: Callable[[], object], what: str) -> None:
        await self.loop.until(true, lambda: f"never: {what}; {self.state}, {self.said[-5:]}, told {self.began[-3:]}")

    async def settled(self, *states: State) -> None:
        """Wait until the box is in one of these states, and light, sound and microphone agree with it."""
        await self.until(lambda: self.state in states, f"one of {states}")
        await self.agreed()

    async def agreed(self) -> None:
        """Wait until what a child sees and hears is what the state says: it is told, or it is silent, once the box has said its word."""
        await self.until(lambda: self.shines(self.state), "the light")
        if self.state is State.TELLING:
            await self.heard()
        else:
            await self.until(lambda: self.state is State.TELLING or (self.says_nothing() and self.card.silent()), "silence")
        await self.until(lambda: self.state is not State.LISTENING or self.child.is_open, "the microphone is open")

    async def heard(self) -> None:
        """Wait until something more is heard."""
        size = self.card.size()
        await self.until(lambda: self.card.sounds(min(size, self.card.size())), "sound")

    def says_nothing(self) -> bool:
        """Whether neither a chime nor a sentence of the box's own is being played. A box that listens is silent otherwise."""
        return not self.box._signals.busy and (self.state in (State.LISTENING, State.THINKING, State.PAUSED) or not self.speaks_now())

    def speaks_now(self) -> bool:
        return not self.card.silent()

    def shines(self, state: State) -> bool:
        from gpiozero.threads import _THREADS

        look = LOOKS[state]
        if look.motion in ("pulse", "blink"):
            return bool(_THREADS)
        colour = look.colour if look.motion == "steady" else (0, 0, 0)
        return not _THREADS and [round(float(self.pins.pin(one).state), 3) for one in LIGHT] == [round(one, 3) for one in colour]

    def kept(self) -> list[Entry]:
        """The library."""
        return Catalogue(self.box.performance.teller.library.root).page()[0]


@asynccontextmanager
async def bedroom(pins: Any, cloud: str, card: Path, **more: str) -> AsyncIterator[Bedroom]:
    """The room, while the box lives, with its services at the address `cloud`. Nothing is left of it afterwards."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, Clockwork)
    environment = {**SETTINGS, **{f"FABLY_{one}_URL": cloud for one in ("LLM", "TTS", "STT")}, "FABLY_STATE_PATH": "state", **more}
    child, said = Child(), list[str]()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(inbox, "monotonic", loop.time)
        for deadline in ("SILENT", "STALLED"):  # of the card, which is a real one, and lives in its own time too
            patched.setattr(speaker, deadline, 600.0)
        patched.setattr(composition, "SoundCardMicrophone", lambda _device: child)
        patched.setattr(composition, "Voice", type("Said", (Saying,), {"said": said}))
        async with appliance(load({}, environment), said.append) as box:
            room = Bedroom(box, loop, pins, child, Card(card))
            room.said = said
            try:
                await room.until(lambda: pins.pin(BUTTON).when_changed or room.life.done(), "the button is there")
                yield room
            finally:
                room.life.cancel()
                await asyncio.wait([room.life])
            if not room.life.cancelled():
                room.life.result()
    assert not child.is_open
    assert len(asyncio.all_tasks()) == 1, asyncio.all_tasks()


def play(scene: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Play a scene in time that stands still; afterwards neither thread nor descriptor nor half a story is left of it."""
    portaudio()  # which keeps a descriptor for good
    threads, files = set(threading.enumerate()), _open_files()
    with asyncio.Runner(loop_factory=Clockwork) as runner:
        runner.run(scene())
    for one in set(threading.enumerate()) - threads:
        if not one.name.startswith("farm "):  # those of the other end
            one.join(PATIENCE)
            assert not one.is_alive(), one
    gc.collect()  # a file that was being read when it was called off goes with what is left of the reading
    left = _open_files() - files
    assert not left, left
    assert not [one for one in Path("state").rglob("*") if one.name.startswith(".telling-") or one.name.endswith(".part")]


def _open_files() -> Counter[str]:
    """What is open, without the numbers of it; the farm's sockets, at the other end, are its own business."""
    found: Counter[str] = Counter()
    for one in os.listdir("/proc/self/fd"):  # noqa: PTH208
        with contextlib.suppress(OSError):
            found[os.readlink(f"/proc/self/fd/{one}").partition(":[")[0]] += 1  # noqa: PTH115
    del found["socket"]
    return found
