"""What a box can be asked to do from afar, by the control socket: `Appliance` is one. Nothing here waits for the box to have done it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from fably.core.errors import FablyError
from fably.core.types import Language, Length, Passage, State, Transcript
from fably.library.story import Story

Kind = Literal["short", "double", "long"]
"""A kind of press."""


class NotNow(FablyError):
    """The box cannot do that at this moment; the text says why, in the language of the box."""


@dataclass(frozen=True)
class Told:
    """The story that is being told, made or paused."""

    name: str | None
    """Its name in the library, as soon as it has one there."""
    title: str
    """What a person would call it: its title, or else the wish."""
    passage: int = 0
    """The index of the one that is heard."""
    passages: int | None = None
    """How many there are, as soon as that is known."""
    progress: float = 0.0
    """How much of it has been heard, from 0 to 1; an estimate where its length is not known yet."""
    aloud: bool = True
    """False while it is made and kept, and not played."""


@dataclass(frozen=True)
class Loudness:
    """How loud it is, and may be, in percent."""

    now: int
    least: int
    most: int


@dataclass(frozen=True)
class Status:
    """What the box is doing. `voice` and `words` are the names of those who speak and make up stories now, for people."""

    state: State
    story: Told | None
    volume: Loudness
    language: Language
    voice: str
    words: str


@dataclass(frozen=True)
class Manner:
    """How a story is to be told, other than as it is set: for this one only. None is as it is set."""

    aloud: bool = True
    """False: it is made and kept, and not played."""
    age: int | None = None
    language: Language | None = None
    length: Length | None = None
    shipped: bool = False
    """It came with Fably, and is told as it is written, whoever else makes up stories."""


@dataclass(frozen=True)
class Changed:
    """Something in the status is other than before: the state, or which story it is."""


@dataclass(frozen=True)
class Louder:
    """The volume has changed, by whomever, upwards or downwards."""


@dataclass(frozen=True)
class Began:
    """A passage begins to be heard (or, of a story that is not told aloud, has been made)."""

    story: Told
    passage: Passage


@dataclass(frozen=True)
class Shelved:
    """A telling has left its story in the library: whole, or as far as it was heard."""

    name: str
    """The story's, in the library."""


@dataclass(frozen=True)
class EndsIn:
    """The story that is being told ends in so many seconds, about."""

    seconds: int


News = Changed | Louder | Began | Shelved | EndsIn
Listener = Callable[[News], None]
"""Is told of what happens, on the loop, as it happens. It neither waits nor raises."""


class Box(Protocol):
    """What is asked of it begins, and whatever was going on ends: all but `hear` and `room` return at once, and these end nothing.

    Whatever it cannot do, it says with a `FablyError`: `NotNow` when a moment later it might, `ConfigError` for what makes no sense.
    A fault that shows only later is the box's own business, as after a press.
    """

    def status(self) -> Status:
        """What it is doing now."""
        ...

    def watch(self, listener: Listener) -> Callable[[], None]:
        """Have `listener` told of everything from now on; what is given back ends that."""
        ...

    def press(self, kind: Kind) -> None:
        """As at the button: its `DOWN`, and then what kind of press it was."""
        ...

    def tell(self, wish: str, manner: Manner) -> None:
        """Tell the story of `wish`, which has been cleaned; an empty one is a story of Fably's choosing."""
        ...

    def retell(self, story: Story, first: int, manner: Manner) -> None:
        """Tell a kept story from its passage `first` on, which it has."""
        ...

    def sequel(self, story: Story, manner: Manner) -> None:
        """Tell what happened next, after the end of `story`."""
        ...

    def stop(self) -> None:
        """Never mind: silent, idle. The place is kept."""
        ...

    def pause(self) -> None:
        """Silent, and ready to go on. Nothing where it is silent already."""
        ...

    def resume(self) -> None:
        """Go on with what was paused or stopped, from the start of the same sentence. Raises `NotNow` when there is nothing."""
        ...

    def again(self) -> None:
        """Back to the start of this story, or else of the last. Raises `NotNow` when there is none."""
        ...

    def next_voice(self) -> None:
        """Go on with the next voice, from the same sentence. Raises `NotNow` where there is only one."""
        ...

    def volume(self, percent: int) -> int:
        """Make it so loud, within its bounds; gives how loud it is now."""
        ...

    def say_digits(self, digits: str) -> None:
        """Say the digits aloud, slowly and twice: somebody who may hear the box may pair with it."""
        ...

    def preview(self, voice: str, sentence: str | None) -> None:
        """Have the voice called so say `sentence`, or a line of the box's own."""
        ...

    async def hear(self, sound: bytes, language: Language | None) -> Transcript:
        """Understand the wish in `sound`, 16-bit mono of 16 kHz, of which nothing is kept; without words where nobody speaks. None is the
        box's own language. Raises `NotNow` where the recogniser is the child's at this moment, `ProviderError` where nobody understands."""
        ...

    async def room(self) -> None:
        """Have idle engines leave; returns when they have."""
        ...

    def restart(self) -> None:
        """End what is going on, and begin anew with what is set then. Returns at once; whoever lives by `live` sees to it."""
        ...
