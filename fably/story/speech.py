"""Gives every passage its voice."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, aclosing

from fably.core.protocols import Paced, Source, TextToSpeech
from fably.core.types import Passage
from fably.story.buffered import Buffered

Spoken = tuple[Passage, bytes]
Pace = Callable[[Passage], float]
"""How fast a passage is spoken, against the usual tempo."""

AHEAD = 4.0  # seconds of sound of one passage that may be there before the passage's turn comes


async def speech(source: Source[Passage], voice: TextToSpeech, pace: Pace | None = None) -> AsyncGenerator[Spoken, None]:
    """Speak the passages of `source` in order, chunk by chunk as the sound is made.

    A voice that allows it is asked for the next passage while it still speaks this one, so that short passages of a distant voice
    follow each other without a gap. `pace` is asked for the tempo of each passage, in order; None is the usual one throughout.
    """
    async with AsyncExitStack() as stack:
        begun: Source[tuple[Passage, Buffered[bytes]]] = _begun(source, voice, stack, pace)
        if voice.at_once > 1:
            begun = Buffered(begun, room=voice.at_once - 1, size=lambda _passage: 1)
        stack.push_async_callback(begun.aclose)
        async for passage, sound in begun:
            async with aclosing(sound) as chunks:
                async for pcm in chunks:
                    yield passage, pcm


async def _begun(
    source: Source[Passage], voice: TextToSpeech, stack: AsyncExitStack, pace: Pace | None
) -> AsyncGenerator[tuple[Passage, Buffered[bytes]], None]:
    """Each passage with its sound, which is being made from the moment it is given out."""
    async with aclosing(source) as words:
        async for passage in words:
            slower = pace(passage) if pace and isinstance(voice, Paced) else 1.0
            spoken = voice.at_pace(passage.text, slower) if slower != 1 and isinstance(voice, Paced) else voice.synthesize(passage.text)
            sound = Buffered(spoken, room=voice.format.bytes_in(AHEAD), size=len)
            stack.push_async_callback(sound.aclose)  # not ours to close: the last ones are heard after we have ended
            yield passage, sound
