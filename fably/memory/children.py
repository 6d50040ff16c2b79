"""What every child process of ours has in common: what it is given, and that it dies with us."""

import ctypes
import os
import signal
import sys
from typing import Literal

Malloc = Literal["small", "fast"]
"""How a child handles freed memory: it gives it back at once, or keeps it, as the C library does of itself."""
PARENT = "FABLY_PARENT"
"""The variable that names the process to die with."""
_KEPT = ("PATH", "HOME", "PYTHONPATH", "PYTHONWARNINGS", "LD_LIBRARY_PATH")  # what finds Python's packages; no key, no setting
_MALLOC = {"MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": "131072", "MALLOC_MMAP_THRESHOLD_": "131072"}  # as in fably.memory.malloc
_PR_SET_PDEATHSIG = 1


def environment(malloc: Malloc = "small", **more: str) -> dict[str, str]:
    """The environment of a child of this process."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, **(_MALLOC if malloc == "small" else {}), PARENT: str(os.getpid()), **more}


def die_with_parent() -> None:
    """Called by the child: nobody is left to be answered once the parent is gone, however it went. It goes when the *thread* ends
    that started the child, so that must be one that lasts. Nothing happens where a person started it."""
    if parent := os.environ.get(PARENT):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != int(parent):  # it went before we asked
            sys.exit(1)
