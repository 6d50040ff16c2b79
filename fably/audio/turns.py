"""One loudspeaker for all who want to be heard: the story, and what the box itself says. A card can be opened once only."""

import asyncio
from collections.abc import Awaitable, Callable

from fably.core.protocols import Speaker
from fably.core.types import AudioFormat


class Turns:
    """Makes speakers that take turns: each has the card from its first sound until it is closed. `card` makes the real one."""

    def __init__(self, card: Callable[[], Speaker]) -> None:
        self._card = card
        self._turn = asyncio.Lock()

    def speaker(self) -> Speaker:
        """A speaker that waits for its turn."""
        return _InTurn(self._taken, self._given_back)

    async def _taken(self, format: AudioFormat) -> Speaker:
        await self._turn.acquire()
        try:
            card = self._card()
            await card.open(format)
        except BaseException:
            self._turn.release()
            raise
        return card

    async def _given_back(self, card: Speaker) -> None:
        """Close the card to the end, also for one who is cancelled meanwhile: until then it is in use, and the next could not open it."""
        closing = asyncio.create_task(card.close())
        closing.add_done_callback(lambda _closed: self._turn.release())
        try:
            await asyncio.shield(closing)
        except asyncio.CancelledError:
            await asyncio.wait([closing])  # a second at most
            raise


class _InTurn:
    """A `Speaker`. It takes the card no sooner than there is something to be heard: until then others may have it, and a thinking
    storyteller can be spoken for."""

    def __init__(self, taken: Callable[[AudioFormat], Awaitable[Speaker]], given_back: Callable[[Speaker], Awaitable[None]]) -> None:
        self._taken, self._given_back = taken, given_back
        self._card: Speaker | None = None
        self._format: AudioFormat | None = None

    @property
    def is_clock(self) -> bool:
        return self._card is None or self._card.is_clock

    async def open(self, format: AudioFormat) -> None:
        """Remember the format."""
        self._format = format

    async def write(self, pcm: bytes) -> None:
        """Take sound, and the card if need be. Raises `AudioError`."""
        if self._card is None:
            assert self._format is not None, "open() comes first"  # noqa: S101 - a mistake of ours, not of the world
            self._card = await self._taken(self._format)
        await self._card.write(pcm)

    async def drain(self) -> None:
        """Wait until all has been heard. Raises `AudioError`."""
        if self._card is not None:
            await self._card.drain()

    async def abort(self) -> None:
        """Fall silent at once."""
        if self._card is not None:
            await self._card.abort()

    async def close(self) -> None:
        """Give the card to whoever waits for it."""
        card, self._card = self._card, None
        if card is not None:
            await self._given_back(card)
