"""A `fably` that has loaded what it needs before it is asked: for a test that starts it a hundred times, and is not about starting.

A process loads once, and forks for each order. What comes of the fork is a program as it was started by hand: it has its own arguments,
variables and folder, it ends as Python ends, and it can be killed.
"""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

_LOADED = (
    "fably.cli", "fably.commands.shelf", "fably.terminal", "fably.cloud.models", "fably.cloud.speech", "fably.lore.going_on",
    "fably.lore.unfit", "fably.story.reading.english", "openai.resources.audio", "openai.resources.chat.completions.completions",
)  # fmt: skip
"""What telling with a cloud, and listing, load sooner or later."""
_FORKS = """
import importlib, json, os, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
import fably.__main__
print(flush=True)
for line in sys.stdin:
    if not (pid := os.fork()):
        break
    print(pid, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
else:
    sys.exit()
order = json.loads(line)
os.environ.clear()
os.environ.update(order["environ"])
os.chdir(order["folder"])
sys.argv = ["fably", *order["arguments"]]
for number, path in enumerate((os.devnull, order["out"], order["err"])):
    os.dup2(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), number)
fably.__main__.run()
"""


class Warmed:
    """Starts `fably` again and again, one at a time. Use it as a context; what it has started must have ended by then."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _FORKS, *_LOADED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )  # fmt: skip
        self._read()  # it is ready

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()

    def start(self, *arguments: str, environ: Mapping[str, str], out: str = os.devnull, err: str = os.devnull) -> "Started":
        """Start it in this folder, as `fably` and `arguments`; what it prints goes to the files `out` and `err`."""
        order = {"arguments": arguments, "environ": dict(environ), "folder": str(Path.cwd()), "out": out, "err": err}
        assert self._process.stdin
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return Started(int(self._read()), self)

    def _read(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, "what loads and forks has ended"
        return line

    def _has_ended(self) -> bool:
        assert self._process.stdout
        return bool(select.select([self._process.stdout], [], [], 0)[0])


class Started:
    """One that was started."""

    def __init__(self, pid: int, by: Warmed) -> None:
        self.pid, self._by = pid, by
        self._code: int | None = None

    def poll(self) -> int | None:
        """Its exit code, once it has ended."""
        if self._code is None and self._by._has_ended():
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
