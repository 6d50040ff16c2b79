"""`fably doctor` as a person calls it: a real process, with a cloud, a home and a sound card of its own."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from farm import Farm
from ran import ran


@dataclass
class Visit:
    """What came of it."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found

    def of(self, check: str) -> list[dict[str, Any]]:
        """The findings of a check."""
        return [one for one in self.json["findings"] if one["check"] == check]


def only(found: list[dict[str, Any]]) -> dict[str, Any]:
    """The one that there is."""
    assert len(found) == 1, found
    return found[0]


Doctor = Callable[..., Visit]


@pytest.fixture
def doctor() -> Doctor:
    """Calls `fably doctor` with flags and variables. Every line that is not well says what to do."""

    def call(*args: str, **environ: str) -> Visit:
        done = ran("doctor", *args, **environ)
        assert "Traceback" not in done.stderr or "--debug" in args
        visit = Visit(done.returncode, done.stdout, done.stderr)
        if "--json" in args and done.returncode < 2:
            assert visit.json["ok"] is (done.returncode == 0)
            assert all(one["fix"] for one in visit.json["findings"] if one["status"] != "ok"), visit.json
        return visit

    return call


@pytest.fixture
def cloud(farm: Farm) -> dict[str, str]:
    """The variables that send words, voice and ear to the farm."""
    return {"OPENAI_BASE_URL": farm.url}
