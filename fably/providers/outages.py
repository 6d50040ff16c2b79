"""Places that cannot be reached. Words, voice and ear often live at the same one: what one of them has found out the others need not."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from fably.core.errors import ProviderError

LASTS = 10.0
"""Seconds for which it is believed. The Wi-Fi may be back before the next story."""


@dataclass
class Outages:
    """Remembers the faults of places by their names for people. `clock` gives seconds that never go backwards."""

    clock: Callable[[], float] = time.monotonic
    _known: dict[str, tuple[float, ProviderError]] = field(default_factory=dict)

    def at(self, place: str) -> ProviderError | None:
        """The fault for which `place` cannot be reached, as far as that is known."""
        until, fault = self._known.get(place, (0.0, None))
        return fault if self.clock() < until else None

    def note(self, place: str, fault: ProviderError) -> None:
        """Remember a fault, if it is of the kind that all who live there have."""
        if fault.unreachable and self.at(place) is None:
            self._known[place] = (self.clock() + LASTS, fault)
