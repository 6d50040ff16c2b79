"""A story to be spoken ahead, and voices of Piper to speak it with."""

from pathlib import Path

import pytest
from next_door import VOICE
from peers import Peers
from rendered import fably, only

from fably.library.story import Story


@pytest.fixture
def seeded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings with which espeak tells the same story each time."""
    for name, value in {"STATE_PATH": "state", "SEED": "7", "OPENER": "no"}.items():
        monkeypatch.setenv(f"FABLY_{name}", value)


@pytest.fixture
def voices(peers: Peers) -> None:
    folder = Path("state/voices")
    folder.mkdir(parents=True)
    peers.tiny_voice(folder.absolute(), VOICE)


@pytest.fixture
def slow_voice(voices: None, peers: Peers) -> None:
    """A voice that takes its time, so that there are many moments to be stopped at."""
    peers.tiny_voice(Path("state/voices").absolute(), VOICE, samples=1024)


@pytest.fixture
def fox(seeded: None) -> Story:
    """A story that espeak has told."""
    assert fably("a fox", "--output", "out.wav").returncode == 0
    return only()


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """An empty library."""
    return tmp_path / "stories"
