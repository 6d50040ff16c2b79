"""The pulse of a part of the box: whether it gets on with its work, as far as it has any."""

import contextlib
import time
from collections.abc import Callable, Iterator


class Pulse:
    """Beats as often as its part has got something done; how long it may stand still while there is work is its patience, in seconds.

    It costs a look at the clock, may be used from any thread, and one that nobody watches does no harm. Several may work at once, such as
    a loudspeaker that is being closed, or hangs, and the one after it: each has a pulse of its own then.
    """

    def __init__(self, name: str, patience: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.name, self.patience, self._clock = name, patience, clock
        self._last: float | None = None

    @contextlib.contextmanager
    def working(self) -> Iterator[None]:
        """There is work from here on to the end of the block."""
        self._last = self._clock()
        try:
            yield
        finally:
            self._last = None

    def beat(self) -> None:
        """Something has been done. Nothing happens where there is no work."""
        if self._last is not None:
            self._last = self._clock()

    @property
    def still(self) -> float:
        """Seconds since something was done; 0 while there is nothing to do."""
        last = self._last
        return 0.0 if last is None else self._clock() - last

    @property
    def failing(self) -> bool:
        """Whether it has stood still for longer than its patience."""
        return self.still > self.patience
