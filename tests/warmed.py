"""A `fably` that has loaded what it needs before it is asked: for tests that start it a thousand times, and are not about starting.

A process loads once, and forks for each order. What comes of the fork is a program as it was started by hand: it has its own arguments,
variables, folder and standard streams, it ends as Python ends, and it can be killed. What is about the start itself, about what is loaded
when, or about how much is held, starts `python -m fably` by hand.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

_LOADED = (
    "fably.cli", "fably.commands.audition", "fably.commands.commanding", "fably.commands.downloading", "fably.commands.footprint",
    "fably.commands.health", "fably.commands.rendering", "fably.commands.shelf", "fably.commands.weighing", "fably.terminal",
    "fably.cloud.models", "fably.cloud.speech", "fably.doctor.report", "fably.doctor.visit", "fably.llm.offline", "fably.llm.shelved",
    "fably.lore.going_on", "fably.lore.unfit", "fably.story.reading.english", "fably.stt.grammar", "fably.tts.espeak",
    "openai.resources.audio", "openai.resources.chat.completions.completions", "yaml",
)  # fmt: skip
"""What telling with a cloud, listing and looking after a box load sooner or later. Nothing that opens a device or reads the
environment while it is loaded."""
_FORKS = """
import gc, importlib, json, os, socket, sys
if os.fork():
    os._exit(0)  # who started it has no child: many a test counts them
for name in sys.argv[2:]:
    importlib.import_module(name)
import fably.__main__
gc.collect()
gc.freeze()  # what is collected later is what was made later
orders = socket.socket(fileno=int(sys.argv[1]))
orders.send(b"ready")
while True:
    order, files, _flags, _by = socket.recv_fds(orders, 1 << 20, 3)
    if not order:
        sys.exit()
    if not (pid := os.fork()):
        break
    for file in files:
        os.close(file)
    orders.send(b"%d" % pid)
    orders.send(b"%d" % os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
orders.close()
order = json.loads(order)
os.environ.clear()
os.environ.update(order["environ"])
os.chdir(order["folder"])
sys.argv = ["fably", *order["arguments"]]
for number, file in enumerate(files):
    os.dup2(file, number)
    os.close(file)
fably.__main__.run()
"""
_OF_PYTHON = ("PYTHON", "LANG", "LC_", "MALLOC_", "LD_")
"""Variables that Python, or what is below it, reads before it reads any of ours."""


class Warmed:
    """Starts `fably` again and again, one at a time. Use it as a context; what it has started must have ended by then."""

    def __init__(self) -> None:
        self._orders, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._born_with = _of_python(os.environ)
        with its:
            subprocess.run(
                [sys.executable, "-c", _FORKS, str(its.fileno()), *_LOADED], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                pass_fds=[its.fileno()], check=True,
            )  # fmt: skip
        self._read()  # it is ready

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None) -> None:
        with self._orders:
            self._orders.shutdown(socket.SHUT_WR)  # there are no more orders
            while self._orders.recv(64):
                pass

    def start(self, *arguments: str, environ: Mapping[str, str], streams: tuple[int, int, int]) -> "Started":
        """Start it in this folder, as `fably` and `arguments`, with these files as its standard streams."""
        assert self.suits(environ), "Python must be started anew for variables of its own"
        order = {"arguments": arguments, "environ": dict(environ), "folder": str(Path.cwd())}
        socket.send_fds(self._orders, [json.dumps(order).encode()], streams)
        return Started(int(self._read()), self)

    def suits(self, environ: Mapping[str, str]) -> bool:
        """Whether it can be started with these variables, which is to say whether Python had the same when it was."""
        return _of_python(environ) == self._born_with

    def _read(self) -> bytes:
        answer = self._orders.recv(64)
        assert answer, "what loads and forks has ended"
        return answer

    def _has_ended(self, seconds: float = 0) -> bool:
        return bool(select.select([self._orders], [], [], seconds)[0])


class Started:
    """One that was started."""

    def __init__(self, pid: int, by: Warmed) -> None:
        self.pid, self._by = pid, by
        self._code: int | None = None

    def poll(self, seconds: float = 0) -> int | None:
        """Its exit code, once it has ended; it is waited for so long."""
        if self._code is None and self._by._has_ended(seconds):
            self.wait()
        return self._code

    def wait(self) -> int:
        """Wait for its end; its exit code, -9 for one that was killed."""
        if self._code is None:
            self._code = int(self._by._read())
        return self._code

    def kill(self) -> None:
        """End it as a pulled plug does, and wait."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)
        self.wait()


def _of_python(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if name.startswith(_OF_PYTHON)}
