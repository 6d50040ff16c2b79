"""Who makes up the words: each language model is asked for one, and the time until it comes is what a child would wait."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from functools import partial

from fably.core.errors import ProviderUnavailable
from fably.core.types import Message
from fably.doctor.examining import Answer, Loader, examine, examine_all
from fably.doctor.finding import Finding
from fably.doctor.wording import phrase
from fably.providers.configured import Configured
from fably.providers.deadlines import Patience
from fably.providers.retry import retried

LATE = 8.0
"""Seconds for a first word, beyond which a child has pressed again (xiaozhi-esp32-server#1376)."""
SYSTEM, ASKED = "Answer with one word.", (Message("user", "Good night?"),)


async def check_words(models: Sequence[Configured], loader: Loader) -> list[Finding]:
    """One finding for each language model."""
    return await examine_all(models, lambda one: examine("words", one, lambda model: _first_word(one, model, loader)))


async def _first_word(one: Configured, name: str | None, loader: Loader) -> Answer:
    model = await loader.load(one, lambda factory: factory.get_provider("llm", one.name, name))
    s, loop = one.settings, asyncio.get_running_loop()
    patience = Patience(s.first_token_seconds, s.token_seconds, s.first_token_seconds + s.token_seconds)
    asked = loop.time()
    async with aclosing(retried(partial(model.stream, SYSTEM, ASKED), patience, one.title())) as pieces:
        async for piece in pieces:
            if piece.strip():  # the rest is not waited for, nor paid
                took, known = loop.time() - asked, getattr(model, "model", None)
                answer = phrase(s.language, "answers", model=known) if known else phrase(s.language, "it_answers")
                return Answer(answer, took, phrase(s.language, "late_words_mend", model=one.env("model")) if took > LATE else "")
    raise ProviderUnavailable(f"{one.title()} gave an empty story")
