"""GPIO pins that a test drives, by gpiozero's own mock; and a terminal that a test types at."""

import os
import pty
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def pins(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """gpiozero's pin factory for tests, in force."""
    gpiozero = pytest.importorskip("gpiozero", reason="gpiozero is not installed; ./tools/test installs it")
    from gpiozero.pins.mock import MockFactory, MockPWMPin

    factory = MockFactory(pin_class=MockPWMPin)
    monkeypatch.setattr(gpiozero.Device, "pin_factory", factory)
    yield factory
    factory.reset()


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """Both ends of a terminal: where a person types, and what a program has for standard input."""
    person, program = pty.openpty()
    yield person, program
    for end in (person, program):
        os.close(end)
