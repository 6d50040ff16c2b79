"""Hundreds of stories in a row through the whole box, by voice, with the farm for all its services."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from farm import Farm

HERE = Path(__file__).parent
MOST = 2_000_000
"""Bytes by which what the box holds of its own may grow between the fifth story and the last."""
CONNECTIONS = 2
"""To the cloud that may stay open for the next story, more or less."""


def soaked(farm: Farm, card: Path, stories: int) -> tuple[dict[str, int], dict[str, int]]:
    """What there is after the fifth story and after the last."""
    farm.story = "Once upon a time, a fox slept.\n\nAnd then it woke up again, and was hungry, and ate a plum."
    farm.goes_on = True
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE)])}
    done = subprocess.run(
        [sys.executable, HERE / "soaking_box.py", str(stories), farm.url, card],
        env=environ, capture_output=True, text=True, timeout=3600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    before, after = (json.loads(line) for line in done.stdout.splitlines())
    return before, after


def nothing_more(before: dict[str, int], after: dict[str, int]) -> None:
    assert [after[one] for one in ("processes", "threads", "tasks")] == [before[one] for one in ("processes", "threads", "tasks")]
    assert after["files"] - after["sockets"] <= before["files"] - before["sockets"]
    assert after["sockets"] <= before["sockets"] + CONNECTIONS


def test_a_dozen_stories_leave_nothing_behind(farm: Farm, card_file: Path) -> None:
    before, after = soaked(farm, card_file, 12)
    nothing_more(before, after)


@pytest.mark.long
def test_memory_does_not_grow_over_five_hundred_stories(farm: Farm, card_file: Path) -> None:
    before, after = soaked(farm, card_file, 500)
    nothing_more(before, after)
    assert after["own"] - before["own"] < MOST, f"{before['own']} bytes after five, {after['own']} after 500"
