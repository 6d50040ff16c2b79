"""The benchmark of memory measures a whole box, from outside."""

import re
import subprocess
import sys
from pathlib import Path

MEMORY = Path(__file__).parent.parent / "tools" / "bench" / "memory"


def run(*args: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, MEMORY, *args], capture_output=True, text=True, timeout=240, check=False)


def test_a_row_has_what_is_held_beside_what_may_be() -> None:
    done = run("--quick", "cloud")
    assert done.stderr == ""
    head, row = done.stdout.splitlines()
    assert head.split() == ["voice,", "MB", "idle", "telling", "peak", "after"]
    found = re.fullmatch(r"cloud +(\d+) of 38 ok +(\d+) of 64 (?:ok|OVER) +(\d+) of 64 (?:ok|OVER) +(\d+) of 66 (?:ok|OVER)", row)
    assert found, row
    idle, telling, peak, after = map(int, found.groups())
    assert 10 < idle < telling <= peak
    assert idle < after
    assert done.returncode == (1 if "OVER" in row else 0)


def test_a_row_that_is_not_there_is_refused() -> None:
    done = run("cluod")
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no row cluod; there are full standard lite pi-zero cloud" in done.stderr
