"""Asking back: who says yes, who says no, and who says nothing."""

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fably.screen import Screen
from fably.settings import load


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """What is written there is typed at a terminal."""
    ours, theirs = os.openpty()
    with os.fdopen(theirs) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        yield ours
    os.close(ours)


@pytest.mark.parametrize(
    ("typed", "meant"), [(b"\n", True), (b"Yes\n", True), (b"no\n", False), (b"what?\n", False), (b"\x04", False)], ids=repr
)
def test_only_a_line_is_an_answer(keyboard: int, typed: bytes, meant: bool) -> None:
    os.write(keyboard, typed)
    screen = Screen(load({}, {"HOME": str(Path.home())}))
    assert asyncio.run(asyncio.wait_for(screen.sure("a story about a fox"), 10)) is meant
