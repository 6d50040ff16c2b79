"""What the settings ask of an evening, for one telling; and where the sleep timer has ended it, as info.yaml has that."""

from fably.library.story import LEFT_AT, Story
from fably.settings import Settings
from fably.story.evening import Course, Evening
from fably.story.pipeline import Outcome
from fably.story.prompt import usual_words


def evening_of(settings: Settings, kept: Story | None = None, first: int = 0) -> Evening:
    """How a new story is to be heard, or one that is kept, from its passage `first` on."""
    counts = [len(one.text.split()) for one in kept.passages] if kept else []
    usual = usual_words(settings.language, settings.age)
    whole = sum(counts) if kept and kept.whole else max(sum(counts), usual)
    return Evening(Course(sum(counts[:first]), whole) if settings.bedtime else None, settings.sleep_timer)


def left(outcome: Outcome) -> dict[str, object]:
    """Where it is to be gone on with; nothing for a story that was told to its end."""
    return {} if outcome.left_at is None else {LEFT_AT: outcome.left_at}
