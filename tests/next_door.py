"""Engines next door, for tests: which can be had, tiny voices of Piper and what they say, and whether a process is left."""

import asyncio
import contextlib
import importlib.util
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from peers import SAMPLES
from ports import free_port
from wyoming.client import AsyncClient

from fably.engines.pool import Pool
from fably.engines.rules import Rules
from fably.tts.piper import PiperVoice

VOICE, OTHER = "en_US-tiny-low", "tr_TR-tiny-low"
SENTENCE = "Once upon a time, there was a fox."
STORY = [f"{SENTENCE} It was the {count} evening, and it went out, over the hill, to look for a star that fell." for count in range(12)]

HEARD = "tell me a story about a dragon"
"""What a tiny Whisper hears in whatever is said."""

needs_piper = pytest.mark.skipif(importlib.util.find_spec("piper") is None, reason="piper-tts is not installed; ./tools/test installs it")

needs_wakeword = pytest.mark.skipif(
    importlib.util.find_spec("pyopen_wakeword") is None or importlib.util.find_spec("pymicro_wakeword") is None,
    reason="pyopen-wakeword and pymicro-wakeword are not installed; ./tools/test installs them",
)

needs_whisper = pytest.mark.skipif(
    importlib.util.find_spec("faster_whisper") is None, reason="faster-whisper is not installed; ./tools/test installs it"
)


def a_whisper(folder: Path, *arguments: str) -> Path:
    """A tiny model of Whisper in this folder, made by tiny_whisper.py."""
    script = Path(__file__).with_name("tiny_whisper.py")
    subprocess.run([sys.executable, script, folder, HEARD, *arguments], capture_output=True, text=True, timeout=120, check=True)
    return folder


def a_voice(folder: Path, **changed: Any) -> PiperVoice:
    at_once_gone = Pool(Rules(idle_seconds=0))  # what is closed has no process left
    settings: dict[str, Any] = {"folder": folder, "language": "en", "voice": None, "pool": at_once_gone, **changed}
    return PiperVoice(**settings)


def of_letters(count: int) -> int:
    """Bytes of a sentence of that many, by a tiny voice."""
    return (2 * count + 3) * SAMPLES * 2


def nothing_is_left() -> bool:
    """Whether this process has no child, not even a dead one."""
    return psutil.Process().children() == []


def wait_until_gone(pid: int) -> None:
    """Wait for the end of a process, which may be nobody's child any more, and so stay a zombie."""
    end = time.monotonic() + 60
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < end, "it lives on"
        time.sleep(0.01)


@contextlib.contextmanager
def served(module: str, *arguments: str, uri: str = "") -> Iterator[str]:
    """An engine that is a server of its own, at `uri` or at a free port: its address."""
    uri = uri or f"tcp://127.0.0.1:{free_port()}"
    words = [sys.executable, "-m", module, *arguments, "--uri", uri]
    with subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            end = time.monotonic() + 60
            while not asyncio.run(_listens(uri)):
                assert process.poll() is None, process.stderr and process.stderr.read()
                assert time.monotonic() < end
                time.sleep(0.05)
            yield uri
        finally:
            process.kill()


async def _listens(uri: str) -> bool:
    try:
        async with AsyncClient.from_uri(uri):
            return True
    except OSError:
        return False
