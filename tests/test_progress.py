"""How far something is: on a terminal a bar, in a log a line for each tenth, and nothing twice."""

import os
import pty
import subprocess
import sys

import pytest

from fably.commands.progress import Progress

SCRIPT = """
from fably.commands.progress import Progress
with Progress("a voice", 1_000) as progress:
    for done in (100, 500, 300, 1_000):
        progress.at(done)
"""


def test_each_tenth_is_a_line_once(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress("a voice", 1_000) as progress:
        for done in (0, 50, 100, 199, 450, 100, 500, 1_000):
            progress.at(done)
    with Progress("nothing", 0, quiet=True) as progress:
        progress.at(7)
    said = capsys.readouterr()
    assert said.err.splitlines() == ["a voice: 10 %", "a voice: 40 %", "a voice: 50 %", "a voice: 100 %"]
    assert said.out == ""


def test_on_a_terminal_it_is_a_bar() -> None:
    ours, its = pty.openpty()
    with subprocess.Popen([sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, stderr=its) as process:
        os.close(its)
        seen = b""
        while True:
            try:
                seen += os.read(ours, 4096)
            except OSError:  # it has hung up
                break
        assert process.wait() == 0
        assert process.stdout
        assert process.stdout.read() == b""
    os.close(ours)
    assert b"a voice" in seen
    assert b"[##" in seen
    assert b"  100%" in seen
