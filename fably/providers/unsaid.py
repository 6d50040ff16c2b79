"""What has not been said yet: models are told how the story began and asked to go on, and some begin again all the same."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from fably.core.errors import StoryCutShort

AGAIN = 8
"""Words that are the same from the beginning on before they count as said again: "Once upon a time, there was a" may be chance."""


async def unsaid(source: AsyncGenerator[str, None], said: str) -> AsyncGenerator[str, None]:
    """Give the text of `source`, whose pieces are whole words, without the words of `said`, if it begins with them.

    Raises `StoryCutShort` for one that says a part of them again and then goes another way: two stories are none.
    """
    known, held, looking = said.split(), "", bool(said)
    async with aclosing(source) as pieces:
        async for piece in pieces:
            if not looking:
                yield piece
                continue
            held += piece
            words = held.split()
            same = _same(words, known)
            if same == len(words) < len(known) or not words:
                continue
            if AGAIN <= same < len(known):
                break
            looking = False
            rest = _after(held, same) if same == len(known) >= AGAIN else held
            if rest:
                yield rest
    if looking and held:
        if _same(held.split(), known) >= AGAIN:
            raise StoryCutShort("the story began once more instead of going on")
        yield held


def _same(words: list[str], known: list[str]) -> int:
    """How many words are the same from the beginning on."""
    pairs = zip(words, known, strict=False)
    return next((count for count, (one, other) in enumerate(pairs) if one != other), min(len(words), len(known)))


def _after(text: str, count: int) -> str:
    """`text` without its first `count` words and the white space before them."""
    parts = text.split(maxsplit=count)
    return parts[count] if len(parts) > count else ""
