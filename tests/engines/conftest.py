"""What the tests of engines share."""

import os
from pathlib import Path

import pytest

from fably.engines.table import ENGINES, Engine


@pytest.fixture(autouse=True)
def engines(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine of these tests can be started, and is in the table: it is expected to take 100 MB."""
    known = os.environ.get("PYTHONPATH")
    monkeypatch.setenv("PYTHONPATH", f"{Path(__file__).parent}" + f":{known}" * bool(known))
    monkeypatch.setitem(ENGINES, "noise", Engine("noisy_engine", 100_000_000, 1.0))
