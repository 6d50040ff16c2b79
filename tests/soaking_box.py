"""A box that is pressed STORIES times, with everything around it, and measures itself:   soaking_box.py STORIES FARM CARD

A process of its own, so that nobody else's memory is counted. Standard output has what there is after the fifth story, and after the
last, as a line of JSON each.
"""

import asyncio
import gc
import json
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path

import gpiozero
from bedroom import Bedroom, bedroom
from clockwork import Clockwork
from cycling import Seen, seen
from gpiozero.pins.mock import MockFactory, MockPWMPin
from senses import WISH

from fably.core.types import State
from fably.memory.malloc import give_back, tune
from fably.memory.measured import anonymous, tree

FIRST = 5
LOOKS, EVERY = 20, 0.05
SOUND = {"speaker", "microphone", "opens the card", "closes the card"}
"""The threads of those that are open."""


def looked() -> dict[str, int]:
    gc.collect()
    give_back()
    found: Seen = seen()
    return {**asdict(found), "own": sum(anonymous(pid) or 0 for pid in tree())}


async def at_rest(room: Bedroom) -> dict[str, int]:
    """What there is when nothing is being written any more: files that are open for a moment are not there at each look, what leaks is."""
    looks = []
    for _ in range(LOOKS):
        given = time.monotonic() + EVERY
        await room.until(lambda: time.monotonic() > given, "the next look")  # noqa: B023 - it is over before the next
        looks.append(looked())
    return min(looks, key=lambda one: (one["files"], one["own"]))


async def main(stories: int, url: str, card: Path) -> None:
    pins = gpiozero.Device.pin_factory = MockFactory(pin_class=MockPWMPin)
    async with bedroom(pins, url, card, FABLY_IGNORE_CACHE="yes", FABLY_SOUND_FORMAT="wav") as room:
        for number in range(1, stories + 1):
            await room.short()
            await room.speaks(WISH)
            await room.until(lambda: room.state is State.TELLING, "a story")
            if number % 10 == 0:  # now and then somebody wants it to be silent, and then to go on
                await room.short()
                await room.until(lambda: room.state is State.PAUSED, "silence")
                await room.short()
                await room.until(lambda: room.state is State.TELLING, "it goes on")
            await room.until(lambda: room.state is State.IDLE, "its end")
            room.said.clear()
            room.began.clear()
            room.child.heard.clear()
            for pin in pins.pins.values():  # the mock ones remember every level that they have ever had
                pin.clear_states()
            if number in (FIRST, stories):
                await room.until(lambda: not SOUND & {one.name for one in threading.enumerate()}, "the cards are closed")
                await room.passes(1.0)
                print(json.dumps(await at_rest(room)), flush=True)


if __name__ == "__main__":
    tune()
    with asyncio.Runner(loop_factory=Clockwork) as runner:
        runner.run(main(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3])))
