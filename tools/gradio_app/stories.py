"""The tab with the stories: find one, read it, hear it, have the box tell it, and look after it."""

import asyncio

import gradio as gr

from gradio_app.asking import QUIET, Asking, Change
from gradio_app.shelf import EXAMPLE, PAGE, Shelf


class Stories:
    """The tab. Which story is open is in a field of the page, so that it outlives the server: `name|count`, which `page.js` fills in."""

    def __init__(self, shelf: Shelf, asking: Asking) -> None:
        self._shelf, self._asking = shelf, asking
        say = asking.say
        with gr.Column(elem_id="list") as self.listed:
            self.search = gr.Textbox(
                label=say("search"), placeholder=say("search"), show_label=False, elem_id="search", max_lines=1, container=False
            )
            self.cards = gr.HTML(elem_id="cards", js_on_load=None)
            with gr.Row():
                self.newer = gr.Button(f"‹ {say('newer')}", visible=False)
                self.older = gr.Button(f"{say('older')} ›", visible=False)
            self.undo = gr.Button(say("undo"), visible=False, elem_id="undo")
            with gr.Accordion(say("examples"), open=False, elem_id="examples") as self.examples:
                self.example_cards = gr.HTML(elem_id="example_cards", js_on_load=None)
        with gr.Column(visible=False, elem_id="opened") as self.opened:
            self.back = gr.Button(f"‹ {say('all_stories')}", elem_id="back")
            with gr.Row(elem_id="acts") as self.acts:
                self.tell = gr.Button(say("tell_here"), variant="primary", elem_id="tell", min_width=150)
                self.go_on = gr.Button(say("go_on"), elem_id="go_on", min_width=150)
            self.story = gr.HTML(elem_id="story", js_on_load=None)
            with gr.Column() as self.care:
                self.favourite = gr.Button(say("favourite"), elem_id="favourite")
                with gr.Accordion(say("rename"), open=False):
                    self.title = gr.Textbox(label=say("title"), max_lines=1, max_length=200, elem_id="title")
                    self.rename = gr.Button(say("save"), elem_id="rename")
                with gr.Accordion(say("delete"), open=False):
                    self.delete = gr.Button(say("really_delete"), variant="stop", elem_id="delete")
        self.first = gr.Number(0, visible="hidden", elem_id="first", container=False)
        self.chosen = gr.Textbox(elem_id="chosen", visible="hidden", container=False)
        self.gone = gr.Textbox(elem_id="gone", visible="hidden", container=False)
        self.refresh = gr.Button("", elem_id="refresh", visible="hidden")

    def wire(self, page: gr.Blocks) -> None:
        leaf = [self.cards, self.first, self.newer, self.older]
        view = [*leaf, self.listed, self.opened, self.story, self.acts, self.go_on, self.favourite, self.care]
        view += [self.title, self.undo, self.gone]
        for event in (page.load, self.refresh.click):
            event(self._turn, [self.search, self.first], leaf, **QUIET)
        self.search.change(self._anew, self.search, leaf, trigger_mode="always_last", **QUIET)
        self.newer.click(self._newer, [self.search, self.first], leaf, **QUIET)
        self.older.click(self._older, [self.search, self.first], leaf, **QUIET)
        self.examples.expand(self._examples, None, self.example_cards, **QUIET)
        self.chosen.change(self._open, self.chosen, view, **QUIET)
        self.back.click(self._close, [self.search, self.first], view, **QUIET)
        self.tell.click(self._tell, self.chosen, None, **QUIET)
        self.go_on.click(self._go_on, self.chosen, None, **QUIET)
        self.favourite.click(self._favourite, self.chosen, view, **QUIET)
        self.rename.click(self._rename, [self.chosen, self.title], view, **QUIET)
        self.delete.click(self._delete, [self.chosen, self.search, self.first], view, **QUIET)
        self.undo.click(self._undo, [self.gone, self.search, self.first], view, **QUIET)

    async def _turn(self, wanted: str, first: float) -> Change:
        leaf = await asyncio.to_thread(self._shelf.leaf, wanted[:200], int(first))
        return {
            self.cards: leaf.html, self.first: leaf.first,
            self.newer: gr.update(visible=leaf.newer), self.older: gr.update(visible=leaf.older),
        }  # fmt: skip

    async def _anew(self, wanted: str) -> Change:
        return await self._turn(wanted, 0)

    async def _newer(self, wanted: str, first: float) -> Change:
        return await self._turn(wanted, first - PAGE)

    async def _older(self, wanted: str, first: float) -> Change:
        return await self._turn(wanted, first + PAGE)

    async def _examples(self) -> str:
        return await asyncio.to_thread(self._shelf.examples)

    async def _open(self, chosen: str) -> Change:
        example = await asyncio.to_thread(self._shelf.example, name_in(chosen))
        if example is not None:
            away = {one: gr.update(visible=False) for one in (self.listed, self.care)}
            return {**away, **{one: gr.update(visible=True) for one in (self.opened, self.acts, self.go_on)}, self.story: example}
        found = await asyncio.to_thread(self._shelf.story, name_in(chosen))
        if found is None:
            self._asking.warn(self._asking.say("not_there"))
            return {self.listed: gr.update(visible=True), self.opened: gr.update(visible=False)}
        return {
            self.listed: gr.update(visible=False), self.opened: gr.update(visible=True),
            self.acts: gr.update(visible=True), self.go_on: gr.update(visible=True), self.care: gr.update(visible=True),
            self.story: await asyncio.to_thread(self._shelf.opened, found), self.title: found.title,
            self.favourite: gr.update(value=self._asking.say("no_favourite" if found.favourite else "favourite")),
        }  # fmt: skip

    async def _close(self, wanted: str, first: float, undo: str = "") -> Change:
        shown = {self.listed: gr.update(visible=True), self.opened: gr.update(visible=False), self.story: ""}
        return {**shown, self.undo: gr.update(visible=bool(undo)), self.gone: undo, **await self._turn(wanted, first)}

    async def _tell(self, chosen: str) -> None:
        await self._asking.ask("tell", story=name_in(chosen).removeprefix(EXAMPLE))

    async def _go_on(self, chosen: str) -> None:
        await self._asking.ask("continue", story=name_in(chosen).removeprefix(EXAMPLE))

    async def _favourite(self, chosen: str) -> Change:
        found = await asyncio.to_thread(self._shelf.story, name_in(chosen))
        await self._asking.ask("favourite", story=name_in(chosen), on=found is not None and not found.favourite)
        return await self._open(chosen)

    async def _rename(self, chosen: str, title: str) -> Change:
        await self._asking.ask("rename", story=name_in(chosen), title=title)
        return await self._open(chosen)

    async def _delete(self, chosen: str, wanted: str, first: float) -> Change:
        gone = await self._asking.ask("delete", story=name_in(chosen))
        if gone is None:
            return await self._open(chosen)
        self._asking.tell(self._asking.say("deleted"))
        return await self._close(wanted, first, str(gone["story"]))

    async def _undo(self, gone: str, wanted: str, first: float) -> Change:
        if await self._asking.ask("restore", story=gone) is not None:
            self._asking.tell(self._asking.say("restored"))
        return await self._close(wanted, first)


def name_in(chosen: str) -> str:
    """The story that is open."""
    return chosen.partition("|")[0]
