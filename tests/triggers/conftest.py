"""A terminal that a test types at."""

import os
import pty
from collections.abc import Iterator

import pytest


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """Both ends of a terminal: where a person types, and what a program has for standard input."""
    person, program = pty.openpty()
    yield person, program
    for end in (person, program):
        os.close(end)
