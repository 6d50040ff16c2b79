"""A loudspeaker that was pulled out of its socket, and is put back: the story has waited for it."""

import asyncio
import logging
from collections.abc import Callable

from fably.core.errors import AudioError
from fably.core.protocols import Speaker
from fably.core.types import AudioFormat

log = logging.getLogger(__name__)
PATIENCE = 20.0
"""Seconds that a story waits for a card that has gone: long enough to put a plug back, and for USB and PortAudio to find it."""
PAUSE = 0.5
"""Seconds between two tries."""


class Returning:
    """A `Speaker`, on the cards that `make` makes. One that fails while it plays is opened anew, and what it refused is played again; the
    fraction of a second that it held is lost. A card that cannot be opened to begin with is not waited for: whoever pressed is to hear
    of it, or see the light, now."""

    def __init__(self, make: Callable[[], Speaker], patience: float = PATIENCE, pause: float = PAUSE) -> None:
        self._make, self._patience, self._pause = make, patience, pause
        self._card = make()

    @property
    def is_clock(self) -> bool:
        return self._card.is_clock

    async def open(self, format: AudioFormat) -> None:
        """Open the card. Raises `AudioError`."""
        self._format = format
        await self._card.open(format)

    async def write(self, pcm: bytes) -> None:
        """Hand over sound, as the card takes it. Raises the `AudioError` of a card that has gone and does not come back."""
        try:
            await self._card.write(pcm)
        except AudioError as fault:
            log.warning("%s: waiting for it to come back", fault)
            try:
                async with asyncio.timeout(self._patience):
                    await self._play_again(pcm)
            except TimeoutError:
                raise fault from None
            log.info("the sound card is back")

    async def _play_again(self, pcm: bytes) -> None:
        while True:
            await self._card.close()
            await asyncio.sleep(self._pause)
            self._card = self._make()
            try:
                await self._card.open(self._format)
                await self._card.write(pcm)
            except AudioError as fault:
                log.debug("not yet: %s", fault)
            else:
                return

    async def drain(self) -> None:
        """Wait until the card has everything. Raises `AudioError`: for the last fraction of a second nobody waits."""
        await self._card.drain()

    async def abort(self) -> None:
        """Fall silent at once."""
        await self._card.abort()

    async def close(self) -> None:
        """Give the card back."""
        await self._card.close()
