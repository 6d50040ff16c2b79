"""Loaded and unloaded again and again, engines leave nothing behind: no memory, no process, no socket, no thread, no file."""

import json
import os
import statistics
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from next_door import needs_piper, needs_wakeword
from peers import Peers

from fably.engines.table import Wanted

pytestmark = [needs_piper, needs_wakeword]
MB = 1_000_000


@pytest.fixture(scope="module")
def in_turn(peers: Peers, tmp_path_factory: pytest.TempPathFactory) -> list[Wanted]:
    """Three that take turns: 120 MB, 80 MB, and 33."""
    folder = tmp_path_factory.mktemp("voices")
    found = []
    for quality in ("medium", "x_low"):
        name = f"en_US-heavy-{quality}"
        peers.heavy_voice(folder, name, quality)
        file = folder / f"{name}.onnx"
        found.append(Wanted("piper", name, ("--voice", str(file)), file.stat().st_size))
    return [*found, Wanted("wakeword", "hey_jarvis", ("--engine", "openwakeword", "--model", "hey_jarvis"), 1_000_000)]


@pytest.mark.parametrize("cycles", [20, pytest.param(200, marks=pytest.mark.long)])
def test_after_each_unload_all_is_as_before_the_load(in_turn: list[Wanted], cycles: int, tmp_path: Path) -> None:
    """What is held is that of the whole tree: when an engine has left there is one process, and all that is resident of it counts."""
    state, temporary = tmp_path / "state", tmp_path / "temporary"
    temporary.mkdir()
    words = [sys.executable, str(Path(__file__).parent.parent / "cycling.py"), str(cycles), str(state)]
    done = subprocess.run(
        words,
        env={**os.environ, "TMPDIR": str(temporary)},
        input=json.dumps([asdict(one) for one in in_turn]),
        capture_output=True,
        text=True,
        timeout=60 + 30 * cycles,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(seen) == cycles
    assert {one["who"] for one in seen} == {str(one) for one in in_turn}
    for one in seen:
        assert one["after"]["rss"] - one["before"]["rss"] < 1 * MB, one
    for what in ("processes", "threads", "tasks", "files", "sockets"):
        assert {one["after"][what] for one in seen} == {seen[0]["before"][what]}, what
    assert seen[0]["before"]["processes"] == 1
    tenth = max(2, cycles // 10)
    first, last = (statistics.median(one["after"]["rss"] for one in part) for part in (seen[:tenth], seen[-tenth:]))
    assert last - first < 0.5 * MB, "no slope"
    assert [one.name for one in state.iterdir()] == ["engines.json"]
    assert list(temporary.iterdir()) == []
