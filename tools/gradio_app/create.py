"""The tab in which a story is wished for: it appears here as it is told, on the box or, later, in the browser."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from html import escape
from typing import Any

import gradio as gr

from fably.web.box import Event
from gradio_app.asking import QUIET, Asking, Change
from gradio_app.shelf import Shelf, paragraphs
from gradio_app.speaking import speaking

BUSY = ("thinking", "telling", "paused", "listening")
LONGEST_PART = 200
"""Characters of one of the fields beside the wish."""
PUT_AWAY = 5.0
"""Seconds that a box is given to say where it has put what was told of a story that was silenced."""


class Create:
    """The tab."""

    def __init__(self, shelf: Shelf, asking: Asking) -> None:
        self._shelf, self._asking = shelf, asking
        say = asking.say
        self.wish = gr.Textbox(
            label=say("wish"), placeholder=say("wish_hint"), lines=2, max_lines=4, max_length=1000, value="", elem_id="wish"
        )
        gr.HTML(speaking(asking), elem_id="spoken", js_on_load=None)
        with gr.Accordion(say("more"), open=False):
            self.hero = gr.Textbox(label=say("hero"), max_lines=1, max_length=LONGEST_PART, value="", elem_id="hero")
            self.place = gr.Textbox(label=say("place"), max_lines=1, max_length=LONGEST_PART, value="", elem_id="place")
            self.value = gr.Textbox(label=say("value"), max_lines=1, max_length=LONGEST_PART, value="", elem_id="value")
            ages = [(say("as_usual"), 0), *((str(age), age) for age in range(2, 13))]
            self.age = gr.Dropdown(ages, value=0, label=say("age"), filterable=False, elem_id="age")
            lengths = [(say(one), one) for one in ("short", "usual", "long")]
            self.length = gr.Radio(lengths, value="usual", label=say("length"), elem_id="length")
        self.where = gr.Radio(
            [(say("on_the_box"), "box"), (say("in_the_browser"), "browser")], value="box", label=say("where"), elem_id="where"
        )
        self.begin = gr.Button(say("begin"), variant="primary", elem_id="begin")
        self.stop = gr.Button(say("stop"), variant="stop", visible=False, elem_id="stop_story")
        self.told = gr.HTML(elem_id="told", js_on_load=None)

    def wire(self) -> None:
        given: list[Any] = [self.wish, self.hero, self.place, self.value, self.age, self.length, self.where]
        self.begin.click(self._begin, given, [self.told, self.begin, self.stop], **QUIET)
        self.stop.click(self._stop, None, None, **QUIET)

    async def _stop(self) -> None:
        await self._asking.ask("stop")

    def _wish(self, wish: str, more: dict[str, str]) -> str:
        """All that was wished for, in one sentence."""
        say = self._asking.say
        parts = [say(f"with_{key}", **{key: one}) for key, one in more.items() if one]
        return ", ".join([wish or say("any_story"), *parts]) if parts else wish

    async def _begin(self, wish: str, hero: str, place: str, value: str, age: int, length: str, where: str) -> AsyncIterator[Change]:
        aloud = where != "browser"
        async with aclosing(self._asking.box.events()) as events:
            following = asyncio.ensure_future(anext(events, None))
            await asyncio.sleep(0)  # from here on nothing is missed
            try:
                more = {"hero": hero, "place": place, "value": value}
                said = self._wish(_one_line(wish), {name: _one_line(one) for name, one in more.items()})
                manner = {"aloud": aloud, "age": age or None, "length": length if length != "usual" else None}  # which is as it is set
                if await self._asking.ask("tell", wish=said or None, language=self._asking.language, **manner) is None:
                    return
                yield self._shown(self._asking.say("making"), "", telling=True)
                story: dict[str, Any] = {}
                words, begun = "", False
                kept: str | None = None
                while (event := await following) is not None:
                    following = asyncio.ensure_future(anext(events, None))
                    if event["event"] == "passage":
                        if story and event["story"]["title"] != story["title"]:
                            break  # somebody has wished for another one
                        words, story, begun = words + event["lead"] + event["text"], event["story"], True
                        yield self._shown(self._asking.say("being_told"), words, telling=True)
                    elif event["event"] == "library":  # once a passage was heard, what is told is this one
                        kept = event["story"] if words and event["told"] else kept
                    elif event["event"] == "gone" or (event["event"] == "state" and begun and event["state"] not in BUSY):
                        break
                    elif event["event"] == "state":
                        begun = begun or event["state"] == "thinking"
                if words and kept is None and event is not None and event["event"] == "state":  # it was silenced, and is being put away
                    with suppress(TimeoutError):
                        async with asyncio.timeout(PUT_AWAY):
                            kept = await _left(following, events)
                yield await self._ended(words, kept, aloud=aloud)
            finally:
                following.cancel()
                await asyncio.wait([following])

    async def _ended(self, words: str, kept: str | None, *, aloud: bool) -> Change:
        story = await asyncio.to_thread(self._shelf.story, kept) if kept else None
        if not words:
            return self._shown(self._asking.say("not_begun"), "", telling=False)
        over = "stopped" if story is None or not story.complete else "told_to_its_end"
        player = self._shelf.player(story) if story is not None and not aloud else ""
        return self._shown(self._asking.say(over), words, telling=False, player=player)

    def _shown(self, state: str, words: str, *, telling: bool, player: str = "") -> Change:
        html = f'<p class="about" role="status">{escape(state)}</p>{player}<article>{paragraphs(words)}</article>'
        return {self.told: html, self.begin: gr.update(visible=not telling), self.stop: gr.update(visible=telling)}


async def _left(following: "asyncio.Future[Event | None]", events: AsyncIterator[Event]) -> str | None:
    """The name of the story that the telling leaves in the library, as the events say that are to come."""
    event = await asyncio.shield(following)
    while event is not None and not (event["event"] == "library" and event["told"]):
        event = await anext(events, None)
    return str(event["story"]) if event else None


def _one_line(typed: str | None) -> str:
    return " ".join((typed or "").split())
