"""`fably` as a program that is started, runs, and ends: what it has printed, and its exit code."""

import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack

from warmed import Warmed

_PATIENCE = 120.0
_kept = ExitStack()
_warmed: Warmed | None = None


def ran(*arguments: str, given: str | int = "", **environ: str) -> "subprocess.CompletedProcess[str]":
    """Run it in this folder, with these variables besides those of this process, and with `given` as its standard input: short text in a
    pipe, or a file that is open. It is one that is warm; for variables that Python reads itself it is one that is started by hand. Raises
    `subprocess.TimeoutExpired`."""
    global _warmed
    variables = {**os.environ, **environ}
    if _warmed is None or not _warmed.suits(os.environ):
        ended()
        _warmed = _kept.enter_context(Warmed())
    with ExitStack() as opened:
        if isinstance(given, str):
            text, (given, writes) = given, os.pipe()
            opened.callback(os.close, given)
            os.write(writes, text.encode())
            os.close(writes)
        if not _warmed.suits(variables):
            return subprocess.run(
                [sys.executable, "-m", "fably", *arguments], env=variables, stdin=given, capture_output=True, text=True, timeout=_PATIENCE,
                check=False,
            )  # fmt: skip
        out, err = (opened.enter_context(tempfile.TemporaryFile("w+")) for _ in range(2))
        started = _warmed.start(*arguments, environ=variables, streams=(given, out.fileno(), err.fileno()))
        if (code := started.poll(_PATIENCE)) is None:
            started.kill()
            raise subprocess.TimeoutExpired(["fably", *arguments], _PATIENCE)
        said = []
        for file in (out, err):
            file.seek(0)
            said.append(file.read())
    return subprocess.CompletedProcess(["fably", *arguments], code, *said)


def ended() -> None:
    """End what is kept warm."""
    global _warmed
    _kept.close()
    _warmed = None
