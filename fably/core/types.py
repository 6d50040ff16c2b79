"""What is passed from stage to stage. Everything here is small, frozen and without behaviour to speak of."""

from dataclasses import dataclass
from enum import Enum
from typing import Literal

from fably.core.bible import Bible

Language = Literal["en", "tr"]
"""ISO 639-1 code of a language that Fably speaks."""

Length = Literal["short", "usual", "long"]
"""How long a story is to be, for a child of its age."""

Role = Literal["user", "assistant"]


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """How PCM samples are to be read, in the terms of the Wyoming protocol: rate in Hz, width in bytes, channels as a count."""

    rate: int
    width: int = 2
    channels: int = 1

    @property
    def bytes_per_second(self) -> int:
        return self.rate * self.width * self.channels

    @property
    def frame(self) -> int:
        """Bytes of one sample of every channel: sound may only be cut at multiples of this."""
        return self.width * self.channels

    def seconds(self, count: int) -> float:
        """How long `count` bytes sound."""
        return count / self.bytes_per_second

    def bytes_in(self, seconds: float) -> int:
        """How many bytes `seconds` of sound take, whole frames."""
        return int(seconds * self.rate) * self.frame


@dataclass(frozen=True, slots=True)
class Utterance:
    """One finished stretch of speech: PCM samples and how to read them."""

    pcm: bytes
    format: AudioFormat

    @property
    def seconds(self) -> float:
        """How long it sounds."""
        return self.format.seconds(len(self.pcm))


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said. `sure` is False where the listener must be asked back before anything is told: the words may be others."""

    text: str
    language: Language
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the talk with a language model. Of the user's turns the first is the wish, and each further one changes the story from
    there on. What the assistant's hold, one behind the other, is the story so far: go on from it."""

    role: Role
    content: str
    before: Bible | None = None
    """Of the wish: what is known of the story that this one follows, for a storyteller that reads no prompt."""
    wish: str | None = None
    """Of a change: the child's own words in it, for the same."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What is spoken, saved and resumed as one: usually a sentence, several when they are short, a clause at the very start.

    `index` counts from 0. Joining the `text` of all passages, with `lead` before each, gives back the story: `lead` is the white
    space that stood before it, a blank line where a paragraph begins.
    """

    index: int
    text: str
    lead: str = ""

    @property
    def words(self) -> int:
        """How many words it has."""
        return len(self.text.split())


class EngineState(Enum):
    """Where an engine next door is in its life."""

    UNLOADED = "unloaded"
    LOADING = "loading"
    READY = "ready"
    PROCESSING = "processing"
    UNLOADING = "unloading"


class Gesture(Enum):
    """What somebody did at a button. `DOWN` comes first and at once; the others say, later, what kind of press it was."""

    DOWN = "down"
    """A press has begun."""
    SHORT = "short"
    """It was a short one, and no second followed."""
    HELD = "held"
    """It goes on."""
    LONG = "long"
    """It still goes on, after some seconds."""
    VERY_LONG = "very long"
    """And it still does, so long that nobody does it by accident."""
    RELEASED = "released"
    """The end of one that was held."""
    DOUBLE = "double"
    """It is the second of two short ones; its own `DOWN` came just before."""
    WAKE_WORD = "wake word"
    """Nobody pressed anything: the wake word was said."""
    LOUDER = "louder"
    """A button of its own, which has no other gestures; held, it comes again and again."""
    SOFTER = "softer"
    """The same for the one beside it."""


class State(Enum):
    """What the box is doing."""

    IDLE = "idle"
    LISTENING = "listening"
    THINKING = "thinking"
    TELLING = "telling"
    PAUSED = "paused"
