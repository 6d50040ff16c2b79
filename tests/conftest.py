"""What every test needs: a clean environment, and a place of its own to be in."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # the fakes and the farm are imported by name

from farm import Farm


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting, key or file of whoever runs the tests reaches them; home is an empty folder with a sound card that is a file."""
    for name in list(os.environ):
        if name.startswith(("FABLY_", "OPENAI_", "XDG_")) or name.lower().endswith("_proxy") or name == "STATE_DIRECTORY":
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    (home / ".asoundrc").write_text(ALSA.format(file=home / "card.raw"), encoding="utf-8")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PYTHONWARNINGS", "error,ignore:'audioop' is deprecated:DeprecationWarning")
    monkeypatch.chdir(tmp_path)


# a real ALSA device that needs no hardware: what is played goes to a file, at no particular speed
ALSA = """\
pcm.!default {{ type plug slave.pcm "card" }}
pcm.card {{ type file slave.pcm "nothing" file "{file}" format "raw" }}
pcm.nothing {{ type null }}
ctl.!default {{ type null }}
"""


@pytest.fixture
def farm() -> Iterator[Farm]:
    """A provider on loopback that does as it is told."""
    with Farm() as one:
        yield one
