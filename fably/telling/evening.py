"""What the settings ask of an evening, for one telling; and where the sleep timer has ended it, as info.yaml has that."""

from fably.library.story import LEFT_AT, Story
from fably.settings import Settings
from fably.story.evening import Course, Evening
from fably.story.pipeline import Outcome
from fably.story.prompt import usual_words
from fably.story.slowing import Slowing

PACE = "pace"
"""The key in info.yaml of how fast the last passage was spoken, against the usual tempo."""


def evening_of(settings: Settings, kept: Story | None = None, first: int = 0, *, anew: bool = False) -> Evening:
    """How a new story is to be heard, or one that is kept, from its passage `first` on; `anew` is spoken what has a sound as well."""
    counts = [one.words for one in kept.passages] if kept else []
    usual = usual_words(settings.language, settings.age, settings.length)
    whole = sum(counts) if kept and kept.whole else max(sum(counts), usual)
    if not settings.bedtime:
        return Evening(sleep_timer=settings.sleep_timer)
    course = Course(sum(counts[:first]), whole)
    noted = kept.info.get(PACE) if kept and (first or (kept.clips and not anew)) else None  # its sound comes before what is spoken now
    return Evening(course, Slowing(course, float(noted) if isinstance(noted, int | float) else 1.0), settings.sleep_timer)


def paced(evening: Evening) -> dict[str, object]:
    """How slowly the voice has come to speak, as info.yaml has it, for whoever goes on with the story; nothing for the usual tempo."""
    return {PACE: round(evening.pace.now, 3)} if evening.pace and evening.pace.now < 1 else {}


def left(outcome: Outcome) -> dict[str, object]:
    """Where it is to be gone on with; nothing for a story that was told to its end."""
    return {} if outcome.left_at is None else {LEFT_AT: outcome.left_at}
