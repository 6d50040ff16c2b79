"""What the tests of fetching share."""

from collections.abc import Iterator

import pytest
from fetched import NAME
from mirror import Mirror

from fably.voicebank import fetching


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    with Mirror() as one:
        one.add(NAME)
        one.add("en_GB-aru-low", b"\x08another", speakers=12)
        one.add("tr_TR-fahrettin-medium", b"\x08turkish", language="Turkish")
        yield one


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "PAUSE", 0.01)
