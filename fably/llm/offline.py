"""The storyteller that needs nothing: no network, no key, no model. It makes a story from the wish and from `fably/lore`."""

import asyncio
import re
import secrets
from collections.abc import AsyncGenerator, Iterator, Sequence

from fably.core.types import Language, Message
from fably.lore.telling import ending, story

OPENER = 30
"""The most words that count as a mere beginning ("Once upon a time, …"): after it comes a whole story. After more comes an end."""

_FULL_STOP = re.compile(r"[.!?][\"'”’»)]*$")
_GOES_ON = re.compile(r"[,;:…—–-]$|\.\.\.$")
_CORRECTION = {"en": "— but no, it began quite differently.", "tr": "— ama hayır, aslında bambaşka başlamış."}


class OfflineStoryteller:
    """A `LanguageModel`. The same wish and seed give the same story; without a seed every story is another one."""

    def __init__(self, language: Language, seed: int | None = None) -> None:
        self._language, self._seed = language, seed

    async def stream(self, system: str, messages: Sequence[Message]) -> AsyncGenerator[str, None]:
        """Tell a story about the first message, word by word. The system prompt is for others.

        When the last message is the assistant's, an opening line is gone on from, and a story that broke off is brought to its end.
        What is given then begins without white space where one goes on in the same paragraph.
        """
        seed = secrets.token_hex(8) if self._seed is None else str(self._seed)
        told = messages[-1].content if messages[-1].role == "assistant" else ""
        # In a thread, for on the first story the stock is read: a tenth of a second on a Pi, in which the sound must not stop.
        paragraphs = await asyncio.to_thread(lambda: list(_paragraphs(messages[0].content, told, self._language, seed)))
        lead = ""
        for paragraph in paragraphs:
            for word in re.findall(r"\s*\S+", lead + paragraph):
                yield word
            lead = "\n\n"
            await asyncio.sleep(0)  # others want to live as well


def _paragraphs(wish: str, told: str, language: Language, seed: str) -> Iterator[str]:
    """What follows on what was `told`."""
    told_text = told.rstrip()
    whole = bool(_FULL_STOP.search(told_text)) and not told_text.endswith("...")
    if len(told_text.split()) > OPENER:
        yield _end(wish, told, language, seed, whole=whole)
        return
    goes_on = bool(_GOES_ON.search(told_text))
    if told_text and not whole and not goes_on:  # it stopped in mid-sentence: "Once upon a time, a fox who had"
        yield _CORRECTION[language]
    yield from story(wish, language, seed, begun=bool(told_text), mid_sentence=goes_on)


def _end(wish: str, told: str, language: Language, seed: str, *, whole: bool) -> str:
    """The end of a story that broke off, after whatever punctuation makes that bearable."""
    last = told.rpartition("\n\n")[2]
    if whole:
        return "\n\n" + ending(wish, told, language, seed, mid_sentence=False)
    if last.count('"') % 2 or last.count("“") > last.count("”"):  # somebody was speaking
        return ("…” " if "“" in last else '…" ') + ending(wish, told, language, seed, mid_sentence=False)
    return ("— " if told[-1:].isspace() else "… ") + ending(wish, told, language, seed, mid_sentence=True)
