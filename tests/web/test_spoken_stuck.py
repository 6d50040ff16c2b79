"""A browser that goes away in the middle of a wish without a word, as a phone does that leaves the Wi-Fi: it holds up nobody else."""

import asyncio
from typing import Any

import pytest
from starlette.applications import Starlette

from fably.web.box import Box
from fably.web.spoken import KIND, MOST, Spoken


def test_who_has_gone_without_a_word_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fably.web.spoken.PATIENCE", 0.0)
    page = Starlette(routes=Spoken(Box([])).routes())
    scope = {
        "type": "http", "method": "POST", "path": "/hear/en", "root_path": "", "query_string": b"",
        "headers": [(b"content-type", KIND.encode())],
    }  # fmt: skip

    async def nothing_more() -> Any:
        await asyncio.Event().wait()

    async def ask() -> int:
        said: list[Any] = []

        async def take(message: Any) -> None:
            said.append(message)

        async with asyncio.timeout(60):
            await page(scope, nothing_more, take)
        return int(said[0]["status"])

    async def scene() -> list[int]:
        return [await ask() for _ in range(MOST + 1)]

    assert asyncio.run(scene()) == [408] * (MOST + 1)
