"""Speech that does not end: a voice gone mad is not listened to all night."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from fably.core.errors import ProviderUnavailable
from fably.core.types import AudioFormat

SECONDS = 10.0
SECONDS_A_CHARACTER = 0.5  # a slow narrator takes less than 0.1


def longest(text: str) -> float:
    """How many seconds the speech of `text` may take at most."""
    return SECONDS + SECONDS_A_CHARACTER * len(text)


async def bounded(source: AsyncGenerator[bytes, None], format: AudioFormat, text: str, who: str) -> AsyncGenerator[bytes, None]:
    """Give the speech of `text` as it comes from `source`. Raises `ProviderUnavailable`, which names `who`, once it is too long."""
    left = format.bytes_in(longest(text))
    async with aclosing(source) as chunks:
        async for pcm in chunks:
            left -= len(pcm)
            if left < 0:
                raise ProviderUnavailable(f"the speech of {who} does not come to an end", retryable=False, place=who, kind="endless")
            yield pcm
