"""The page as a whole: what is made of what, from when it is asked for until it leaves. The only place that knows uvicorn."""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, get_args

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from fably.control.place import places
from fably.core.types import Language
from fably.ledger import picture
from fably.memory.journal import NAME, read
from fably.settings import Settings
from fably.web import doorway
from fably.web.access import Access, Rules
from fably.web.alive import Alive, Events
from fably.web.box import Box
from fably.web.connections import Connection
from fably.web.front import Front
from fably.web.interface import folder
from fably.web.login import Door
from fably.web.names import names
from fably.web.pages import preferred
from fably.web.pairing import Pairing
from fably.web.passwords import Password
from fably.web.patience import Patience
from fably.web.rooms import kept_in
from fably.web.sessions import Sessions
from fably.web.sounds import Sounds
from fably.web.spoken import Spoken

NONE_YET = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 4"/>'
LANGUAGES: tuple[Language, ...] = get_args(Language)
FILES = ("page.css", "page.js", "speak.js", "microphone.js")
"""What a browser loads of us."""
LOOK = 1.0
"""How often it is looked whether nobody looks, in seconds."""
GRACE = 2
"""Seconds for what is still being answered when the page leaves."""


class Server(uvicorn.Server):
    """uvicorn's, which says when it listens, and has the streams end before it waits for them."""

    def __init__(self, config: uvicorn.Config, ready: Any, leaving: asyncio.Event) -> None:
        super().__init__(config)
        self._ready, self._leaving = ready, leaving

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._leaving.set()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        """A signal has it leave, as uvicorn's own does; but it is not raised once more afterwards."""
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, one in before.items():
                signal.signal(number, one)


async def serve(settings: Settings, listening: socket.socket, lite_app: Any, ready: Any, idle: float | None) -> None:
    """Serve the page at `listening` until a signal comes, or nobody has looked for `idle` seconds. `ready` is called when it answers."""
    box = Box(places(settings.control_socket, os.environ, settings.state))
    leaving = asyncio.Event()
    page = Page(settings, box, lite_app, doorway.is_private(listening), leaving)
    config = uvicorn.Config(
        page.app, http=Connection, ws="none", lifespan="off", server_header=False,
        log_level="debug" if settings.debug else "critical", access_log=settings.debug,
        proxy_headers=False, timeout_graceful_shutdown=GRACE, timeout_keep_alive=5, h11_max_incomplete_event_size=32_768,
    )  # fmt: skip
    server = Server(config, ready, leaving)
    tasks = [asyncio.create_task(box.live())]
    if idle is not None:
        tasks.append(asyncio.create_task(_leave_when_alone(server, page.alive, idle)))
    try:
        async with page.living():
            await server.serve(sockets=[listening])
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def _leave_when_alone(server: uvicorn.Server, alive: Alive, idle: float) -> None:
    while (left := idle - alive.alone) > 0:  # noqa: ASYNC110 - it is time that is waited for
        await asyncio.sleep(min(LOOK, left))  # a page may be opened meanwhile, and closed
    server.should_exit = True


class Page:
    """The page as an ASGI application, in all its languages. A language is made when somebody asks for it."""

    def __init__(self, settings: Settings, box: Box, lite_app: Any, private: bool, leaving: asyncio.Event) -> None:
        self._settings, self._box, self._lite_app = settings, box, lite_app
        rooms = kept_in(settings)
        sessions = None if private else Sessions(rooms / "sessions.json")
        own = [
            Route("/", self._front),
            *(Route(f"/{language}", self._slash) for language in LANGUAGES),
            *(Route(f"/{file}", self._file) for file in FILES),
            Route("/favicon.ico", self._nothing),
            Route("/memory.svg", self._memory),
            *Sounds(settings.library_path).routes(),
            *Events(box, leaving).routes(),
            *Spoken(box).routes(),
        ]
        if sessions is not None:

            async def say(digits: str) -> None:
                await box.ask("say", digits=digits)

            password = Password(rooms / "password")
            own += Door(password, sessions, Pairing(rooms / "codes.json"), Patience(), say, settings.language, asyncio.Lock()).routes()
        self._locked = sessions is not None
        self._own = Starlette(routes=own)
        self._ours: dict[Language, ASGIApp] = {}
        self._making = asyncio.Lock()
        self._stack = contextlib.AsyncExitStack()
        known = names(private, (settings.web_names or "").split(","))
        rules = Rules(known, sessions, tuple(f"/{one}" for one in LANGUAGES))
        self.alive = Alive(Access(self._inner, rules))
        self.app: ASGIApp = self.alive

    @asynccontextmanager
    async def living(self) -> AsyncIterator[None]:
        """The time in which it answers."""
        async with self._stack:
            yield

    async def _inner(self, scope: Scope, receive: Receive, send: Send) -> None:
        first, _, rest = scope["path"][1:].partition("/")
        language = next((one for one in LANGUAGES if one == first), None)
        if language is not None and (rest or scope["path"].endswith("/")):
            await (await self._in(language))(scope, receive, send)
        else:
            await self._own(scope, receive, send)

    async def _in(self, language: Language) -> ASGIApp:
        async with self._making:
            if language not in self._ours:
                made = await asyncio.to_thread(self._application, language)
                await self._stack.enter_async_context(made.router.lifespan_context(made))
                self._ours[language] = Front(made, f"/{language}/", language)
        return self._ours[language]

    def _application(self, language: Language) -> Any:
        return self._lite_app.application(language, self._settings, self._box, log_out=self._locked)

    async def _front(self, request: Request) -> Response:
        language = preferred(request.headers.get("accept-language", ""), self._settings.language)
        return RedirectResponse(f"/{language}/", 303)

    async def _slash(self, request: Request) -> Response:
        return RedirectResponse(f"{request.url.path}/", 303)

    async def _file(self, request: Request) -> Response:
        return FileResponse(folder() / request.url.path[1:], headers={"cache-control": "no-cache"})

    async def _nothing(self, _request: Request) -> Response:
        return Response(status_code=204)  # browsers ask for it by themselves; the icon is in the page

    async def _memory(self, _request: Request) -> Response:
        drawn = await asyncio.to_thread(lambda: picture(self._settings, read(self._settings.state / NAME)))
        if drawn is None:
            return Response(NONE_YET, media_type="image/svg+xml")
        return Response(drawn, media_type="image/svg+xml")
