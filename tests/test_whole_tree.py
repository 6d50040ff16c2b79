"""What is imported in any process of a run, ours and those next door: on a Pi Zero with cloud services no numpy and no onnxruntime."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from farm import Farm
from next_door import VOICE, needs_piper
from peers import Peers
from test_asking import say
from watching import Watch

ROOT = Path(__file__).parent.parent
HEAVY = {"numpy", "onnxruntime"}


def fably(watch: Watch, *args: str, **environ: str) -> None:
    """Run a command in the watched tree."""
    paths = [str(watch.path.absolute()), str(ROOT), os.environ.get("PYTHONPATH", "")]
    done = subprocess.run(
        [sys.executable, "-m", "fably", *args], capture_output=True, text=True, timeout=120, check=False, stdin=subprocess.DEVNULL,
        env={**os.environ, **environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_a_pi_zero_with_cloud_services_has_no_numpy_in_any_process(farm: Farm, tmp_path: Path) -> None:
    """A wish that is spoken, a story played on the card, the next one with its opener, and what is done when nobody needs the box."""
    farm.said = "a story about a hedgehog"
    watch = Watch(tmp_path / "watch")
    cloud = {"OPENAI_BASE_URL": farm.url, "OPENAI_API_KEY": "k"}
    fably(watch, "--pi-zero-mode", "--query-file", say("anything"), **cloud)
    fably(watch, "--pi-zero-mode", "a fox", **cloud)
    packs = importlib.util.find_spec("av") is not None
    if packs:
        fably(watch, "--pi-zero-mode", "stories", "pack")
    seen = watch.seen()
    asked_for = {name for names in seen for name in names}
    assert {"openai", "sounddevice", "fably.llm.openai", "fably.tts.openai", "fably.stt.openai"} <= asked_for
    assert ("fably.audio.compacting" in asked_for) is packs
    assert not HEAVY & asked_for
    assert {where for where, _body in farm.requests} >= {"/v1/chat/completions", "/v1/audio/speech", "/v1/audio/transcriptions"}


@needs_piper
def test_the_watch_sees_what_an_engine_imports_though_it_is_killed(peers: Peers, tmp_path: Path) -> None:
    voices = Path("state", "voices")
    voices.mkdir(parents=True)
    peers.tiny_voice(voices.absolute(), VOICE)
    watch = Watch(tmp_path / "watch")
    fably(watch, "a fox", "--tts-provider", "piper", "--no-opener", "--output", "story.wav", FABLY_STATE_PATH="state")
    ours, engine = sorted(watch.seen(), key=lambda names: "fably.engines.piper" in names)
    assert engine >= HEAVY
    assert not HEAVY & ours
