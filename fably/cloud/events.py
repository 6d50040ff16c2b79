"""Server-sent events (WHATWG HTML, 9.2), as far as the OpenAI protocol uses them.

The `openai` client can read them too. But it builds its streams of generators within generators and leaves the inner ones to the
garbage collector, in tasks of their own; and it makes an object of every token, which is most of the work on a small machine.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from fably.cloud.errors import broken_off
from fably.cloud.service import Service

_SOON = 0.2
"""Seconds in which the end of an answer comes, once all of it that matters is there."""
_MARK = b"\xef\xbb\xbf"
"""The byte order mark that an answer may begin with."""


async def events(answer: AsyncGenerator[bytes, None], service: Service) -> AsyncGenerator[Any, None]:
    """The JSON of each event of `answer`, up to the one that says that all is done. It is whatever the service sends: not always a
    mapping. Raises `ProviderError` where the service says that it broke off, and `ValueError` for what is no JSON. `answer` is the
    caller's to close."""
    kind = b""
    async with aclosing(_lines(answer)) as lines:
        async for line in lines:
            name, _, value = line.partition(b":")
            if name == b"event" or not line:  # an empty line ends an event
                kind = value.strip()
            if name != b"data" or not value.strip():
                continue
            if value.strip() == b"[DONE]":
                return
            event = json.loads(value)
            if kind == b"error" or (isinstance(event, dict) and event.get("error")):
                raise broken_off(service, event)
            yield event


async def read_out(answer: AsyncGenerator[bytes, None]) -> None:
    """Read the little that follows after all is said, so that the connection can be used again. What goes wrong there is no news."""
    with contextlib.suppress(Exception):
        async with asyncio.timeout(_SOON):
            async for _ in answer:
                pass


async def _lines(answer: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """Whole lines, which end with LF or CR LF; their pieces come in any size."""
    begun, mark = bytearray(), _MARK
    async for piece in answer:
        *ended, rest = piece.split(b"\n")
        for part in ended:
            begun += part
            yield bytes(begun).removeprefix(mark).removesuffix(b"\r")
            begun.clear()
            mark = b""
        begun += rest
    if begun:
        yield bytes(begun).removeprefix(mark)
