"""A control group of our own with a limit of memory, below the one that we are in: what is started in it has no more than that.

Made by hand, with version 1 or version 2 of the kernel's interface; it takes root, or a user's own part of the tree.
"""

import contextlib
import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

ROOT = Path("/sys/fs/cgroup")
_JOIN = 'echo $$ > "$1" && shift && exec "$@"'


class ControlGroup:
    """A group without a process in it."""

    def __init__(self, folder: Path, limit: str, events: str) -> None:
        self.folder, self._limit, self._events = folder, folder / limit, folder / events

    def bound(self, limit: int) -> None:
        """Let it have so many bytes and no more."""
        self._limit.write_text(str(limit), encoding="ascii")

    def run(self, words: Sequence[str], **how: Any) -> "subprocess.CompletedProcess[str]":
        """Run a program in it; it is in there before it begins."""
        joined = ["sh", "-c", _JOIN, "sh", str(self.folder / "cgroup.procs"), *words]
        return subprocess.run(joined, capture_output=True, text=True, check=False, **how)

    @property
    def killed(self) -> int:
        """How many of its processes the kernel has killed for want of memory."""
        found = dict(line.split() for line in self._events.read_text(encoding="ascii").splitlines())
        return int(found["oom_kill"])


@contextlib.contextmanager
def control_group(limit: int) -> Iterator[ControlGroup]:
    """A group of `limit` bytes. Skips the test where none can be made."""
    reasons: list[str] = []
    for above, names in _places():
        folder = above / f"fably-test-{os.getpid()}"
        try:
            folder.mkdir()
        except OSError as error:
            reasons.append(f"no control group can be made in {above}: {error.strerror}")
            continue
        try:
            one = ControlGroup(folder, *names)
            if reason := _fault(one, limit):
                reasons.append(reason)
                continue
            yield one
            return
        finally:
            folder.rmdir()
    pytest.skip(reasons[0])


def _fault(one: ControlGroup, limit: int) -> str:
    """Why the group is of no use, if it is of none."""
    try:
        one.bound(limit)
    except OSError as error:
        return f"{one.folder} takes no limit of memory: {error.strerror}"
    moved = one.run(["true"])
    return f"no process can be moved to {one.folder}: {moved.stderr.strip()}" if moved.returncode else ""


def _places() -> Iterator[tuple[Path, tuple[str, str]]]:
    """Folders of groups below which one may be made, with the names of the files for the limit and for what was killed: that of the group
    that we are in. With version 2 also those above: there a group with processes in it cannot hand memory on to another."""
    groups = dict(line.split(":", 2)[1:] for line in Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines())
    for controllers, path in groups.items():
        if "memory" in controllers.split(","):
            yield ROOT / "memory" / path.lstrip("/"), ("memory.limit_in_bytes", "memory.oom_control")
            return
    ours = ROOT / groups.get("", "/").lstrip("/")
    for folder in (ours, *ours.parents):
        if folder.is_relative_to(ROOT):
            yield folder, ("memory.max", "memory.events")
