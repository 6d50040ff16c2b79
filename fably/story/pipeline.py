"""One story from wish to ear: tokens, passages, speech, loudspeaker, each stage pulling from the one before.

    model ─tokens─▶ passages ─▶ gate ─▶ [2 passages] ─▶ speech ─▶ evening ─▶ [8 s] ─▶ record ─▶ speaker

The loudspeaker is the clock. Cancelling the task that tells is how a story is stopped; there is no other way and none is needed.
"""

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from fably.core.errors import AudioError, FablyError, LibraryError
from fably.core.protocols import Source, Speaker, TextToSpeech
from fably.core.types import AudioFormat, Passage
from fably.pcm.fading import Fader
from fably.story.buffered import Buffered
from fably.story.evening import Evening
from fably.story.passages import joined
from fably.story.piece import Piece
from fably.story.speech import Pace, Spoken, speech

log = logging.getLogger(__name__)
WORDS_AHEAD = 2  # passages
SOUND_AHEAD = 2_000_000  # bytes: 41 seconds as most voices speak, and a bound for one that speaks in studio quality


class Keeper(Protocol):
    """Keeps what is told. `whole` says that no passage will follow the one that is being told, `room` waits until it can take more."""

    def passage(self, passage: Passage) -> None: ...

    def sound(self, pcm: bytes) -> None: ...

    def whole(self) -> None: ...

    async def room(self) -> None: ...

    async def finish(self, *, complete: bool) -> Path | None: ...


@dataclass
class Outcome:
    """What came of a story, once it has been told."""

    kept: Path | None = None
    """The story's folder."""
    again: bool = False
    """Whether it was kept whole before it was told."""
    heard: bool = True
    """Whether all of it went to the speaker."""
    voices: Sequence[str] = ()
    """The names of those who spoke, in order."""
    left_at: int | None = None
    """The passage from which it is to be gone on with, where the sleep timer has ended it."""
    seconds: float = 0.0
    """How much of it has gone to the speaker so far."""
    waited: Mapping[str, int] = field(default_factory=dict)
    """The most that waited in each buffer: passages of words, bytes of sound."""


@dataclass(frozen=True)
class Beginning:
    """What can be heard before there is a voice: an opener, or as much of the story as is kept."""

    format: AudioFormat
    spoken: Source[Spoken]


async def tell(
    words: Source[Passage],
    ready: Callable[[], Awaitable[TextToSpeech]],
    speaker: Speaker,
    keeper: Callable[[AudioFormat], Awaitable[Keeper]] | None,
    outcome: Outcome,
    *,
    beginning: Beginning | None = None,
    known: int = 0,
    ahead: float = 8.0,
    evening: Evening = Evening(),  # noqa: B008 - it is frozen
    on_fault: Callable[[FablyError], None] = lambda _fault: None,
) -> AsyncGenerator[Passage, None]:
    """Tell one story; each passage is given when it begins to be heard.

    `words` come after the `beginning`. Those whose index is below `known` stay as they are; others may be joined. `ready` loads the
    voice, which is done while the model thinks; after a beginning with nothing behind it there is no need. `ahead` seconds of sound are
    made before they are heard, as far as they take no more than 2 MB. `evening` is what is done to them on their way to the ear. A
    speaker or a library that fails is told to `on_fault` once, and the story goes on without it. Raises `ProviderError` when the story
    cannot be had or spoken, after what there is of it has been heard.
    """
    async with AsyncExitStack() as stack:
        player = _Player(speaker, on_fault, outcome)
        stack.push_async_callback(player.close)
        if beginning is not None:  # before the model is even loaded: this is what the child hears meanwhile
            stack.push_async_callback(beginning.spoken.aclose)
            await player.open(beginning.format)
        words = Buffered(words, WORDS_AHEAD, lambda _passage: 1, lambda last, one: joined(last, one) if last.index >= known else None)
        stack.push_async_callback(words.aclose)
        format = beginning.format if beginning else (await ready()).format
        end = _End()
        heard = evening.begin(format, _spoken(beginning, words, ready, end, evening.pace))
        sound = Buffered(heard.pieces, min(format.bytes_in(ahead), SOUND_AHEAD), lambda piece: len(piece.heard))
        stack.push_async_callback(sound.aclose)
        stack.callback(_count, outcome, words, sound)
        if beginning is None:
            await player.open(format)
        record = _Record(on_fault, outcome)
        await record.begin(keeper, format)
        stack.push_async_callback(record.finish)
        try:
            current = None
            async for piece in sound:
                passage = piece.passage
                if passage is not current:
                    log.debug("passage %d is heard: %.40s", passage.index, passage.text.replace("\n", " "))
                    current = passage
                    record.passage(passage)
                    yield passage
                if end.passage is passage:
                    record.whole()
                record.sound(piece.pcm)
                await player.write(piece)
                if not player.is_clock:  # into a file a story comes faster than a disk may write it
                    await record.room()
            outcome.left_at = heard.left_at
            if heard.left_at is None:
                record.whole()
            await player.drain()
            record.complete = heard.left_at is None
        except BaseException:
            await player.abort()  # silence first; whatever else has to be put away can wait
            raise


