"""Asking the box for something, and saying to the person who looks why it cannot be."""

from html import escape
from typing import Any

import gradio as gr

from fably.control.client import NobodyThere
from fably.control.protocol import Refused
from fably.core.types import Language
from fably.texts import text
from fably.web.box import Box

Change = dict[Any, Any]
"""What is to be other than before, by component."""
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""Of every event: no clock is shown over what changes, and it is nobody's interface."""


class Asking:
    """The box, for somebody who reads `language`."""

    def __init__(self, box: Box, language: Language) -> None:
        self.box, self.language = box, language

    def say(self, key: str, **values: object) -> str:
        return text(self.language, f"page.{key}", **values)

    async def ask(self, do: str, /, **given: Any) -> dict[str, Any] | None:
        """What the box gives for a command; None where it gives nothing, which is said."""
        try:
            return await self.box.ask(do, **given)
        except NobodyThere:
            self.warn(self.say("no_box"))
        except Refused as refused:
            self.warn(str(refused))
        return None

    def warn(self, sentence: str) -> None:
        gr.Warning(escape(sentence), title="Fably")

    def tell(self, sentence: str) -> None:
        gr.Info(escape(sentence), title="Fably")
