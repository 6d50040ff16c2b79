"""The parent's page: three tabs and a line that says what the box is doing. It is small, for it runs beside the box.

What is shown is taken from the library and from the control socket; whatever is to be changed is asked of the box.
"""

from functools import partial
from html import escape
from typing import Any

import gradio as gr
from fastapi import FastAPI

from fably.core.types import Language
from fably.examples.opening import shelf as examples
from fably.settings import Settings
from fably.web.box import Box
from fably.web.rooms import kept_in
from gradio_app.asking import Asking
from gradio_app.choices import Choices
from gradio_app.create import Create
from gradio_app.look import head, theme
from gradio_app.shelf import Shelf
from gradio_app.status import status_line
from gradio_app.stories import Stories

SESSIONS = 16
"""Open pages of which Gradio remembers what it has shown, at 200 kB each; its own measure is ten thousand. What we need is in the page."""
QUEUE_SECONDS = 0.1
"""How often Gradio's queue looks for work: with its own millisecond the page would take 5 % of a core while nobody does anything."""


def create_lite_interface(language: Language, settings: Settings, box: Box, *, log_out: bool = False) -> gr.Blocks:
    """The whole interface in one language; `log_out` where somebody had to log in."""
    asking, shelf = Asking(box, language), Shelf(settings.library_path, kept_in(settings), language, partial(examples, settings))
    with gr.Blocks(title="Fably", analytics_enabled=False) as page:
        gr.HTML('<h1><span aria-hidden="true">🌙</span> Fably</h1>', elem_id="name", js_on_load=None)
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab(asking.say("stories"), id="stories"):
                Stories(shelf, asking).wire(page)
            with gr.Tab(asking.say("create"), id="create"):
                Create(shelf, asking).wire()
            with gr.Tab(asking.say("settings"), id="settings") as tab:
                Choices(asking).wire(tab)
                gr.HTML(_ways_out(asking, language, log_out=log_out), elem_id="ways", js_on_load=None)
        status_line(asking)
    page.queue(default_concurrency_limit=8, max_size=64)
    page.state_session_capacity = SESSIONS
    return page


def _ways_out(asking: Asking, language: Language, *, log_out: bool) -> str:
    """The same page in the other language, and the way out."""
    other = "en" if language == "tr" else "tr"
    leave = f'<form method="post" action="/logout"><button>{escape(asking.say("log_out"))}</button></form>' if log_out else ""
    return f'<p><a href="/{other}/" lang="{other}">{escape(asking.say("other_language"))}</a></p>{leave}'


def application(language: Language, settings: Settings, box: Box, *, log_out: bool = False) -> FastAPI:
    """The interface as an ASGI application whose place is below /en or /tr."""
    page = create_lite_interface(language, settings, box, log_out=log_out)
    around = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    closed: dict[str, Any] = {"openapi_url": None, "docs_url": None, "redoc_url": None}
    made = gr.mount_gradio_app(
        around, page, path=f"/{language}", app_kwargs=closed, theme=theme(), head=head(), footer_links=[], run_history=False,
        show_error=False, max_file_size=1, ssr_mode=False, enable_monitoring=False, pwa=False, mcp_server=False, allowed_paths=[],
    )  # fmt: skip
    page._queue.sleep_when_free = QUEUE_SECONDS  # private, and checked by a test
    page._queue.progress_update_sleep_when_free = 1.0
    return made
