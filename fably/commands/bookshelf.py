"""What a person may want of the stories that came with Fably: which there are, what is in one, and to hear it."""

import sys
from collections import Counter
from dataclasses import replace

from fably.core.errors import LibraryError
from fably.examples.example import Example
from fably.examples.opening import shelf
from fably.lore.values import values
from fably.screen import show
from fably.settings import Settings
from fably.terminal import tell_story
from fably.texts import text


def list_examples(settings: Settings) -> None:
    """Show those in the language that is set: name, age, value, title and hero. Raises `LibraryError`."""
    found = shelf(settings)
    index = found.index() if found else ()
    for one in (one for one in index if one.language == settings.language):
        value = values(one.language).values[one.value].name
        show(f"{one.name:42} {one.ages[0]}-{one.ages[1]}  {value:16} {one.title} ({one.hero})\n", sys.stdout)
    if found is None:
        show(text(settings.language, "shelf.no_examples") + "\n", sys.stderr)
    for language, count in sorted(Counter(one.language for one in index if one.language != settings.language).items()):
        show(text(settings.language, "shelf.more_examples", count=count, other=language) + "\n", sys.stderr)


def called(settings: Settings, name: str) -> Example | None:
    """The one whose name is `name`, or begins so, if there is just one. None as well where there is no shelf that can be read: it is not
    what was asked for."""
    try:
        found = shelf(settings)
        return found.called(name) if found else None
    except LibraryError:
        return None


def show_example(settings: Settings, example: Example) -> None:
    """Show what is known of one, and its text. Raises `LibraryError`."""
    found = shelf(settings)
    facts = {"title": example.title, "language": example.language, "age": "{}-{}".format(*example.ages), "value": example.value}
    for key, value in (facts | {"hero": example.hero, "place": example.place}).items():
        show(f"{key + ':':14} {value}\n", sys.stdout)
    show(f"\n{found.text(example) if found else ''}\n", sys.stdout)


def tell_example(settings: Settings, example: Example) -> int:
    """Tell one in its language, by the voice that is chosen, and keep it as any story; give the exit code. Raises `FablyError`."""
    return tell_story(replace(settings, language=example.language, llm_provider="offline"), example.title)
