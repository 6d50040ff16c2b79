"""What every open page listens to: it tells that the page is open, and what the box is doing."""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from fably.web.box import Box, Event

PING = 15.0
"""Seconds of silence after which something is sent, so that a browser that has gone is missed."""
KNOWN = ("event", "life", "state", "story", "volume", "language", "now", "least", "most", "seconds", "index")
"""What of an event is for a browser."""


class Alive:
    """Counts who looks: the requests that are being answered, and when the last one was."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._answering = 0
        self._last = time.monotonic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        self._answering += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._answering -= 1
            self._last = time.monotonic()

    @property
    def alone(self) -> float:
        """Seconds since somebody wanted something; 0 while a page is open, for its stream of events is a request without an end."""
        return 0.0 if self._answering else time.monotonic() - self._last


class Events:
    """The stream of events, as server-sent events. `leaving` is set when the page leaves: then they end."""

    def __init__(self, box: Box, leaving: asyncio.Event) -> None:
        self._box, self._leaving = box, leaving
        self._life = secrets.token_hex(4)  # a page that hears of another one has outlived its server, and loads itself anew

    def routes(self) -> list[Route]:
        return [Route("/alive", self._stream, methods=["GET"])]

    async def _stream(self, _request: Request) -> StreamingResponse:
        return StreamingResponse(self._events(), media_type="text/event-stream", headers={"x-accel-buffering": "no"})

    async def _events(self) -> AsyncGenerator[bytes, None]:
        leaving = asyncio.ensure_future(self._leaving.wait())
        try:
            async with aclosing(self._box.events()) as events:
                following = asyncio.ensure_future(anext(events, None))
                try:
                    yield b"retry: 2000\n\n" + _written({"event": "hello", "life": self._life})
                    await asyncio.sleep(0)  # now nothing of what follows is missed
                    yield _written({"event": "state", **self._box.status} if self._box.status else {"event": "gone"})
                    while not leaving.done():
                        await asyncio.wait([following, leaving], timeout=PING, return_when=asyncio.FIRST_COMPLETED)
                        if not following.done():
                            yield b": still here\n\n"
                            continue
                        event = following.result()
                        if event is None:
                            return
                        yield _written(event)
                        following = asyncio.ensure_future(anext(events, None))
                finally:
                    following.cancel()
                    await asyncio.wait([following])
        finally:
            leaving.cancel()


def _written(event: Event) -> bytes:
    said: Mapping[str, object] = {name: value for name, value in event.items() if name in KNOWN}
    return f"data: {json.dumps(said, ensure_ascii=False)}\n\n".encode()
