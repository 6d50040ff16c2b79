"""Circuit breakers: who failed twice in a row is left alone for a minute, so that the next story does not wait for the same outage."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from fably.core.errors import EngineTooBig, EngineTooSlow, ModelRetired, ProviderError, StoryCutShort, VoiceUnknown
from fably.providers.choice import Candidate

FAILURES = 2
REST = 60.0
"""Seconds that a provider is left alone. Then it is tried again, and one more failure is enough for the next rest."""
RETIRED = 24 * 3600.0
"""Seconds that a model is left alone which its vendor does not have any more."""


@dataclass
class Breaker:
    """The breakers of all providers of one kind. It lives as long as the program; a provider lives as long as a story.

    `clock` gives seconds that never go backwards; the Pi's time of day jumps when the network comes.
    """

    clock: Callable[[], float] = time.monotonic
    _failures: dict[str, int] = field(default_factory=dict)
    _until: dict[Candidate, float] = field(default_factory=dict)

    def rests(self, one: Candidate) -> bool:
        """Whether it is not to be tried now."""
        return any(self.clock() < self._until.get(key, 0.0) for key in (one._replace(usual=False), Candidate(one.provider)))

    def failed(self, one: Candidate, fault: ProviderError) -> None:
        """Count a failure of `one`. A story that broke off for its own sake is none, and whether an
        engine fits is asked anew each time."""
        if isinstance(fault, ModelRetired):
            if one.model is not None:
                self._until[one._replace(usual=False)] = self.clock() + RETIRED
        elif not isinstance(fault, StoryCutShort | VoiceUnknown | EngineTooBig | EngineTooSlow):
            self._failures[one.provider] = self._failures.get(one.provider, 0) + 1
            if self._failures[one.provider] >= FAILURES:
                self._until[Candidate(one.provider)] = self.clock() + REST

    def worked(self, one: Candidate) -> None:
        """Forget the failures of `one`."""
        self._failures.pop(one.provider, None)
        self._until.pop(Candidate(one.provider), None)
