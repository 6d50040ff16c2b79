"""The models that Fably asks for, against what their vendor says of their end: the deprecation notes inside the `openai` package."""

import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import openai
import pytest

from fably.providers.endings import ENDINGS
from fably.providers.vendors import VENDORS

WRITTEN = date(2026, 11, 21)
LASTS = timedelta(180)
"""What a model must have before it, from today on, to be a default of ours."""
_ANNOUNCED = re.compile(r"Announced\s+shutdown\s+date")
_NOTE = re.compile(r'-\s+((?:"[^"]+",\s+)*"[^"]+"):\s+' + _ANNOUNCED.pattern + r":\s+(\d{4}-\d\d-\d\d)")


@cache
def noted() -> dict[str, date]:
    """Every model of the notes that has a date."""
    found: dict[str, date] = {}
    for file in sorted((Path(openai.__file__).parent / "types").rglob("*.py")):
        content = file.read_text(encoding="utf-8")
        notes = _NOTE.findall(content)
        assert len(notes) == len(_ANNOUNCED.findall(content)), f"a note in {file.name} has another shape"
        for names, day in notes:
            for name in re.findall(r'"([^"]+)"', names):
                assert found.setdefault(name, date.fromisoformat(day)) == date.fromisoformat(day), f"{name} has two ends"
    return found


def test_the_notes_are_where_they_were() -> None:
    assert len(noted()) >= 20
    assert noted()["tts-1"] == date(2027, 1, 6)


def ours() -> list[tuple[str, str, date | None]]:
    return [(kind, one.name, one.ends) for kind, models in VENDORS["openai"].models.items() for one in models]


@pytest.mark.parametrize(("kind", "name", "ends"), ours())
def test_no_default_of_ours_ends_soon(kind: str, name: str, ends: date | None) -> None:
    end = min(ends or date.max, noted().get(name, date.max))
    assert end > max(WRITTEN, date.today()) + LASTS, f"{kind}: {name} ends on {end}; put a model that lasts in its place"


@pytest.mark.parametrize(("kind", "name", "ends"), ours())
def test_an_end_that_is_known_of_a_default_stands_in_its_table(kind: str, name: str, ends: date | None) -> None:
    assert ends == noted().get(name), f"{kind}: the notes say that {name} ends on {noted().get(name)}"


def test_every_end_that_is_known_is_in_the_long_list() -> None:
    missing = {name: str(day) for name, day in noted().items() if ENDINGS["openai"].get(name) != day}
    assert missing == {}
