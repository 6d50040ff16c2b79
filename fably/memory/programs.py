"""Which process is which."""

import os
from contextlib import suppress
from pathlib import Path

from fably.memory.measured import parents

_ENGINES = "fably.engines."


def program(pid: int) -> str:
    """What the program of a process is called: fably for ours, an engine's name, else its own; ? for one that is gone."""
    if pid == os.getpid():
        return "fably"
    words = _words(pid)
    for word in words[1:]:
        if word.startswith(_ENGINES):
            return word.removeprefix(_ENGINES)
    return _of_fably(words) or Path(words[0]).name or "?"


def roots() -> list[int]:
    """Every Fably that runs on this machine, whoever started it: the processes, without what another of them has next door."""
    above = dict(parents())
    ours = {pid for pid in above if _of_fably(_words(pid))}
    return sorted(pid for pid in ours if above[pid] not in ours)


def _of_fably(words: list[str]) -> str:
    """fably for the program itself, compacting for `python -m fably.audio.compacting`; empty for what is not of Fably."""
    if "python" not in words[0]:
        return ""
    module = words[words.index("-m") + 1] if "-m" in words[1:-1] else ""
    if module == "fably" or (len(words) > 1 and Path(words[1]).name == "fably"):
        return "fably"
    return module.rpartition(".")[2] if module.startswith("fably.") else ""


def _words(pid: int) -> list[str]:
    """Of the command line; one that is empty for who is gone."""
    with suppress(OSError):
        return Path("/proc", str(pid), "cmdline").read_bytes().decode(errors="replace").split("\0")
    return [""]
