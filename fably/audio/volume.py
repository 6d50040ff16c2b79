"""How loud the box is: one number, which buttons, the control socket and the page change, and the loudspeaker heeds."""

from collections.abc import Callable

from fably.pcm.loudness import decibels, gain

Means = Callable[[int], float]
"""Something that makes sound softer before it is heard, such as a mixer in the sound card. It is told the percentage, takes what it can of
its decibels, and gives those that are left for the samples, 0 or less."""


class Volume:
    """A loudness in percent, between `least` and `most`. 100 is as the voice made it; see `fably.pcm.loudness`.

    It belongs to the event loop; only `gain` is read by others.
    """

    def __init__(self, now: int = 100, least: int = 0, most: int = 100) -> None:
        self.least, self.most = least, most
        self.now = self._within(now)
        self._listeners: list[Callable[[int], None]] = []
        self._means: Means | None = None
        self.gain = gain(decibels(self.now))
        """What samples are to be multiplied by; less than the volume says where a mixer has its part in it."""

    def set(self, percent: int) -> int:
        """Be so loud from now on, as far as that is allowed; gives how loud it is. Listeners are told when it is another loudness."""
        before, self.now = self.now, self._within(percent)
        if self.now != before:
            self._divide()
            for listener in list(self._listeners):
                listener(self.now)
        return self.now

    def by(self, delta: int) -> int:
        """Be louder by `delta` percent, or softer where it is negative; gives how loud it is."""
        return self.set(self.now + delta)

    def watch(self, listener: Callable[[int], None]) -> Callable[[], None]:
        """Tell `listener` of each change. What this gives ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def use(self, means: Means | None) -> None:
        """Have `means` do what it can, from now on; with None all is done to the samples."""
        self._means = means
        self._divide()

    def _divide(self) -> None:
        self.gain = gain((self._means or decibels)(self.now))

    def _within(self, percent: int) -> int:
        return min(max(percent, self.least), self.most)
