"""Several providers of one kind, of which one is used: who has a turn, and who takes over. A candidate is loaded when its turn comes."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from fably.core.errors import EngineDied, EngineTooBig, EngineTooSlow, FablyError, ModelRetired, ProviderBroken, ProviderError, VoiceUnknown
from fably.core.protocols import Held
from fably.providers.breaker import Breaker
from fably.providers.choice import Candidate
from fably.providers.outages import Outages
from fably.providers.surprises import as_fault

log = logging.getLogger(__name__)
RETURNS = 3
"""Times that an engine which has died may come back while a story is told; then the one that took over stays."""
RETURN = "an engine comes back"
P = TypeVar("P")

Notice = Callable[[Sequence[ProviderError], Candidate, bool], None]
"""Told of every hand-over once it has succeeded: the faults that led to it (none where they are known from somebody else already), the
one that has taken over, and whether something had been told before."""


class Candidates(Generic[P]):
    """Providers in the order in which they are tried. `load` may block; it is called in a thread, once for each candidate. To be closed.

    `strict`: as long as nothing has been told, the fault of the first provider is not got over but raised. What does not
    fit into this machine is got over all the same, if `smaller_will_do`. `title` gives a provider's name for people.
    """

    def __init__(
        self,
        candidates: Sequence[Candidate],
        load: Callable[[Candidate], P],
        notice: Notice = lambda _faults, _next, _begun: None,
        *,
        breaker: Breaker | None = None,
        outages: Outages | None = None,
        strict: bool = False,
        smaller_will_do: bool = True,
        title: Callable[[str], str] = str,
    ) -> None:
        self._breaker, self._outages = breaker or Breaker(), outages or Outages()
        self._left = [one for one in candidates if not self._breaker.rests(one)] or list(candidates[-1:])
        first = candidates[0].provider
        if strict and self._left[0].provider != first:
            self._left = list(candidates)  # to replace it unasked would be to get over its fault
        self.resting = [] if self._left[0].provider == first else [first]
        """The name of the provider that was chosen, while it is left alone; its model may rest alone, which is no news."""
        self._load, self._notice, self._strict, self._smaller_will_do, self._title = load, notice, strict, smaller_will_do, title
        self._several = len(candidates) > 1
        self._loaded: P | None = None
        self._held: list[Held] = []
        self._one_loads = asyncio.Lock()
        self._returning: tuple[Candidate, P, asyncio.Task[None]] | None = None
        self._returns = RETURNS
        self._handed_over: tuple[list[ProviderError], bool] | None = None
        self.used: list[str] = []
        """The names of the providers that were loaded, in order."""
        self.last: P | None = None
        """The last of them."""

    @property
    def turn(self) -> Candidate:
        """The one whose turn it is."""
        return self._left[0]

    @property
    def is_last(self) -> bool:
        """Whether there were others, and nobody comes after the one whose turn it is."""
        return self._several and len(self._left) == 1

    @property
    def who(self) -> str:
        """Its name for people."""
        return self._title(self.turn.provider)

    async def current(self) -> P:
        """The provider whose turn it is, loaded. Raises `ProviderError`, also where its place is known not to be reached."""
        self._welcome_back()
        known = self._outages.at(self.who)
        if known is not None and len(self._left) > 1:
            raise known
        async with self._one_loads:
            if self._loaded is None:
                turn, who = self.turn, self.who
                try:
                    loaded = await asyncio.to_thread(self._load, turn)
                    if isinstance(loaded, Held):
                        self._held.append(loaded)
                        await loaded.open()
                    self._loaded = loaded
                except FablyError:
                    raise
                except Exception as error:
                    raise as_fault(error, who) from error
                self.used += [turn.provider] * (turn.provider not in self.used[-1:])
                self.last = self._loaded
                log.debug("%s is loaded, model %s", turn.provider, turn.model)
            return self._loaded

    def begins(self, one: Candidate) -> None:
        """`one` gives something. If it has taken over from somebody that is told now, and not while it may fail itself."""
        if self._handed_over is not None and one == self.turn:
            (faults, begun), self._handed_over = self._handed_over, None
            self._notice(faults, one, begun)

    async def aclose(self) -> None:
        """Give back what the loaded providers hold."""
        if self._returning is not None:
            self._returning[2].cancel()
            await asyncio.wait([self._returning[2]])
        for one in self._held:
            await one.aclose()

    def worked(self, one: Candidate) -> None:
        """`one` has done what it was asked for."""
        self._breaker.worked(one)

    def give_way(self, failed: Candidate, fault: ProviderError, *, begun: bool) -> None:
        """Go on to the one after `failed`, unless that has happened already. Raises `fault` when there is none.

        A vendor that does not have a model is asked for its next one, and one that does not have a voice for its usual one; after any
        other fault another provider takes over.
        """
        unforeseen = fault if isinstance(fault, ProviderBroken) else None
        log.debug("%s (model %s) failed: %s (%r)", self._title(failed.provider), failed.model, fault, fault.__cause__, exc_info=unforeseen)
        if failed != self.turn:
            return
        known = fault is self._outages.at(self.who)
        if not known:
            self._breaker.failed(failed, fault)
            self._outages.note(self.who, fault)
        left = [one for one in self._left[1:] if one.provider != failed.provider or self._mends(one, failed, fault)]
        if not left or (not begun and self._counts(fault) and (left[0].provider != failed.provider or left[0].usual)):
            raise fault
        if isinstance(fault, EngineDied) and isinstance(self._loaded, Held) and self._returns and self._returning is None:
            self._returns -= 1
            self._returning = failed, self._loaded, asyncio.create_task(self._loaded.open(), name=RETURN)
        self._left, self._loaded = left, None
        if left[0] != Candidate(failed.provider):  # no news: nobody had named the model that a server at home does not have
            faults, begun = self._handed_over or ([], begun)
            self._handed_over = ([*faults, *[fault] * (not known)], begun)

    def _welcome_back(self) -> None:
        """Let an engine that has died go on as soon as it is there again; until then another has taken over."""
        if self._returning is None or not self._returning[2].done():
            return
        (back, provider, task), self._returning = self._returning, None
        if task.exception() is None:
            self._left, self._loaded, self.last = [back, *self._left], provider, provider
            self.used.append(back.provider)
            self._handed_over = ([], True)

    def _counts(self, fault: ProviderError) -> bool:
        """Whether a fault of the one that was asked for is not got over as long as nothing has been told."""
        return not self._smaller_will_do if isinstance(fault, EngineTooBig | EngineTooSlow) else self._strict

    @staticmethod
    def _mends(one: Candidate, failed: Candidate, fault: ProviderError) -> bool:
        """Whether the same provider may do better as `one`."""
        if isinstance(fault, VoiceUnknown):
            return one.usual and not failed.usual
        if isinstance(fault, EngineTooBig | EngineTooSlow):
            return one.model is not None and one.model != failed.model
        return isinstance(fault, ModelRetired) and one.model != failed.model
