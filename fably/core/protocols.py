"""What a backend must be able to do. Each protocol has one verb; whatever else is wanted (deadlines, fallbacks) wraps around it."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Coroutine, Sequence
from typing import Any, Protocol, TypeVar, runtime_checkable

from fably.core.types import AudioFormat, Gesture, Message, State, Transcript, Utterance

T_co = TypeVar("T_co", covariant=True)
Sound = AsyncGenerator[tuple[AudioFormat, bytes], None]
"""Sound, with the format of each piece, which is always the same."""


class Source(Protocol[T_co]):
    """What a stage of the pipeline reads from: an async generator, or anything that can be read and closed like one."""

    def __aiter__(self) -> AsyncIterator[T_co]: ...

    def __anext__(self) -> Awaitable[T_co]: ...

    def aclose(self) -> Awaitable[object]: ...


class LanguageModel(Protocol):
    """Makes up the story."""

    def stream(self, system: str, messages: Sequence[Message]) -> AsyncGenerator[str, None]:
        """Give the story piece by piece, in pieces of any size; joined, they are the text.

        When the last message is the assistant's, it is what has been told already, and only what follows is given. Raises
        `ProviderError`, and only that, when the story cannot be had or breaks off.
        """
        ...


class TextToSpeech(Protocol):
    """Speaks."""

    @property
    def format(self) -> AudioFormat:
        """The format of every chunk that `synthesize` gives; it does not change while the story is told."""
        ...

    @property
    def at_once(self) -> int:
        """How many passages it is willing to speak at the same time: 1 for an engine on this machine, more for a distant one."""
        ...

    def synthesize(self, text: str) -> AsyncGenerator[bytes, None]:
        """Speak `text`: PCM in `format`, in chunks of whole frames, as they are made. Raises `ProviderError`, and only that."""
        ...


@runtime_checkable
class Paced(Protocol):
    """A voice that can speak more slowly from one text to the next. Those that cannot have none of this."""

    def at_pace(self, text: str, pace: float) -> AsyncGenerator[bytes, None]:
        """Speak `text` as `synthesize` does, but at `pace` times the usual tempo: 0.9 takes about a ninth longer."""
        ...


class Narrator(TextToSpeech, Protocol):
    """A voice that a person can choose: what the providers make."""

    async def voices(self) -> list[str]:
        """The names that may be chosen, with an id in brackets where one has an id too. Raises `ProviderError`."""
        ...


@runtime_checkable
class Held(Protocol):
    """A provider that holds more than memory of ours, such as a process. Most hold nothing, and have neither of these."""

    def open(self) -> Coroutine[Any, Any, None]:
        """Get ready ahead of the first request; without it, that does. Raises `ProviderError`."""
        ...

    async def aclose(self) -> None:
        """Give back what is held. A request that follows takes it again."""
        ...


class SpeechToText(Protocol):
    """Understands what was said."""

    async def transcribe(self, utterance: Utterance) -> Transcript:
        """Tell the words of `utterance`, which may have any rate; an empty text where nobody spoke. Raises `ProviderError`, only."""
        ...


class Microphone(Protocol):
    """Hears."""

    @property
    def format(self) -> AudioFormat:
        """The format of every piece that `stream` gives."""
        ...

    def stream(self) -> AsyncGenerator[bytes, None]:
        """What is heard from now on, piece by piece, each whole frames of 20 ms or so.

        It is opened at the first piece, and closed when the generator is. Raises `AudioError`, and only that.
        """
        ...


class Speaker(Protocol):
    """Plays. It is the clock of the story: `write` returns when there is room again, so nobody runs far ahead of the ear."""

    @property
    def is_clock(self) -> bool:
        """Whether somebody hears it. A file takes all there is at once, and nobody minds when it is waited for."""
        ...

    async def open(self, format: AudioFormat) -> None:
        """Make ready for sound in `format`. Raises `AudioError`."""
        ...

    async def write(self, pcm: bytes) -> None:
        """Take sound, whole frames, and wait until the card can take more. Raises `AudioError`."""
        ...

    async def drain(self) -> None:
        """Wait until all that was written has been heard."""
        ...

    async def abort(self) -> None:
        """Fall silent at once, with a fade of a few milliseconds, and forget what was not yet heard."""
        ...

    async def close(self) -> None:
        """Give the card back."""
        ...


class Trigger(Protocol):
    """Something that a child does things to: a button, a keyboard, a word that is said."""

    def gestures(self) -> AsyncGenerator[Gesture, None]:
        """What is done to it, as it is done; closing gives the pin or the terminal back.

        It ends when a person has asked for the end of everything. Raises `FablyError` when it cannot begin or is lost: `ConfigError` where
        a setting is to blame.
        """
        ...


class Lights(Protocol):
    """Shows what the box is doing. A light that fails never matters: neither of these raises."""

    def show(self, state: State) -> None:
        """Show `state` until told otherwise."""
        ...

    def close(self) -> None:
        """Go dark, and give the pins back."""
        ...
