"""A story that came with Fably is told as it is written, also by a box whose stories somebody else makes up."""

import asyncio
from collections.abc import AsyncGenerator
from functools import partial

from farm import Farm
from lived import Room, play

from fably.box.remote import Manner
from fably.core.types import State
from fably.examples.folder import Folder
from fably.examples.opening import FILES

PLAIN = Folder(FILES)
BOOTS = next(one for one in PLAIN.index() if one.name == "in-other-peoples-boots")


def test_it_is_told_as_it_is_written_and_gone_on_with(farm: Farm) -> None:
    async def scene(one: Room) -> AsyncGenerator[None, None]:
        show = one.box.performance
        assert show.teller.backends.words.first != "offline"
        while not one.said:  # noqa: ASYNC110 - it greets first
            await asyncio.sleep(0)
        one.box.begin(partial(show.tell, BOOTS.title, Manner(aloud=False, language="en", shipped=True)), State.THINKING)
        while show.place is None:  # noqa: ASYNC110 - a place is looked at
            await asyncio.sleep(0)
        one.box.stay_paused()  # before anything of it was heard
        one.box.resume()
        await one.until(State.TELLING)
        one.box.stay_paused()
        one.box.resume()
        await one.until(State.TELLING)
        await one.until(State.IDLE)
        story = await asyncio.to_thread(show.teller.library.last)
        assert story is not None
        assert (story.complete, story.info["example"], story.info["llm_provider"]) == (True, BOOTS.name, ["offline"])
        assert " ".join(story.text.split()) == " ".join(PLAIN.text(BOOTS).split())
        yield

    play(farm, scene)
