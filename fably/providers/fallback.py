"""Providers that consist of several: when one fails, the next goes on where it stopped. They are providers themselves.

Each is asked with a deadline (`deadlines.py`) and, as long as it has given nothing, more than once (`retry.py`).
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from functools import partial

from fably.core.errors import ProviderError, StoryCutShort
from fably.core.protocols import LanguageModel, Paced, SpeechToText, TextToSpeech
from fably.core.types import AudioFormat, Language, Message, Transcript, Utterance
from fably.pcm.samples import resampled
from fably.providers.candidates import Candidates
from fably.providers.deadlines import Patience
from fably.providers.retry import answered, retried
from fably.providers.unsaid import unsaid
from fably.story.spoken import spoken


class FallbackModel:
    """A `LanguageModel` made of several. One that breaks off is followed by the next, which is told the story so far and goes on.

    `limit` is the length in characters at which a story counts as endless.
    """

    def __init__(self, candidates: Candidates[LanguageModel], patience: Patience, *, limit: int) -> None:
        self._candidates, self._patience, self._limit = candidates, patience, limit

    async def stream(self, system: str, messages: Sequence[Message]) -> AsyncGenerator[str, None]:
        """Give one whole story, whoever tells it. Raises `ProviderError` when nobody can, or the named one cannot begin."""
        told, opener = "", "".join(one.content + " " for one in messages if one.role == "assistant")
        loop = asyncio.get_running_loop()
        waiting = None
        while True:
            turn, who, before, asked = self._candidates.turn, self._candidates.who, len(told), loop.time()
            try:
                model = await self._candidates.current()
                patience = self._patience if waiting is None else self._patience.less(loop.time() - waiting)
                patience = self._patience.longest() if self._candidates.is_last else patience
                pieces = retried(partial(model.stream, system, _so_far(messages, told)), patience, who)
                async with aclosing(unsaid(_whole_words(pieces), opener + told)) as words:
                    async for word in words:
                        self._candidates.begins(turn)
                        told += word
                        yield word
                        if len(told) - before > self._limit:
                            raise StoryCutShort(f"{who} does not come to an end")
            except ProviderError as fault:
                waiting = loop.time() if len(told) > before else waiting or asked
                self._candidates.give_way(turn, fault, begun=bool(told))
            else:
                self._candidates.worked(turn)
                return


def _so_far(messages: Sequence[Message], told: str) -> Sequence[Message]:
    """What the next model is told: the talk, and the story as far as it came."""
    if not told:
        return messages
    asked, opener = (messages[:-1], messages[-1].content + " ") if messages[-1].role == "assistant" else (messages, "")
    return [*asked, Message("assistant", opener + told)]


async def _whole_words(source: AsyncGenerator[str, None]) -> AsyncGenerator[str, None]:
    """The same text, cut behind white space: when the source breaks off, half a word is not told."""
    pending = ""
    async with aclosing(source) as pieces:
        async for piece in pieces:
            pending += piece
            cut = max(pending.rfind(space) for space in " \n\t") + 1
            if cut or len(pending) > 100:
                yield pending[: cut or None]
                pending = pending[cut:] if cut else ""
    if pending:
        yield pending


class FallbackVoice:
    """A `TextToSpeech` made of several. All are heard in one format, that of the first which could be loaded, or the one given.

    What is spoken is in `language`: whoever speaks is given numbers and abbreviations in its words, and nobody else is.
    """

    def __init__(
        self, candidates: Candidates[TextToSpeech], patience: Patience, *, language: Language, format: AudioFormat | None = None
    ) -> None:
        self._candidates, self._patience, self._language, self._format = candidates, patience, language, format
        self._begun = False
        self.at_once = 1

    @property
    def format(self) -> AudioFormat:
        assert self._format is not None, "load() comes first"  # noqa: S101 - a mistake of ours, not of the world
        return self._format

    async def load(self) -> "FallbackVoice":
        """Load the first voice that can be loaded. Raises `ProviderError`."""
        voice = await self._voice()
        self._format = self._format or voice.format
        self.at_once = voice.at_once
        return self

    async def _voice(self) -> TextToSpeech:
        while True:
            turn = self._candidates.turn
            try:
                return await self._candidates.current()
            except ProviderError as fault:
                self._candidates.give_way(turn, fault, begun=self._begun)

    def synthesize(self, text: str) -> AsyncGenerator[bytes, None]:
        """Speak `text`, whoever speaks it. One that fails in mid-passage is followed by the next from the passage's start."""
        return self.at_pace(text, 1.0)

    async def at_pace(self, text: str, pace: float) -> AsyncGenerator[bytes, None]:
        """The same at `pace` times the usual tempo, as far as whoever speaks it can."""
        text = spoken(text, self._language)
        while True:
            voice, turn = await self._voice(), self._candidates.turn
            speak = partial(voice.at_pace, text, pace) if pace != 1 and isinstance(voice, Paced) else partial(voice.synthesize, text)
            patience = self._patience.longest() if self._candidates.is_last else self._patience
            chunks = retried(speak, patience, self._candidates.who)
            try:
                async with aclosing(resampled(chunks, voice.format, self.format)) as sound:
                    async for pcm in sound:
                        self._candidates.begins(turn)
                        self._begun = True
                        yield pcm
            except ProviderError as fault:
                self._candidates.give_way(turn, fault, begun=self._begun)
            else:
                self._candidates.worked(turn)
                return


class FallbackTranscriber:
    """A `SpeechToText` made of several. Each of them has `seconds`. To be closed."""

    def __init__(self, candidates: Candidates[SpeechToText], seconds: float) -> None:
        self._candidates, self._seconds = candidates, seconds

    async def load(self) -> None:
        """Get ready ahead of the first request. A fault is no matter yet: the request will meet it."""
        with suppress(ProviderError):
            await self._candidates.current()

    async def transcribe(self, utterance: Utterance) -> Transcript:
        """Tell what was said, whoever understands it. Raises `ProviderError` when nobody can."""
        while True:
            turn = self._candidates.turn
            try:
                ear = await self._candidates.current()
                transcript = await answered(partial(ear.transcribe, utterance), self._seconds, self._candidates.who)
            except ProviderError as fault:
                self._candidates.give_way(turn, fault, begun=False)
            else:
                self._candidates.begins(turn)
                self._candidates.worked(turn)
                return transcript

    async def aclose(self) -> None:
        """Give back what they hold, such as an engine's process: the voice may need its room."""
        await self._candidates.aclose()
