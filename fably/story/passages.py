"""Cuts a stream of text into what is spoken at once, wherever the borders of the tokens happen to be.

The first passage is as short as a clause allows, for the child waits for it; the others are sentences. One that would not end is cut at
a clause, else at a space, so that what a model sends never waits without bound.
"""

import re
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing

from fably.core.protocols import Source
from fably.core.types import Passage

LONGEST = 240  # characters: about 16 seconds of speech
SHORT = 120  # characters up to which waiting passages become one: a voice takes as long to begin on three words as on thirty
CLAUSES = (12, 48)  # least characters of the first and of the second passage, which may end at a clause
LOOKAHEAD = 8  # characters seen beyond LONGEST before a cut is forced

# Each border needs a look at what follows it (possessive, so that an answer never changes when more text arrives).
_FOLLOWED = r"(?=\s+[\"'“‘«(\[—–-]*+(\S))"
_END = re.compile(rf"(?=\n)|[.!?…]+[\"'”’»)\]]*+{_FOLLOWED}")
_CLAUSE = re.compile(rf"[,;:—–][\"'”’»)\]]*+{_FOLLOWED}")
_NO_END = re.compile(r"(?:^|[\s\"'“‘(])(?:Mrs?|Ms|Dr|St|Prof|Capt|Sn|Hz|Av|No|[A-ZÇĞİÖŞÜ])$")  # before a full stop that ends nothing


def joined(last: Passage, following: Passage) -> Passage | None:
    """One passage for two that are short together, else None."""
    text = f"{last.text}{following.lead}{following.text}"
    return Passage(last.index, text, last.lead) if len(text) <= SHORT else None


async def passages(source: Source[str], index: int = 0, lead: str = "") -> AsyncGenerator[Passage, None]:
    """Give the text of `source` passage by passage, each as soon as its end is certain; the last words too, however they end.

    `index` and `lead` are those of the first passage. The passages do not depend on how the source is cut into pieces, and nothing
    but white space is lost: runs of it become one blank, one line break or one blank line.
    """
    cutter = _Cutter(index, lead)
    async with aclosing(source) as tokens:
        async for token in tokens:
            for passage in cutter.feed(token):
                yield passage
    for passage in cutter.finish():
        yield passage


class _Cutter:
    def __init__(self, index: int, lead: str) -> None:
        self._index, self._lead, self._pending = index, lead, ""

    def feed(self, text: str) -> Iterator[Passage]:
        self._pending += text
        start = 0
        while True:
            start = self._skip_space(start)
            window = self._pending[start : start + LONGEST + LOOKAHEAD]
            cut = _border(window, self._index)
            if cut is None:
                break
            yield self._passage(window[:cut])
            start += cut
        self._pending = self._pending[start:]

    def finish(self) -> Iterator[Passage]:
        if self._pending:
            yield self._passage(self._pending)

    def _skip_space(self, start: int) -> int:
        """Move over white space, remembering what kind it is: the lead of the next passage."""
        end = start
        while end < len(self._pending) and self._pending[end].isspace():
            end += 1
        breaks = self._lead.count("\n") + self._pending.count("\n", start, end)
        self._lead = "\n\n" if breaks > 1 else "\n" if breaks else " " if end > start or self._lead else ""
        return end

    def _passage(self, text: str) -> Passage:
        passage = Passage(self._index, text.rstrip(), self._lead)
        self._index, self._lead = self._index + 1, ""
        return passage


def _border(window: str, index: int) -> int | None:
    """Where the passage at the start of `window` ends; None while that is not certain."""
    ends = (match.end() for match in _END.finditer(window) if _is_end(window, match))
    clauses: Iterator[int] = iter(())
    if index < len(CLAUSES):
        clauses = (match.end() for match in _CLAUSE.finditer(window) if match.end() >= CLAUSES[index])
    found = min((cut for cut in (next(ends, None), next(clauses, None)) if cut is not None), default=None)
    if found is not None or len(window) < LONGEST + LOOKAHEAD:
        return found
    last = max((match.end() for match in _CLAUSE.finditer(window, 0) if match.end() <= LONGEST), default=0)
    return last or window.rfind(" ", 0, LONGEST) + 1 or LONGEST


def _is_end(window: str, match: re.Match[str]) -> bool:
    mark = match.group()
    if not mark:  # the end of a line is the end of a passage, whatever it ends with
        return True
    if match.group(1).islower():  # "Oh!" said the fox. - and "vb. gibi", "3. sınıf"
        return False
    return mark != "." or not _NO_END.search(window[: match.start()])
