"""The line that always says what the box is doing, with pause, stop and volume. `page.js` fills it in from the stream of events."""

import json
from html import escape

import gradio as gr

from gradio_app.asking import QUIET, Asking

STEP = 5
"""Percent that a press makes it louder or softer."""
SAID = ("gone", "idle", "listening", "thinking", "telling", "paused")


def status_line(asking: Asking) -> None:
    """Build it."""
    say = asking.say
    words = {state: say(f"state_{state}") for state in SAID} | {"ends_in": say("ends_in"), "volume": say("volume")}
    with gr.Column(elem_id="bar"):
        gr.HTML(
            f'<div id="status" role="status" data-words="{escape(json.dumps(words))}"><span class="dot" aria-hidden="true"></span>'
            '<span class="said"></span><span class="volume"></span></div><div id="progress" aria-hidden="true"><i></i></div>',
            js_on_load=None,
        )
        with gr.Row(elem_id="keys"):
            softer = gr.Button(say("softer"), elem_id="softer", min_width=0)
            pause = gr.Button(say("pause"), elem_id="pause", min_width=0)
            resume = gr.Button(say("resume"), elem_id="resume", min_width=0)
            stop = gr.Button(say("stop"), elem_id="stop", min_width=0)
            louder = gr.Button(say("louder"), elem_id="louder", min_width=0)
    for button, do, by in (
        (softer, "volume", -STEP),
        (pause, "pause", None),
        (resume, "resume", None),
        (stop, "stop", None),
        (louder, "volume", STEP),
    ):

        async def press(do: str = do, by: int | None = by) -> None:
            await asking.ask(do, by=by)

        button.click(press, None, None, **QUIET)
