"""Providers that consist of several: when one fails, the next goes on where it stopped. They are providers themselves.

A candidate is loaded when its turn comes and not before.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Generic, TypeVar

from fably.core.errors import ProviderError, StoryCutShort
from fably.core.protocols import LanguageModel, TextToSpeech
from fably.core.types import AudioFormat, Message
from fably.pcm.samples import resampled
from fably.providers.deadlines import timely

log = logging.getLogger(__name__)
P = TypeVar("P")

Notice = Callable[[ProviderError, str, bool], None]
"""Told of every hand-over: the fault, the name of the one that takes over, and whether something had been told already."""


class Candidates(Generic[P]):
    """Providers by name, in the order in which they are tried. `load` may block; it is called in a thread, once for each name."""

    def __init__(self, names: Sequence[str], load: Callable[[str], P], notice: Notice) -> None:
        self._names, self._load, self._notice = list(names), load, notice
        self._loaded: P | None = None
        self._one_loads = asyncio.Lock()
        self.used: list[str] = []
        """The names of those who were loaded, in order."""
        self.last: P | None = None
        """The last of them."""

    @property
    def name(self) -> str:
        """The one whose turn it is."""
        return self._names[0]

    async def current(self) -> P:
        """The provider whose turn it is, loaded. Raises `ProviderError`."""
        async with self._one_loads:
            if self._loaded is None:
                self._loaded = await asyncio.to_thread(self._load, self.name)
                self.used.append(self.name)
                self.last = self._loaded
                log.debug("%s is loaded", self.name)
            return self._loaded

    def give_way(self, failed: str, fault: ProviderError, *, begun: bool) -> None:
        """Go on to the one after `failed`, unless that has happened already. Raises `fault` when there is none."""
        log.debug("%s failed", failed, exc_info=fault)
        if failed != self.name:
            return
        if len(self._names) == 1:
            raise fault
        self._names.pop(0)
        self._loaded = None
        self._notice(fault, self.name, begun)


@dataclass(frozen=True)
class Patience:
    """Deadlines in seconds: for the first piece, and for each further one."""

    first: float
    between: float


class FallbackModel:
    """A `LanguageModel` made of several. One that breaks off is followed by the next, which is told the story so far and goes on.

    `named`: the first was asked for by the user, so its fault is raised as long as nothing has been told. `limit` is the length in
    characters at which a story counts as endless.
    """

    def __init__(self, candidates: Candidates[LanguageModel], patience: Patience, *, named: bool, limit: int) -> None:
        self._candidates, self._patience, self._named, self._limit = candidates, patience, named, limit

    async def stream(self, system: str, messages: Sequence[Message]) -> AsyncGenerator[str, None]:
        """Give one whole story, whoever tells it. Raises `ProviderError` when nobody can, or the named one cannot begin."""
        told = ""
        while True:
            name, before = self._candidates.name, len(told)
            try:
                model = await self._candidates.current()
                pieces = timely(model.stream(system, _so_far(messages, told)), self._patience.first, self._patience.between, name)
                async with aclosing(_whole_words(pieces)) as words:
                    async for word in words:
                        told += word
                        yield word
                        if len(told) - before > self._limit:
                            raise StoryCutShort(f"{name} does not come to an end")
            except ProviderError as fault:
                if self._named and not told:
                    raise
                self._candidates.give_way(name, fault, begun=bool(told))
            else:
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

    `named`: as for the model, until the first passage has been spoken.
    """

    def __init__(self, candidates: Candidates[TextToSpeech], patience: Patience, *, named: bool, format: AudioFormat | None = None) -> None:
        self._candidates, self._patience, self._named = candidates, patience, named
        self._format = format
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
            name = self._candidates.name
            try:
                return await self._candidates.current()
            except ProviderError as fault:
                self._give_way(name, fault)

    async def synthesize(self, text: str) -> AsyncGenerator[bytes, None]:
        """Speak `text`, whoever speaks it. One that fails in mid-passage is followed by the next from the passage's start."""
        while True:
            voice, name = await self._voice(), self._candidates.name
            chunks = timely(voice.synthesize(text), self._patience.first, self._patience.between, name)
            try:
                async with aclosing(resampled(chunks, voice.format, self.format)) as sound:
                    async for pcm in sound:
                        self._begun = True
                        yield pcm
            except ProviderError as fault:
                self._give_way(name, fault)
            else:
                return

    def _give_way(self, name: str, fault: ProviderError) -> None:
        if self._named and not self._begun:
            raise fault
        self._candidates.give_way(name, fault, begun=self._begun)
