"""How many engines there may be, how long they stay, and how much room each needs: what a person may set, and what follows from it."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from fably.engines.learned import Learned
from fably.engines.table import Wanted
from fably.memory.children import Malloc

Policy = Literal["aggressive", "lazy", "hybrid"]
_GB = 1_000_000_000
_DATA, _LEAST_DATA = 2.0, 300_000_000
"""How far beyond its estimate an engine may ask for memory, and what each may: libraries reserve much that they never touch."""
_KEPT: dict[Malloc, int] = {"small": 1, "fast": 2}
"""How many times its estimate an engine takes that handles freed memory so: 219 MB at its peak and 447, with a voice of 63 MB."""


@dataclass(frozen=True)
class Rules:
    """What a person may set."""

    policy: Policy = "hybrid"
    limit: int | None = None
    """Bytes that all our processes together may take; None is what the machine has."""
    idle_seconds: float = 600.0
    """After which an engine leaves that nobody holds."""
    growth: int = 64_000_000
    """Bytes beyond what it held when it was loaded at which an engine is replaced."""
    requests: int = 500
    """After which an engine is replaced."""
    malloc: Malloc = "small"
    """How an engine handles freed memory."""

    def most_loaded(self, total: int | None) -> int:
        """How many engines may be loaded; `total` is what we may take, in bytes."""
        if self.policy != "hybrid":
            return 1 if self.policy == "aggressive" else 2
        return 3 if total is None or total >= 4 * _GB else 2 if total >= _GB else 1

    def needed(self, wanted: Wanted, learned: Learned) -> int:
        """Bytes that an engine takes at its peak: as it was measured here the last time, else as one expects."""
        return learned.peak(wanted) or _KEPT[self.malloc] * wanted.estimate

    @staticmethod
    def data(needed: int) -> int:
        """Bytes that an engine may ask the system for which needs so many."""
        return int(max(_DATA * needed, _LEAST_DATA))


class MemoryUsage(NamedTuple):
    """What an engine that is loaded holds, in bytes, and in percent of what we may take (None where nothing bounds us)."""

    rss: int
    pss: int
    peak: int
    percent: float | None
