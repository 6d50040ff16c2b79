"""Server-sent events, cut anywhere: what is data, what is none, and what says that it broke off."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from fably.cloud import Service
from fably.cloud.events import events
from fably.core.errors import ProviderUnavailable


def read(answer: bytes, size: int = 10_000) -> list[Any]:
    async def pieces() -> AsyncGenerator[bytes, None]:
        for start in range(0, len(answer), size):
            yield answer[start : start + size]

    async def all_of_them() -> list[Any]:
        return [one async for one in events(pieces(), Service("http://somewhere"))]

    return asyncio.run(all_of_them())


@pytest.mark.parametrize("size", [1, 2, 10_000])
@pytest.mark.parametrize(
    "answer",
    [
        b"data: 1\n\ndata: 2\n\n",
        b"data:1\r\n\r\ndata:2",
        b"\xef\xbb\xbfdata: 1\n\ndata: 2\n\n",
        b"data: 1\n\ndata:\n\ndata: \n\ndata: 2\n\ndata: [DONE]\n\ndata: 3\n\n",
        b":error\ndata: 1\n\n: error\n\nevent: message\nid: 7\nretry: 3\ndata: 2\n\n",
    ],
    ids=["usual", "crlf", "mark", "empty", "comments"],
)
def test_what_is_data(answer: bytes, size: int) -> None:
    assert read(answer, size) == [1, 2]


def test_an_error_by_its_name_or_by_what_it_says() -> None:
    for answer in (b'event: error\ndata: {"message": "no"}\n\n', b'data: {"error": "no"}\n\n'):
        with pytest.raises(ProviderUnavailable, match="somewhere broke off: no"):
            read(answer)


def test_an_answer_that_is_only_a_mark_is_empty() -> None:
    assert read(b"\xef\xbb\xbf") == []
