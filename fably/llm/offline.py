"""The storyteller that needs nothing: no network, no key, no model. It makes a story from the wish and from `fably/lore`."""

import asyncio
import re
import secrets
from collections.abc import AsyncGenerator, Iterator, Sequence

from fably.core.types import Language, Message
from fably.lore.telling import ending, story
from fably.texts import lines

_FULL_STOP = re.compile(r"[.!?…][\"'”’»)]*$")


class OfflineStoryteller:
    """A `LanguageModel`. The same wish and seed give the same story; without a seed every story is another one."""

    def __init__(self, language: Language, seed: int | None = None) -> None:
        self._language, self._seed = language, seed

    async def stream(self, system: str, messages: Sequence[Message]) -> AsyncGenerator[str, None]:
        """Tell a story about the first message, word by word. The system prompt is for others.

        When the last message is the assistant's, an opening line is gone on from, and a story that broke off is brought to its end.
        """
        seed = secrets.token_hex(8) if self._seed is None else str(self._seed)
        wish = messages[0].content
        told = messages[-1].content.rstrip() if messages[-1].role == "assistant" else ""
        whole = not told or bool(_FULL_STOP.search(told))
        begun = told in lines(self._language, "opener.lines")
        lead = ""
        if told and not begun:
            paragraphs: Iterator[list[str]] = iter([ending(self._language, seed, mid_sentence=not whole)])
            lead = "\n\n" if whole else ""
        else:
            paragraphs = story(wish, self._language, seed, begun=begun, mid_sentence=not whole)
        for sentences in paragraphs:
            for word in re.findall(r"\s*\S+", lead + " ".join(sentences)):
                yield word
            lead = "\n\n"
            await asyncio.sleep(0)  # others want to live as well
