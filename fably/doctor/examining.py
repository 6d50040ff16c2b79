"""How a provider is looked at: it is asked for something small, as a story would ask, and whatever it answers is a finding."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from fably.core.errors import FablyError, ModelRetired
from fably.doctor.finding import Finding
from fably.doctor.fixes import fix_of
from fably.doctor.wording import phrase
from fably.faults import sentence
from fably.providers.configured import Configured
from fably.providers.factory import ProviderFactory
from fably.providers.shared import Shared

log = logging.getLogger(__name__)
P = TypeVar("P")


@dataclass(frozen=True)
class Answer:
    """What came of asking; `seconds` is how long it took to begin."""

    detail: str
    seconds: float | None
    doubt: str = ""
    """What to do about an answer that is not quite as it should be."""


Ask = Callable[[str | None], Awaitable[Answer]]
"""Asks a provider with one of its models. Raises `FablyError`."""


@dataclass(frozen=True)
class Loader:
    """Makes providers, one at a time: two imports at once would only make each other look slow."""

    shared: Shared
    _one_loads: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def load(self, one: Configured, make: Callable[[ProviderFactory], P]) -> P:
        """What `make` makes of the factory for `one`. Raises `FablyError`."""
        async with self._one_loads:
            return await asyncio.to_thread(make, ProviderFactory(one.settings, self.shared))


async def examine(check: str, one: Configured, ask: Ask) -> Finding:
    """Ask `one`, with its next model as long as it does not have the one before, as a story would."""
    gone: ModelRetired | None = None
    try:
        for model in one.models:
            try:
                answer = await ask(model)
            except ModelRetired as fault:
                gone = fault
                if model == one.models[-1]:
                    raise
            else:
                return _answered(check, one, answer, gone if model is not None else None)
    except Exception as fault:
        log.debug("%s %s failed", check, one.name, exc_info=True)
        language = one.settings.language
        said = sentence(language, fault) if isinstance(fault, FablyError) else f"{type(fault).__name__}: {fault}"
        return Finding(check, one.title(language), "failed", said, fix_of(fault, one))
    raise AssertionError("a provider has a model, if only None")


def _answered(check: str, one: Configured, answer: Answer, gone: ModelRetired | None) -> Finding:
    language = one.settings.language
    if gone is not None:
        said = phrase(language, "until_then", gone=sentence(language, gone), detail=answer.detail)
        return Finding(check, one.title(language), "warning", said, fix_of(gone, one), answer.seconds)
    return Finding(check, one.title(language), "warning" if answer.doubt else "ok", answer.detail, answer.doubt, answer.seconds)


async def examine_all(ones: Sequence[Configured], look: Callable[[Configured], Coroutine[Any, Any, Finding]]) -> list[Finding]:
    """The findings in the order of `ones`. Services are asked together, engines on this machine one after another."""
    async with asyncio.TaskGroup() as asked:
        tasks = {one.name: asked.create_task(look(one)) for one in ones if not one.local}
    found = {name: task.result() for name, task in tasks.items()}
    for one in ones:
        if one.local:
            found[one.name] = await look(one)
    return [found[one.name] for one in ones]
