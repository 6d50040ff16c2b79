"""Short tones, which the box makes when there is no time for words."""

import math
from array import array
from collections.abc import Sequence

LEVEL = 6000
"""Of 32768: soft, for a room in which a child falls asleep."""
_FADE = 0.012  # seconds at each end, or it would click


def chime(notes: Sequence[tuple[float, float]], rate: int) -> bytes:
    """16-bit mono: one note after the other, each a pitch in Hz and a length in seconds."""
    samples = array("h")
    for pitch, seconds in notes:
        count, fade = int(seconds * rate), max(1, int(_FADE * rate))
        for at in range(count):
            soft = min(1.0, at / fade, (count - 1 - at) / fade)
            samples.append(int(LEVEL * soft * math.sin(2 * math.pi * pitch * at / rate)))
    return samples.tobytes()
