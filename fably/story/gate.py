"""The gate before every ear: no sentence is spoken that it has not seen, and what is not for a child is never spoken.

The parent can see what was held back, the child cannot. What is told in its place is in `gated.py`.
"""

import logging
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from fably.core.types import Language, Passage
from fably.texts import lines, text

if TYPE_CHECKING:
    from fably.lore.unfit import Unfit

log = logging.getLogger(__name__)

FULL_STOP = re.compile(r"[.!?…][\"'”’»)\]]*$")
"""The end of a text that ends with a whole sentence."""


@dataclass
class Gate:
    """Looks at what is told in one story, sentence by sentence. `allowed` are the topics that the parent has opened."""

    language: Language
    age: int
    allowed: Collection[str] = ()
    held: list[dict[str, str]] = field(default_factory=list)
    """What was held back, for the parent: topic, text, and where it came from (story or wish)."""

    def __post_init__(self) -> None:
        chatter, refusals = ("|".join(lines(self.language, f"gate.{kind}")) for kind in ("chatter", "refusals"))
        self._chatter = re.compile(rf"(?:{chatter})", re.IGNORECASE)
        self._refusal = re.compile(rf"(?:{refusals})", re.IGNORECASE)
        self._sentence = ""  # the beginning of the sentence, where a passage ended at a clause
        self._speaking = False  # whether a character is speaking where the next passage begins

    @cached_property
    def _unfit(self) -> "Unfit":
        from fably.lore.unfit import Unfit  # 11 ms, and the lists 20 more: while the model thinks

        return Unfit(self.language, self.age, self.allowed)

    def prepare(self) -> None:
        """Read the lists, which takes a while on a Pi: to be called in a thread."""
        self._unfit.in_text("")

    def wish(self, wish: str) -> str:
        """What is asked of the model for the child's `wish`: the same, or one about the same hero that is fit for a child."""
        fit = self.change(wish)
        return fit if fit in ("", wish) else text(self.language, "gate.wish", hero=fit)

    def change(self, wish: str) -> str:
        """What the child's `wish` in the middle of a story is taken for: the same; or no more than who comes in it, where it is not fit
        for a child; or nothing."""
        held = self._unfit.in_wish(wish)
        if held is None:
            return wish
        self._hold(held.topic, wish, "wish")
        from fably.lore.english import article  # the stock is read only where it is needed
        from fably.lore.wishes import read

        hero = read(wish, self.language).hero
        if hero is None or self._unfit.in_text(hero.kind):
            return ""
        return article(hero.kind) if self.language == "en" else hero.kind

    def passes(self, passage: Passage) -> bool:
        """Whether `passage`, which follows the last one that passed, may be spoken."""
        if "\n" in passage.lead:
            self._sentence, self._speaking = "", False
        whole = f"{self._sentence}{passage.lead}{passage.text}" if self._sentence else passage.text
        if self._refusal.match(passage.text):
            self._hold("refusal", passage.text, "story")
            return False
        if held := self._unfit.in_text(whole, spoken=self._speaking):
            self._hold(held.topic, passage.text, "story")
            return False
        if FULL_STOP.search(passage.text):
            self._sentence = ""
            self._speaking = _speaking(passage.text, self._speaking)
        else:
            self._sentence = whole
        return True

    def is_chatter(self, passage: Passage) -> bool:
        """Whether the model speaks about the story, and not it: "Sure! Here is a story", "Would you like another one?"."""
        return self._chatter.match(passage.text) is not None

    def _hold(self, topic: str, words: str, where: str) -> None:
        log.debug("held back (%s): %s", topic, words.replace("\n", " "))
        self.held.append({"topic": topic, "text": words, "where": where})


def _speaking(words: str, speaking: bool) -> bool:
    """Whether somebody is still speaking after `words`."""
    paragraph = words.rpartition("\n\n")[2]
    if paragraph != words:
        speaking = False
    opened, closed = paragraph.count("“") + paragraph.count("«"), paragraph.count("”") + paragraph.count("»")
    return (speaking != bool(paragraph.count('"') % 2)) if opened == closed else opened > closed
