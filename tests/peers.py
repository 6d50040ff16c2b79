"""Programs that we did not write, started on loopback: what Fably must get on with. `tools/peers` installs them into .venv-peers."""

import contextlib
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from ports import free_port
from wyoming.event import read_event

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".venv-peers" / "bin" / "python"
SAMPLES = 512
"""How long each id of a tiny voice sounds."""


class Peers:
    """Starts them. Where they are not installed, the test that asks is skipped, saying why."""

    def __init__(self) -> None:
        if not PYTHON.exists():
            pytest.skip("there is no .venv-peers; ./tools/peers makes it")

    def tiny_voice(
        self, folder: Path, name: str, *, hertz: int = 22_050, language: str = "en_US", speakers: str = "", samples: int = SAMPLES
    ) -> None:
        """Build a voice that the real Piper loads. See tiny_voice.py for how it sounds. `speakers`: names, with commas between."""
        _build("tiny_voice.py", folder / f"{name}.onnx", str(hertz), language, str(samples), speakers)

    def heavy_voice(self, folder: Path, name: str, quality: str, *, language: str = "en_US") -> None:
        """Build a voice that weighs what Piper's of that quality do: x_low, medium or high. See heavy_voice.py."""
        _build("heavy_voice.py", folder / f"{name}.onnx", quality, language)

    def files(self, path: str) -> list[Path]:
        """A file that one of them carries; none where it is not installed."""
        return list(PYTHON.parent.parent.glob(f"lib/python3*/site-packages/{path}"))

    def piper(self, folder: Path, voice: str) -> AbstractContextManager["Peer"]:
        """wyoming-piper with the voices in `folder`."""
        return _started(["-m", "wyoming_piper", "--voice", voice, "--data-dir", str(folder)])

    def openai(self, url: str) -> AbstractContextManager["Peer"]:
        """wyoming-openai in front of a server that speaks the OpenAI protocol at `url`: recogniser "whisper-1", voice "fable"."""
        if not list(PYTHON.parent.parent.glob("lib/python3*/site-packages/wyoming_openai")):
            pytest.skip("wyoming-openai is not in .venv-peers, for it needs Python 3.12")
        words = ["-m", "wyoming_openai", "--languages", "en", "tr"]
        for kind in ("stt", "tts"):
            words += [f"--{kind}-openai-url", url, f"--{kind}-openai-key", "k", f"--{kind}-backend", "OPENAI"]
        return _started([*words, "--stt-models", "whisper-1", "--tts-models", "tts-1", "--tts-voices", "fable"])


class Peer:
    """A running program. `address` is where it listens, `log` what it says."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.process, self.port, self.log = process, port, log
        self.address = f"tcp://127.0.0.1:{port}"

    def ready(self) -> bool:
        """Whether it answers when it is asked to describe itself."""
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 30) as there:
            there.sendall(b'{"type": "describe"}\n')
            with there.makefile("rb") as stream:
                answer = read_event(stream)
            return answer is not None and answer.type == "info"
        return False


def _build(script: str, voice: Path, *words: str) -> None:
    command = [str(PYTHON), str(Path(__file__).with_name(script)), str(voice), *words]
    done = subprocess.run(command, env=_environment("/"), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


@contextlib.contextmanager
def _started(words: Sequence[str]) -> Iterator[Peer]:
    with tempfile.TemporaryDirectory() as home:
        log = Path(home) / "log"
        port = free_port()
        words = [str(PYTHON), *words, "--uri", f"tcp://127.0.0.1:{port}"]
        with log.open("wb") as out:
            process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=_environment(home))
        one = Peer(process, port, log)
        try:
            end = time.monotonic() + 120  # it reads 70 MB of libraries, perhaps for the first time
            while not one.ready():
                assert process.poll() is None, f"{words[2]} ended: {log.read_text()}"
                assert time.monotonic() < end, f"{words[2]} does not answer: {log.read_text()}"
                time.sleep(0.05)
            yield one
        finally:
            process.kill()
            process.wait()


def _environment(home: str) -> dict[str, str]:
    """Ours, without what tells our own Python how to behave; and onnxruntime is to tell nobody anything."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "WYOMING", "STT_", "TTS_"))}
    return {**ours, "HOME": home, "ORT_DISABLE_TELEMETRY": "1"}
