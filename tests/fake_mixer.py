"""A sound card with a mixer, for the real libasound: fake_mixer.c, compiled once, and told by the environment what controls it has."""

import shutil
import subprocess
from pathlib import Path

import pytest


def compiled(folder: Path) -> Path:
    """The plugin, in `folder`. Skips where there is no C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("there is no C compiler to make a fake mixer with; install gcc")
    library = folder / "fake_mixer.so"
    source = Path(__file__).with_suffix(".c")
    subprocess.run([compiler, "-shared", "-fPIC", "-Wall", "-Werror", "-o", library, source, "-l:libasound.so.2"], check=True, timeout=120)
    return library


class FakeMixer:
    """The controls of the default card."""

    def __init__(self, library: Path, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._file, self._monkeypatch = file, monkeypatch
        monkeypatch.setenv("FAKE_MIXER_LIBRARY", str(library))
        monkeypatch.setenv("FAKE_MIXER_FILE", str(file))

    def has(self, *controls: str) -> None:
        """The card has these, each "NAME:least most softest loudest value", with hundredths of a decibel."""
        self._monkeypatch.setenv("FAKE_MIXER_CONTROLS", ",".join(controls))

    def breaks(self) -> None:
        """From now on nothing can be set."""
        self._monkeypatch.setenv("FAKE_MIXER_BROKEN", "yes")

    def set_to(self, name: str = "PCM Playback Volume") -> list[int]:
        """The values to which a control has been set, in order."""
        lines = self._file.read_text(encoding="utf-8").splitlines() if self._file.exists() else []
        return [int(line.removeprefix(f"{name} ")) for line in lines if line.startswith(f"{name} ")]
