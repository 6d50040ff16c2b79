"""The storyteller that needs nothing: no network, no key, no model. It makes a story from the wish and from `fably/lore`."""

import asyncio
import logging
import re
import secrets
from collections.abc import AsyncGenerator, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from fably.core.errors import LibraryError
from fably.core.types import Language, Length, Message
from fably.llm.continuing import changed, following
from fably.lore.age import USUAL

if TYPE_CHECKING:
    from fably.examples.example import Example
    from fably.examples.shelf import Shelf

log = logging.getLogger(__name__)


class OfflineStoryteller:
    """A `LanguageModel`. The same wish, seed, length and age of the child give the same story; without a seed every story is another one.

    `shelf` gives the stories that ship with Fably: one that is sure to be meant by the wish is told instead, word by word.
    """

    def __init__(
        self,
        language: Language,
        seed: int | None = None,
        shelf: "Callable[[], Shelf | None]" = lambda: None,
        *,
        age: int = USUAL,
        length: Length = "usual",
    ) -> None:
        self._language, self._seed, self._shelf, self._age, self._length = language, seed, shelf, age, length
        self.example: Example | None = None
        """The story of the shelf that is told."""

    async def stream(self, system: str, messages: Sequence[Message]) -> AsyncGenerator[str, None]:
        """Tell a story about the first message, word by word. The system prompt is for others.

        What the assistant's messages told is gone on from: this story's own beginning from the very next word, an opening line with a
        whole story, a story that broke off with its end. What is given begins with white space only where what was told lacks it, and
        without any after an opener. What the child's further messages wish for is worked in from there on.
        """
        asked, *talk = messages
        seed = secrets.token_hex(8) if self._seed is None else str(self._seed)
        told, changes = [""], list[str]()
        for one in talk:
            if one.role == "assistant":
                told[-1] += one.content
            else:
                told.append("")
                changes.append(one.content if one.wish is None else one.wish)
        # In a thread, for on the first story the stock is read: a tenth of a second on a Pi, in which the sound must not stop.
        follow = partial(self._following, asked, seed)
        text = await asyncio.to_thread(changed, told, changes, self._language, seed, follow)
        for paragraph in re.split(r"(?=\n\n)", text):
            for word in re.findall(r"\s*\S+", paragraph):
                yield word
            await asyncio.sleep(0)  # others want to live as well

    def _following(self, asked: Message, seed: str, told: str) -> str:
        wish = asked.content
        try:
            if asked.before is None and (shelf := self._shelf()):  # what happened next is on no shelf
                from fably.llm.shelved import shelved

                if found := shelved(shelf, wish, told, self._language):
                    self.example = found.example
                    return found.rest
        except LibraryError as fault:
            log.debug("nothing is told from the shelf: %s", fault)
        return following(wish, told, self._language, seed, asked.before, self._age, self._length)
