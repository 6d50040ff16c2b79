"""Floating point samples, which `audioop` does not know."""

from array import array
from math import isfinite

FULL = 32_767


def from_floats(kind: str, raw: bytes) -> bytes:
    """The 16-bit samples of `raw`, floats from -1 to 1 of the type code "f" or "d". What is louder is cut, what is no number is silence."""
    floats = array(kind, raw)
    try:
        # the minutes of a recording are millions of samples: no step of Python's own for each, where none is out of bounds
        return array("h", map(int, map(float(FULL).__mul__, floats))).tobytes()
    except (ValueError, OverflowError):
        return array("h", (int(FULL * max(-1.0, min(1.0, one))) if isfinite(one) else 0 for one in floats)).tobytes()
