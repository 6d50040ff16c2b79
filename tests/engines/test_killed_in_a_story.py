"""Whenever the engine is killed while a whole `fably` tells a story, no passage of it is lost, and none is told twice."""

import os
import random
import signal
import subprocess
from pathlib import Path
from typing import IO

import psutil
import pytest
from next_door import VOICE, needs_piper
from peers import Peers
from telling import WORDS, Told, environment, told, with_voices

pytestmark = needs_piper
HEADER = 44
CHANCE = random.Random(5)  # noqa: S311 - the same each time
MOMENTS = [0.0, *sorted(round(CHANCE.uniform(0, 0.9), 3) for _ in range(19))]


@pytest.fixture(scope="module")
def voice(peers: Peers, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("voices")
    peers.tiny_voice(folder, VOICE)
    return folder / f"{VOICE}.onnx"


def engine_of(fably: psutil.Process) -> psutil.Process | None:
    """The process of Piper, if there is one at the moment."""
    for one in fably.children():
        try:
            if "fably.engines.piper" in one.cmdline():
                return one
        except psutil.NoSuchProcess:
            pass
    return None


def heard(sound: IO[bytes], most: int) -> int:
    """Listen to so many bytes, or to the end; how many there were."""
    count = 0
    while count < most and (pcm := sound.read1(min(65_536, most - count))):  # type: ignore[attr-defined]
        count += len(pcm)
    return count


def tell(voice: Path, provider: str, kill_after: int | None = None) -> tuple[Told, int]:
    """The story, and how many bytes were heard of it. The engine is killed when `kill_after` have been, and it is there."""
    with_voices(voice)
    environ = environment(FABLY_OUTPUT="-", FABLY_TTS_PROVIDER=provider)
    with subprocess.Popen(WORDS, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as fably:
        assert fably.stdout
        assert fably.stderr
        count = heard(fably.stdout, kill_after or 0)
        if kill_after is not None:
            while not (engine := engine_of(psutil.Process(fably.pid))):
                assert fably.poll() is None, "it has ended"
            os.kill(engine.pid, signal.SIGKILL)
        count += heard(fably.stdout, 10**12)
        said = fably.stderr.read().decode()
    assert fably.returncode == 0, said
    return told(), count - HEADER


@pytest.fixture(scope="module")
def unharmed(voice: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Told, Told, int]:
    """The same story told by Piper alone and by espeak alone, and the bytes of the first."""
    before = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("unharmed"))
    try:
        piper, size = tell(voice, "piper")
        espeak, _size = tell(voice, "espeak")
    finally:
        os.chdir(before)
    assert (piper.tellers, espeak.tellers) == (["piper"], ["espeak"])
    assert piper.text == espeak.text
    return piper, espeak, size


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_any_moment_every_passage_is_told_once(voice: Path, unharmed: tuple[Told, Told, int], moment: float) -> None:
    piper, espeak, size = unharmed
    story, count = tell(voice, "piper", int(size * moment))
    assert (story.text, story.passages) == (piper.text, piper.passages)
    assert count == pytest.approx(sum(story.seconds) * 22_050 * 2, abs=2), "what is heard is what is kept"
    odd = []
    for found, one, other in zip(story.seconds, piper.seconds, espeak.seconds, strict=True):
        if found != pytest.approx(one) and found != pytest.approx(other, rel=0.05, abs=0.05):
            odd.append((found, one, other))
    assert len(odd) <= 1, "only the passage that was cut off is begun again"
    assert all(min(one, other) < found < one + max(one, other) * 1.05 for found, one, other in odd)
