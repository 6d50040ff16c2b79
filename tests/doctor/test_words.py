"""A first word that comes too late is a warning: a child has pressed again by then."""

import asyncio

import pytest
from farm import Farm

from fably.doctor import words
from fably.doctor.examining import Loader
from fably.doctor.finding import Finding
from fably.doctor.words import check_words
from fably.providers.configured import configured
from fably.providers.shared import sharing
from fably.settings import load


@pytest.mark.parametrize(("late", "status"), [(0.0, "warning"), (60.0, "ok")])
def test_a_word_that_comes_late(farm: Farm, monkeypatch: pytest.MonkeyPatch, late: float, status: str) -> None:
    monkeypatch.setattr(words, "LATE", late)
    settings = load({}, {"HOME": ".", "FABLY_LLM_URL": farm.url})

    async def asked() -> list[Finding]:
        async with sharing(settings) as shared:
            return await check_words([one for one in configured(settings, "llm") if one.first], Loader(shared))

    (found,) = asyncio.run(asked())
    assert (found.status, "FABLY_LLM_MODEL" in found.fix) == (status, status == "warning")
