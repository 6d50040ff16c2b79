"""The storyteller that needs nothing: no network, no key, no model. It makes a story from the wish and from `fably/lore`."""

import asyncio
import re
import secrets
from collections.abc import AsyncGenerator, Sequence

from fably.core.types import Language, Message
from fably.llm.continuing import following


class OfflineStoryteller:
    """A `LanguageModel`. The same wish and seed give the same story; without a seed every story is another one."""

    def __init__(self, language: Language, seed: int | None = None) -> None:
        self._language, self._seed = language, seed

    async def stream(self, system: str, messages: Sequence[Message]) -> AsyncGenerator[str, None]:
        """Tell a story about the first message, word by word. The system prompt is for others.

        When the last message is the assistant's, what it told is gone on from: this story's own beginning from the very next word, an
        opening line with a whole story, a story that broke off with its end. What is given begins with white space only where what was
        told lacks it, and without any after an opener.
        """
        seed = secrets.token_hex(8) if self._seed is None else str(self._seed)
        told = messages[-1].content if messages[-1].role == "assistant" else ""
        # In a thread, for on the first story the stock is read: a tenth of a second on a Pi, in which the sound must not stop.
        text = await asyncio.to_thread(following, messages[0].content, told, self._language, seed)
        for paragraph in re.split(r"(?=\n\n)", text):
            for word in re.findall(r"\s*\S+", paragraph):
                yield word
            await asyncio.sleep(0)  # others want to live as well
