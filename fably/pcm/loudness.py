"""How loud a percentage is: evenly to the ear, which hears ratios.

100 is as the voice made it. Each step of 5 is 2 decibels, about the least that is heard as a step, wherever it is made; 75 sounds about
half as loud, 50 a quarter. 5 is 38 decibels down, a whisper that is still heard beside a bed; 0 is silence. A gain that is the
percentage itself does almost all it does below 20: half the samples' size is only 6 decibels.
"""

RANGE = 40.0
"""Decibels from 100 down to what would be 0."""
SILENCE = float("-inf")


def decibels(percent: float) -> float:
    """What `percent`, from 0 to 100, is in decibels: 0 or less; minus infinity for silence."""
    return RANGE * (percent / 100 - 1) if percent > 0 else SILENCE


def gain(decibels: float) -> float:
    """What samples are to be multiplied by; 1 for 0 decibels, 0 for silence."""
    return float(10 ** (decibels / 20))
