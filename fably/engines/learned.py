"""What is known of engines on this machine, from the last time they ran here: it counts for more than any estimate."""

import contextlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fably.core.parts import written
from fably.engines.table import Wanted
from fably.memory.children import Malloc

SLOWEST = 0.8
"""Seconds for a second of sound, beyond which an engine cannot keep up: the rest is for all that happens beside it."""
BELIEVED = (600.0, 6 * 3600.0, 24 * 3600.0)
"""Seconds for which it is believed to be too slow, when that was found out for the first time in a row, the second, and ever after: the
machine may have been busy with something else."""
_DIFFERENCE = 0.05  # no write to the card for less


class Learned:
    """The peak and the speed of each engine with each model, in a small file; a file that cannot be read or written is no matter.

    What was learned under another `malloc` does not count: it takes twice the memory, or half.
    """

    def __init__(self, file: Path | None, clock: Callable[[], float] = time.time, *, malloc: Malloc = "small") -> None:
        self._file, self._clock, self._malloc = file, clock, malloc
        self._known: dict[str, dict[str, Any]] | None = None
        self._own: dict[str, dict[str, Any]] = {}  # what was learned by this program, whether it could be written or not

    def peak(self, wanted: Wanted) -> int | None:
        """Bytes that it took at its last peak."""
        known = self._of(wanted).get("peak")
        return known if isinstance(known, int) and known > 0 else None

    def speed(self, wanted: Wanted) -> float | None:
        """Seconds that it took for a second of sound, the last time."""
        known = self._of(wanted).get("speed")
        return float(known) if isinstance(known, int | float) else None

    def too_slow(self, wanted: Wanted) -> float | None:
        """The same, where it cannot keep up with that; None where it can, or where it is time to see whether it still cannot."""
        one, speed = self._of(wanted), self.speed(wanted)
        at, times = one.get("at"), one.get("times")
        if speed is None or speed <= SLOWEST or not isinstance(at, int | float) or not isinstance(times, int) or times < 1:
            return None
        believed = BELIEVED[min(times, len(BELIEVED)) - 1]
        return speed if 0 <= self._clock() - at < believed else None  # a Pi has no clock of its own: what lies in the future is old

    def note_peak(self, wanted: Wanted, peak: int) -> None:
        """Remember what it took. Less than before counts too: the last measured peak wins."""
        if peak > 0 and not _alike(self._of(wanted).get("peak"), peak):
            self._write(wanted, peak=peak)

    def forget_peak(self, wanted: Wanted) -> None:
        """What is known of it was not the whole: it has been killed, as a rule for want of memory. The estimate counts again."""
        if self.peak(wanted) is not None:
            self._write(wanted, peak=0)

    def note_speed(self, wanted: Wanted, speed: float) -> None:
        """Remember how fast it was."""
        one, slow = self._of(wanted), speed > SLOWEST
        if self.too_slow(wanted) if slow else self.speed(wanted) is not None and _alike(one.get("speed"), speed):
            return
        times = one.get("times") if slow else 0
        self._write(wanted, speed=round(speed, 3), at=int(self._clock()), times=(times if isinstance(times, int) else 0) + slow)

    def _of(self, wanted: Wanted) -> dict[str, Any]:
        one = self._all().get(self._key(wanted), {})
        return one if one.get("size") == wanted.size else {}

    def _all(self) -> dict[str, dict[str, Any]]:
        if self._known is None:
            self._known = self._read()
        return self._known

    def _read(self) -> dict[str, dict[str, Any]]:
        with contextlib.suppress(OSError, ValueError, RecursionError):
            read = (
                json.loads(self._file.read_text(encoding="utf-8"), parse_constant=lambda _nan: None)
                if self._file and self._file.is_file()
                else {}
            )
            return {key: one for key, one in read.items() if isinstance(one, dict)} if isinstance(read, dict) else {}
        return {}

    def _write(self, wanted: Wanted, **facts: float) -> None:
        self._own[self._key(wanted)] = {**self._of(wanted), "size": wanted.size, **facts}
        known = self._known = {**self._read(), **self._own}  # another program may have learned something meanwhile
        if self._file is None:
            return
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with written(self._file) as part:
                part.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")

    def _key(self, wanted: Wanted) -> str:
        return f"{wanted.engine} {wanted.model}" + f" {self._malloc}" * (self._malloc != "small")


def _alike(before: object, now: float) -> bool:
    return isinstance(before, int | float) and abs(before - now) <= _DIFFERENCE * max(abs(before), abs(now))
