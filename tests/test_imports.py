"""What is *not* imported: each kind of run, in a fresh interpreter, loads its own provider and nothing else."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest
from farm import Farm
from peers import Peers

HEAVY = {"openai", "httpx2", "numpy", "sounddevice", "gpiozero", "gradio", "pydantic", "asyncio", "yaml"}

SCRIPT = """
import json, sys
from fably.cli import main
try:
    main(sys.argv[1:])
except SystemExit as left:
    assert not left.code, left.code
print("\\nMODULES " + json.dumps(sorted(sys.modules)))
"""


def modules(*args: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", SCRIPT, *args], capture_output=True, text=True, timeout=60, check=True)
    return set(json.loads(done.stdout.rpartition("MODULES ")[2]))


@pytest.mark.parametrize("args", [["--help"], ["--version"]])
def test_help_loads_nothing(args: list[str]) -> None:
    loaded = modules(*args)
    assert not loaded & HEAVY
    rooms = tuple(f"fably.{one}" for one in ("llm", "tts", "audio", "story", "lore", "triggers", "lights", "web"))
    assert not {name for name in loaded if name.startswith(rooms)}


@pytest.mark.parametrize(
    "args", [["web", "--help"], ["web", "password", "--help"], ["stories"], ["ctl", "--help"], ["a fox", "--output", "story.wav"]]
)
def test_nobody_but_the_page_pays_for_it(args: list[str]) -> None:
    assert not modules(*args) & {"gradio", "pandas", "fastapi", "starlette", "uvicorn", "fably.web", "gradio_app"}


def test_offline_and_espeak_load_no_client() -> None:
    loaded = modules("a fox", "--output", "story.wav")
    assert {"fably.llm.offline", "fably.tts.espeak"} <= loaded
    assert not loaded & {"openai", "httpx2", "pydantic", "numpy", "sounddevice", "fably.llm.openai", "fably.tts.openai", "espeakng_loader"}
    assert not loaded & {"fably.audio.alsa", "fably.audio.mixer", "fably.audio.lasting"}, "the volume of a box is no business of one story"


def test_openai_loads_no_other_provider(farm: Farm) -> None:
    loaded = modules("a fox", "--output", "story.wav", "--llm-url", farm.url, "--tts-url", farm.url)
    assert {"fably.llm.openai", "fably.tts.openai"} <= loaded
    assert not {name for name in loaded if name.startswith(("fably.lore.telling", "fably.llm.offline", "fably.tts.espeak", "numpy", "av"))}


def test_a_fallback_is_loaded_at_the_fault_that_calls_it(farm: Farm) -> None:
    farm.chat = "500"
    loaded = modules("a fox", "--output", "story.wav", "--llm-url", farm.url, "--tts-url", farm.url)
    assert "fably.llm.offline" in loaded
    assert "fably.tts.espeak" not in loaded


def test_piper_loads_nothing_heavy_here(peers: Peers, monkeypatch: pytest.MonkeyPatch) -> None:
    if importlib.util.find_spec("piper") is None:
        pytest.skip("piper-tts is not installed; ./tools/test installs it")
    folder = Path("state", "voices")
    folder.mkdir(parents=True)
    peers.tiny_voice(folder.absolute(), "en_US-tiny-low")
    monkeypatch.setenv("FABLY_STATE_PATH", "state")
    loaded = modules("a fox", "--output", "story.wav", "--tts-provider", "piper")
    assert "fably.tts.piper" in loaded
    assert not loaded & {"piper", "onnxruntime", "numpy", "openai", "fably.engines.piper", "fably.tts.espeak"}
