"""A story on its way through the gate.

In the place of what is held back comes a gentle turn, and the model is asked once to go on in another way; the second time the story is
brought to its end without it. One that is too hard is asked once to go on in easier words. No story ends on a cliff.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass

from fably.core.bible import Bible
from fably.core.types import Passage
from fably.story.gate import FULL_STOP, Gate
from fably.story.markup import plain
from fably.story.passages import passages
from fably.story.straying import Judge
from fably.texts import lines

MANY_WORDS = 6  # a sentence of so many words is not said twice, but by a model that begins again
_ENDS_WELL = re.compile(r"(?<!\.\.)[.!][\"'”’»)\]]*$")
_HAS_WORDS = re.compile(r"\w")


@dataclass
class Gated:
    """A story on its way through the gate.

    `ask` gives the model's tokens for a wish and what has been told so far; its last argument says that it must go on in another way.
    """

    gate: Gate
    wish: str
    ask: Callable[[str, str, bool], AsyncGenerator[str, None]]
    seed: str
    before: Bible | None = None
    """What is known of the story that this one follows."""
    as_written: bool = False
    """Whether the words are known: what they say twice, a refrain, is meant so."""
    judge: Judge | None = None
    """Whether it is too hard for the child; None where nobody could tell it otherwise."""
    _looking: "asyncio.Task[str] | None" = None

    async def passages(self, told: str = "", index: int = 0) -> AsyncGenerator[Passage, None]:
        """Give the passages of the story that go on from what was `told`, from number `index` on. Raises what the model raises."""
        try:
            async with aclosing(self._passages(told, index)) as source:
                async for passage in source:
                    yield passage
        finally:
            if self._looking is not None:  # nothing of a story outlives it
                await asyncio.gather(self._looking, return_exceptions=True)

    async def _passages(self, told: str, index: int) -> AsyncGenerator[Passage, None]:
        first, lead, again, whole = index, " " if told else "", False, False
        while not whole:
            held, strays, before = False, False, set() if self.as_written else _sentences(told)
            tokens = plain(self._tokens(told, again), self.gate.language, begun=bool(told))
            async with aclosing(passages(tokens, index, lead)) as source:
                async for passage in source:
                    if strays:  # and does not end here
                        lead = " "
                        break
                    if await self._is_other_wish():
                        break
                    # nothing that a voice could speak, nothing about the story, and nothing that a model says once more
                    if not _HAS_WORDS.search(passage.text) or self.gate.is_chatter(passage) or _words(passage.text) in before:
                        continue
                    held = not self.gate.passes(passage)
                    if held:
                        break
                    one = Passage(index, passage.text, passage.lead)
                    told, index = told + one.lead + one.text, index + 1
                    yield one
                    strays = self.judge is not None and self.judge.is_to_be_asked_again(one)
                else:
                    whole = True
            if held and again:
                break
            again = again or held
            if held and index > first:
                one = Passage(index, *self._turn(told))
                told, index, lead = told + one.lead + one.text, index + 1, " "
                yield one
        if not whole or index == first or not _ENDS_WELL.search(told):
            async with aclosing(self._end(told, index, index > first or first > 1)) as source:
                async for passage in source:
                    yield passage

    async def _tokens(self, told: str, again: bool) -> AsyncGenerator[str, None]:
        """The model's tokens. While the first of them come the wish is looked at: reading the lists takes a while, which nobody need
        wait for, and what a model made of another wish is not told."""
        async with aclosing(self.ask(self.wish, told, again)) as tokens:
            async for token in tokens:
                if self._looking is None:
                    self._looking = asyncio.create_task(asyncio.to_thread(self.gate.wish, self.wish))
                yield token

    async def _is_other_wish(self) -> bool:
        """Whether the wish was not fit, and must be asked for in other words."""
        if self._looking is None:
            return False
        asked = await self._looking
        other, self.wish = asked != self.wish, asked
        return other

    def _turn(self, told: str) -> tuple[str, str]:
        """A gentle turn in the place of what is not spoken, and the white space before it."""
        mid_sentence = not FULL_STOP.search(told)
        found = lines(self.gate.language, "gate.bridges" if mid_sentence else "gate.turns")
        one = found[len(told) % len(found)]
        return (one, " ") if mid_sentence else (one, "\n\n")

    async def _end(self, told: str, index: int, begun: bool) -> AsyncGenerator[Passage, None]:
        """Bring a story that has begun to its end without the model; else tell a whole one."""
        language = self.gate.language

        def make() -> str:
            from fably.lore import telling

            mid_sentence = bool(told) and not FULL_STOP.search(told)
            if begun:
                return telling.ending(self.wish, told, language, self.seed, mid_sentence=mid_sentence)
            return "\n\n".join(
                telling.story(self.wish, language, self.seed, begun=bool(told), mid_sentence=mid_sentence, before=self.before)
            )

        whole = await asyncio.to_thread(make)  # the stock is read, which on a Pi takes a while
        lead = " " if told and not FULL_STOP.search(told) else "\n\n" if told else ""
        async with aclosing(passages(_once(whole), index, lead)) as source:
            async for passage in source:
                yield passage


def _words(text: str) -> str:
    """The words of a passage, by which it is known again; nothing for one so short that it may well be said twice."""
    words = "".join(one if one.isalnum() else " " for one in text.lower()).split()
    return " ".join(words) if len(words) >= MANY_WORDS else ""


def _sentences(told: str) -> set[str]:
    """The sentences that have been told. Without the empty one, which stands for all that are short."""
    return {_words(one) for one in re.split(r"(?<=[.!?…])[\"”]?\s+", told)} - {""}


async def _once(words: str) -> AsyncGenerator[str, None]:
    yield words
