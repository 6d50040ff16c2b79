"""No engine talks to anyone but its parent: its sockets are watched while it loads and works."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest
from errands import run_errand
from next_door import VOICE, a_whisper
from peers import Peers
from wyoming.event import Event

from fably.engines.child import Child, start
from fably.engines.table import ENGINES


def arguments_of(engine: str, peers: Peers, folder: Path) -> list[str]:
    """For an engine that is here; otherwise the test is skipped. A new one needs a line here, and one in errands.py."""
    packages = {"piper": "piper", "whisper": "faster_whisper", "wakeword": "pyopen_wakeword"}
    if not find_spec(packages[engine]):
        pytest.skip(f"{packages[engine]} is not installed; ./tools/test installs it")
    if engine == "piper":
        peers.heavy_voice(folder, VOICE, "x_low")
        return ["--voice", str(folder / f"{VOICE}.onnx")]
    if engine == "whisper":
        return ["--model", str(a_whisper(folder / "tiny"))]
    return ["--engine", "openwakeword", "--model", "hey_jarvis"]


class Watch:
    """Looks at the sockets of all our children, again and again."""

    def __init__(self) -> None:
        self.strange: set[str] = set()
        """What was seen that is not a pair of sockets without a name, which leads to nobody else."""
        self.looks: dict[int, int] = {}
        """How often each child was looked at."""
        self._over = threading.Event()

    def look_on(self) -> None:
        while not self._over.is_set():
            for child in psutil.Process().children():
                self._look_at(Path("/proc", str(child.pid)))
                self.looks[child.pid] = self.looks.get(child.pid, 0) + 1

    @contextmanager
    def on(self) -> Iterator[None]:
        thread = threading.Thread(target=self.look_on)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _look_at(self, process: Path) -> None:
        try:
            sockets = {file: link for file in (process / "fd").iterdir() if (link := str(file.readlink())).startswith("socket:")}
            # /proc/PID/net has the sockets of everybody: their numbers tell which are its own
            known = [line.split() for line in (process / "net" / "unix").read_text(encoding="utf-8", errors="replace").splitlines()[1:]]
            nameless = {f"socket:[{words[6]}]" for words in known if len(words) == 7}
            self.strange |= {link for file, link in sockets.items() if link not in nameless and str(file.readlink()) == link}
        except OSError:  # it is gone, or the socket that was looked at
            pass


@asynccontextmanager
async def started(engine: str, arguments: Sequence[str] = ()) -> AsyncIterator[Child]:
    child = await start(engine, ENGINES[engine].module, arguments)
    try:
        yield child
    finally:
        await child.end()


@pytest.mark.parametrize("engine", ENGINES)
def test_it_talks_to_its_parent_alone(engine: str, peers: Peers, tmp_path: Path) -> None:
    arguments, watch = arguments_of(engine, peers, tmp_path), Watch()

    async def scene() -> int:
        async with started(engine, arguments) as child:
            for _ in range(5):
                await run_errand(engine, child)
            assert psutil.Process(child.process.pid).environ()["ORT_DISABLE_TELEMETRY"] == "1"
            return child.process.pid

    with watch.on():
        pid = asyncio.run(scene())
    assert watch.strange == set()
    assert watch.looks[pid] > 5, "it was looked at"


def test_one_that_calls_somebody_is_seen() -> None:
    watch = Watch()

    async def scene(port: int) -> None:
        async with started("noise") as child:
            await child.send(Event("call", {"port": port}))
            while not watch.strange:  # noqa: ASYNC110 - another thread looks
                await asyncio.sleep(0.001)

    with socket.create_server(("127.0.0.1", 0)) as somebody, watch.on():
        asyncio.run(scene(somebody.getsockname()[1]))
    assert len(watch.strange) == 1
