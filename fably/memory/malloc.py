"""Keep little and give back much: worth several MB in a process with threads, and what keeps a hundred stories as small as one."""

import contextlib
import ctypes
import gc

# malloc.h
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
KEEP = 131_072  # bytes


def tune() -> None:
    """One arena, and freed memory goes back to the kernel. Does what MALLOC_ARENA_MAX and its like do, which must be set before the
    start, and so cannot be asked of everybody who types a command. Nothing happens where the C library is not glibc."""
    with contextlib.suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_ARENA_MAX, 1)
        mallopt(_TRIM_THRESHOLD, KEEP)
        mallopt(_MMAP_THRESHOLD, KEEP)


def give_back() -> None:
    """Collect what is garbage and hand it to the kernel. For a moment when nobody waits: it takes 30 ms here, much more on a Pi.

    A cloud client's answers form cycles. Left to Python's own pace they pile up by some MB, between which memory is never whole again.
    """
    gc.collect()
    trim()


def trim() -> None:
    """Hand what is free to the kernel. It keeps nobody waiting when it is called in a thread."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
