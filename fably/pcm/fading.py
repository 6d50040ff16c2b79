"""A change of loudness that is heard as one, and not as a click."""

from array import array
from operator import mul

from fably.core.types import AudioFormat
from fably.pcm.samples import peak, scaled

SECONDS = 0.05


class Fader:
    """Brings sound, piece after piece, to a level that may change at any time: evenly, over 50 ms of what is heard.

    What follows silence begins at its own level at once.
    """

    def __init__(self, format: AudioFormat) -> None:
        self._channels = format.channels
        self._frames = max(1, round(SECONDS * format.rate))
        self._now: float | None = None  # the gain that has been reached; none in silence
        self._goal = self._slope = 0.0
        self._left = 0  # frames until the goal

    def faded(self, pcm: bytes, gain: float) -> bytes:
        """The sound of `pcm`, whole frames, on its way to `gain`, from 0 to 1. Silence comes back as it is."""
        if not peak(pcm):
            self._now, self._left = None, 0
            return pcm
        if self._now is None:
            self._now = gain
        if gain != (self._goal if self._left else self._now):
            self._goal, self._left = gain, self._frames
            self._slope = (gain - self._now) / self._frames
        if not self._left:
            return scaled(pcm, self._now)
        samples = array("h", pcm)
        fading = min(self._left, len(samples) // self._channels)
        done = fading * self._channels
        start, slope, channels = self._now, self._slope, self._channels
        gains = (start + slope * (at // channels + 1) for at in range(done))
        faded = array("h", map(int, map(mul, samples[:done], gains)))
        self._left -= fading
        self._now = start + slope * fading if self._left else self._goal
        return faded.tobytes() + scaled(samples[done:].tobytes(), self._now)