def _count(outcome: Outcome, words: Buffered[Passage], sound: Buffered[Piece]) -> None:
    outcome.waited = {"words": int(words.most), "sound": int(sound.most)}


@dataclass
class _End:
    """The last passage of the story, once that is known."""

    passage: Passage | None = None


async def _spoken(
    beginning: Beginning | None, words: Source[Passage], ready: Callable[[], Awaitable[TextToSpeech]], end: _End, pace: Pace | None
) -> AsyncGenerator[Spoken, None]:
    """The beginning, if there is one, and then the story."""
    if beginning is not None:
        async with aclosing(beginning.spoken) as spoken:
            async for item in spoken:
                yield item
    first = await anext(aiter(words), None)
    if first is not None:
        async with aclosing(speech(_after(first, words, end), await ready(), pace)) as spoken:
            async for item in spoken:
                yield item


async def _after(first: Passage, words: Source[Passage], end: _End) -> AsyncGenerator[Passage, None]:
    last = first
    async with aclosing(words) as rest:
        yield first
        async for passage in rest:
            last = replace(passage, index=last.index + 1)  # where two were joined a number is missing, and in the library none may be
            yield last
    end.passage = last


class _Player:
    """A speaker that may fail: the fault is told once, and from then on nothing is played."""

    def __init__(self, speaker: Speaker, on_fault: Callable[[FablyError], None], outcome: Outcome) -> None:
        self._speaker, self._on_fault, self._outcome = speaker, on_fault, outcome

    @property
    def is_clock(self) -> bool:
        return self._outcome.heard and self._speaker.is_clock

    async def open(self, format: AudioFormat) -> None:
        self._format, self._fader = format, Fader(format)
        await self._unless_broken(lambda: self._speaker.open(format))

    async def write(self, piece: Piece) -> None:
        pcm = self._fader.faded(piece.heard, piece.gain)
        await self._unless_broken(lambda: self._speaker.write(pcm))
        self._outcome.seconds += self._format.seconds(len(pcm))

    async def drain(self) -> None:
        await self._unless_broken(self._speaker.drain)

    async def abort(self) -> None:
        await self._speaker.abort()

    async def close(self) -> None:
        await self._speaker.close()

    async def _unless_broken(self, act: Callable[[], Awaitable[None]]) -> None:
        if self._outcome.heard:
            try:
                await act()
            except AudioError as error:
                self._outcome.heard = False
                self._on_fault(error)


class _Record:
    """A keeper that may fail, or be none: the same."""

    complete = False
    _whole = False

    def __init__(self, on_fault: Callable[[FablyError], None], outcome: Outcome) -> None:
        self._on_fault, self._outcome = on_fault, outcome
        self._keeper: Keeper | None = None

    async def begin(self, keeper: Callable[[AudioFormat], Awaitable[Keeper]] | None, format: AudioFormat) -> None:
        if keeper is None:
            return
        try:
            self._keeper = await keeper(format)
        except LibraryError as error:
            if not self._outcome.heard:  # neither heard nor kept: a story for nobody
                raise
            self._on_fault(error)

    def passage(self, passage: Passage) -> None:
        if self._keeper is not None:
            self._keeper.passage(passage)

    def sound(self, pcm: bytes) -> None:
        if self._keeper is not None:
            self._keeper.sound(pcm)

    def whole(self) -> None:
        if self._keeper is not None and not self._whole:
            self._whole = True
            self._keeper.whole()

    async def room(self) -> None:
        if self._keeper is not None:
            await self._keeper.room()

    async def finish(self) -> None:
        if self._keeper is not None:
            try:
                self._outcome.kept = await self._keeper.finish(complete=self.complete)
            except LibraryError as error:
                self._on_fault(error)
