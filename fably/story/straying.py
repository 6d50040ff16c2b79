"""A model that tells too hard for the child: seen in its first paragraphs, and told so with its next request.

That is the next one of this story, where there is one, and the first of the next. What has begun is not begun again, for a child is
listening; nothing waits for this.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from fably.core.protocols import Source
from fably.core.types import Language, Passage
from fably.story.too_hard import is_too_hard

LOOKED_AT = 80  # words by which a story is judged


class Straying:
    """Remembers for which children stories have been too hard, as long as the program lives."""

    def __init__(self) -> None:
        self._seen: set[tuple[Language, int]] = set()

    def is_known(self, language: Language, age: int) -> bool:
        """Whether it has to be told more simply."""
        return (language, age) in self._seen

    async def watched(self, words: Source[Passage], language: Language, age: int) -> AsyncGenerator[Passage, None]:
        """The passages as they come; the first of them are judged."""
        told, judged = "", False
        async with aclosing(words) as source:
            async for passage in source:
                told = told + passage.lead + passage.text if not judged else ""
                if not judged and len(told.split()) >= LOOKED_AT:
                    judged = True
                    if is_too_hard(told, language, age):
                        self._seen.add((language, age))
                yield passage
