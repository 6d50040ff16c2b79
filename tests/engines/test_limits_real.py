"""In a control group that is too small for the voice, the story is told to its end: by another, and nobody else is killed."""

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from control_group import ControlGroup, control_group
from next_door import needs_piper
from peers import Peers
from telling import STATE, WORDS, environment, length, told, with_voices

pytestmark = needs_piper
MB = 1_000_000
LIMIT = 160 * MB


@pytest.fixture(scope="module")
def voices(peers: Peers, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that takes 193 MB, and one that takes 290."""
    folder = tmp_path_factory.mktemp("voices")
    for quality in ("medium", "high"):
        peers.heavy_voice(folder, f"en_US-heavy-{quality}", quality)
    return folder


@pytest.fixture
def group() -> Iterator[ControlGroup]:
    with control_group(LIMIT) as one:
        yield one


def fably(group: ControlGroup) -> "subprocess.CompletedProcess[str]":
    """Fably in the group. It tells the same story as espeak without any group does, and each passage is heard once."""
    done = group.run([*WORDS, "--tts-provider", "piper", "--debug"], env=environment(), timeout=300)
    assert done.returncode == 0, done.stderr
    found = told()
    assert length(Path("out.wav")) == pytest.approx(sum(found.seconds), abs=0.01)
    with_voices()
    subprocess.run([*WORDS, "--tts-provider", "espeak"], env=environment(), capture_output=True, timeout=300, check=True)
    other = told()
    assert (found.text, found.passages) == (other.text, other.passages)
    assert found.seconds == pytest.approx(other.seconds, rel=0.1, abs=0.1), "not a word of the one that does not fit"
    return done


def learned_wrong(voice: Path) -> None:
    """What is known of the voice on this machine is much less than it takes."""
    now = {"size": voice.stat().st_size, "peak": 20 * MB, "speed": 0.1, "at": round(time.time())}
    (STATE / "engines.json").write_text(json.dumps({f"piper {voice.stem}": now}), encoding="utf-8")


def test_what_does_not_fit_into_the_group_is_not_loaded(group: ControlGroup, voices: Path) -> None:
    with_voices(voices / "en_US-heavy-medium.onnx")
    done = fably(group)
    assert "needs 212 MB of memory and there are 1" in done.stderr
    assert "The espeak voice speaks." in done.stderr
    assert "is loaded after" not in done.stderr
    assert group.killed == 0


@pytest.mark.parametrize(("quality", "limit", "needed"), [("high", LIMIT, 267), ("medium", 130 * MB, 212)])
def test_what_the_kernel_kills_is_the_engine_and_the_story_goes_on(
    group: ControlGroup, voices: Path, quality: str, limit: int, needed: int
) -> None:
    """The one while it loads, the other at its first words."""
    group.bound(limit)
    voice = voices / f"en_US-heavy-{quality}.onnx"
    with_voices(voice)
    learned_wrong(voice)
    done = fably(group)
    (death,) = (line for line in done.stderr.splitlines() if "has died: " in line)
    assert death.endswith("ended with SIGKILL")
    assert group.killed == 1, "nobody else"
    assert f"needs {needed} MB of memory and there are" in done.stderr, "what was learned of it counts no more"
    assert "The espeak voice speaks." in done.stderr
