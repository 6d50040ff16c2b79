"""Where a story is: what was wished for, how far it has been heard, and what is kept of it. So it can be gone on with, and shown."""

from dataclasses import dataclass, field

from fably.box.remote import Manner, Told
from fably.core.types import Passage
from fably.library.story import Story
from fably.story.pipeline import Outcome

USUAL_WORDS = 500
"""Of a story, as far as is known before it ends: what the prompt asks for where nobody says otherwise."""


@dataclass
class Place:
    """A story that is being told, or was until somebody silenced it."""

    wish: str
    manner: Manner
    kept: Story | None = None
    """The story as it was kept when this telling began; None for a new one."""
    of: Story | None = None
    """The story that this one follows, or was until it was changed."""
    outcome: Outcome = field(default_factory=Outcome)
    passage: int = 0
    """The index of the one that was heard last."""
    begun: bool = False
    """Whether anything was heard."""
    usual: int = USUAL_WORDS
    """How many words a new one has, about."""
    _words: int = 0

    def __post_init__(self) -> None:
        known = self.kept or self.of
        if known is not None:  # who goes on with half a story has half of it behind them
            self._words = sum(one.words for one in known.passages[: self.passage])

    def hears(self, passage: Passage) -> None:
        """Note that `passage` begins to be heard."""
        self.passage, self.begun = passage.index, True
        self._words += passage.words

    def told(self) -> Told:
        """For those who look on."""
        folder, kept = self.outcome.kept, self.kept
        count = len(kept.passages) if kept is not None and kept.whole else None
        # how long a new story becomes nobody knows: it is never said to be at its end before it is
        progress = self.passage / max(count, 1) if count else min(self._words / self.usual, 0.95)
        return Told(folder.name if folder else None, self.title, self.passage, count, progress, self.manner.aloud)

    @property
    def title(self) -> str:
        """What a person would call it."""
        known = self.kept or self.of
        return known.title if known is not None else self.wish
