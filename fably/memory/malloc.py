"""Tell the C library to keep little for itself: worth several MB in a process with threads."""

import contextlib
import ctypes

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
