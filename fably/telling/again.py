"""A kept story, told again: its sound as far as it goes, then what is known of its text, then what the model makes of the rest."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field

from fably.core.errors import AudioError, FablyError, LibraryError
from fably.core.types import Passage
from fably.library.sound import Unpack, sound_of
from fably.library.story import Story
from fably.story.gate import Gate
from fably.story.gated import Gated
from fably.story.speech import Spoken


@dataclass
class Again:
    """One story that is told again. Not all that is kept need have come through the gate: it may be a predecessor's."""

    story: Story
    gate: Gate
    unpack: Unpack
    gated: Gated
    """Gives what is missing of a story that broke off."""
    on_fault: Callable[[FablyError], None]
    _from: "asyncio.Future[int]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    """The passage from which on there is no sound, once that is known."""

    async def sound(self, first: int) -> AsyncGenerator[Spoken, None]:
        """The sound that is kept, from passage `first` on. What cannot be read is spoken anew, from its passage's start."""
        last, passes, whole = first - 1, True, False
        try:
            await asyncio.to_thread(self.gate.prepare)
            async with aclosing(sound_of(self.story, first, self.unpack)) as spoken:
                async for passage, pcm in spoken:
                    if passage.index != last:
                        last, passes = passage.index, self.gate.passes(passage)
                    if passes:
                        yield passage, pcm
            whole = True
        except (LibraryError, AudioError) as fault:
            self.on_fault(fault)
        finally:
            if not self._from.done():
                self._from.set_result(len(self.story.clips) if whole else max(first, last))

    async def words(self, first: int | None) -> AsyncGenerator[Passage, None]:
        """What must be spoken: from passage `first` on, or from where the sound ends."""
        await asyncio.to_thread(self.gate.prepare)
        start = await self._from if first is None else first
        for passage in self.story.passages[start:]:
            if self.gate.passes(passage):
                yield passage
        if not self.story.whole:
            async with aclosing(self.gated.passages(self.story.text, len(self.story.passages))) as new:
                async for passage in new:
                    yield passage
