"""A library with stories in it, made as a telling makes them."""

from datetime import datetime, timedelta
from pathlib import Path

from farm.sound import tone

from fably.core.types import AudioFormat, Passage
from fably.library.writer import Writer

FORMAT = AudioFormat(16_000)
HOSTILE = '<script>alert(1)</script><img src=x onerror="document.title=1"> & "friends"'
STORIES = {"a-fox-000001": "a fox", "ayin-sarkisi-000002": "ayın şarkısı", "hostile-000003": HOSTILE}
"""The wishes, by the names of the stories."""
FIRST, SECOND = "Once upon a time there was a fox. ", "It slept well."
BEGAN = datetime(2026, 11, 1, 19, 30)


def fill(root: Path, stories: dict[str, str] | None = None, seconds: float = 1.0) -> None:
    """Put stories below `root`, each of two passages of so many seconds."""
    for number, (name, wish) in enumerate((STORIES if stories is None else stories).items()):
        info = {"query": wish, "language": "en", "created": str(BEGAN + timedelta(minutes=number))}
        writer = Writer(root, name, info, FORMAT)
        for index, words in enumerate((FIRST, f"{wish}. {SECOND}")):
            writer.passage(Passage(index, words.strip(), "\n\n" if index else ""))
            writer.sound(tone("x" * round(seconds * 100), FORMAT.rate))
        writer.finish(complete=True, name=name, info=info)
