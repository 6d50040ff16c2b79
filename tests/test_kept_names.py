"""Whoever looks on at a telling is told what has become of it in the library, by name."""

from collections.abc import AsyncGenerator
from functools import partial

from farm import Farm
from lived import SHORT, SPEECH, Room, play

from fably.box.remote import Manner, Shelved
from fably.core.types import Gesture, State
from fably.library.catalogue import Catalogue


def test_whoever_looks_on_is_told_which_story_was_kept(farm: Farm) -> None:
    farm.goes_on = True
    kept: list[str] = []

    async def scene(one: Room) -> AsyncGenerator[None, None]:
        one.box.watch(lambda news: kept.append(news.name) if isinstance(news, Shelved) else None)
        one.button.press(*SHORT)
        await one.until(State.TELLING)
        await one.until(State.IDLE)
        farm.pause = 0.05
        one.box.begin(partial(one.box.performance.tell, "an owl and a lamp", Manner()), State.THINKING)
        await one.until(State.TELLING)
        one.button.press(Gesture.DOWN, Gesture.HELD, Gesture.LONG, Gesture.RELEASED)
        await one.until(State.IDLE)
        await one.box._stage.empty()
        yield

    one = play(farm, scene, SPEECH)
    entries, _count = Catalogue(one.box.performance.teller.library.root).page()
    states = {entry.name: (entry.query, entry.state) for entry in entries}
    assert [states[name] for name in kept] == [(farm.said, "complete"), ("an owl and a lamp", "partial")]
