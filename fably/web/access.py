"""What stands between the network and everything of the page: who asks, from where, for what, and how much of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fably.web.names import Names, same_place
from fably.web.sessions import Sessions

COOKIE = "fably_session"
LARGEST = 1_000_000
"""Bytes of a request's body: a wish is a sentence."""
BODY_SECONDS = 15.0
"""Until the next piece of a body has come."""
SAFE = ("GET", "HEAD")
OPEN = frozenset((method, path) for method in ("GET", "POST") for path in ("/login", "/pair", "/code", "/favicon.ico"))
"""What may be asked without a session."""
NEEDED = (
    ("GET", "/"), ("GET", "/config"), ("GET", "/theme.css"), ("GET", "/assets/"), ("GET", "/svelte/"),
    ("GET", "/gradio_api/startup-events"), ("GET", "/gradio_api/queue/data"), ("POST", "/gradio_api/queue/join"),
    ("GET", "/gradio_api/heartbeat/"), ("POST", "/gradio_api/cancel"), ("POST", "/gradio_api/reset"),
)  # fmt: skip
"""What is asked of Gradio, below the path of each of its pages; one that ends in / stands for all below it. The other seventy things that
it answers (files, uploads, proxies, its API's pages, ...) are closed, and so is what its next version brings."""
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "font-src 'self' data:; connect-src 'self'; frame-src 'none'; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)
"""What a browser may load and run (CSP). Gradio's front page may also evaluate templates, which it has to, and the scripts in it."""
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(self), payment=(), usb=()",
}
APART = {"cross-origin-opener-policy": "same-origin"}
"""What a browser takes from a page only that it trusts, from this same machine or with TLS: at any other it complains of it."""


@dataclass(frozen=True)
class Rules:
    """What is allowed. `sessions` is None where nobody need log in."""

    names: Names
    sessions: Sessions | None
    pages: tuple[str, ...]
    """The paths below which Gradio's pages are."""


class Access:
    """An ASGI application around all the others. What is not allowed never reaches them."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self._app, self._rules = app, rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # nothing of ours is a WebSocket
        trusted = any(name == b"sec-fetch-site" for name, _value in scope["headers"])  # which it tells to such pages alone
        bound = _Bound(receive, send, HEADERS | APART if trusted else HEADERS)
        refused = self._refused(scope)
        if refused is not None:
            await refused(scope, bound.receive, bound.send)
            return
        await self._app(scope, bound.receive, bound.send)

    def _refused(self, scope: Scope) -> Response | None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        method, path = scope["method"], scope["path"]
        if sum(name == b"host" for name, _value in scope["headers"]) != 1 or not self._rules.names.take(headers["host"]):
            return PlainTextResponse("This is Fably, and it is called otherwise.", 421)
        if not _from_here(method, headers):
            return PlainTextResponse("Another page asked for this.", 403)
        if int(length) > LARGEST if (length := headers.get("content-length", "0")).isdecimal() else True:
            return PlainTextResponse("That is too much.", 413)
        if (sessions := self._rules.sessions) is not None and (method, path) not in OPEN and not sessions.knows(token(headers)):
            if method == "GET" and "text/html" in headers.get("accept", ""):
                return RedirectResponse(f"/login?next={quote(path, safe='')}", 303)
            return PlainTextResponse("Log in first.", 401)
        if _closed(method, path, self._rules.pages):
            return PlainTextResponse("There is nothing here.", 404)
        return None


def token(headers: Mapping[str, str]) -> str:
    """The secret of the session that a request belongs to; empty where it has none."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _from_here(method: str, headers: Mapping[str, str]) -> bool:
    """Whether a request was not sent by a page of somebody else's. What changes something must say where it comes from."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is not None:
        return same_place(origin, headers["host"])
    if method in SAFE:
        return site in (None, "same-origin", "none") or headers.get("sec-fetch-mode") == "navigate"
    return site == "same-origin"


def _closed(method: str, path: str, pages: tuple[str, ...]) -> bool:
    """Whether a path is one of Gradio's that nobody needs."""
    page = next((one for one in pages if path.startswith(f"{one}/")), None)
    if page is None:
        return False
    below = path[len(page) :]
    allowed = (one for how, one in NEEDED if how == ("GET" if method == "HEAD" else method))
    return ".." in below or not any(below == one or (len(one) > 1 and one.endswith("/") and below.startswith(one)) for one in allowed)


class _Bound:
    """A request whose body is bounded in size and time (Starlette answers what is raised here), and whose answer has our headers."""

    def __init__(self, receive: Receive, send: Send, headers: Mapping[str, str]) -> None:
        self._headers = headers
        self._receive, self._send, self._size, self._whole = receive, send, 0, False

    async def receive(self) -> Message:
        if self._whole:
            return await self._receive()  # of a browser that has gone, whenever that is
        try:
            async with asyncio.timeout(BODY_SECONDS):
                message = await self._receive()
        except TimeoutError as error:
            raise HTTPException(408, "That took too long.") from error
        if message["type"] == "http.request":
            self._size += len(message.get("body", b""))
            self._whole = not message.get("more_body", False)
            if self._size > LARGEST:
                raise HTTPException(413, "That is too much.")
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            own = {name.lower() for name, _value in message.get("headers", ())}
            more = [(name.encode(), value.encode()) for name, value in self._headers.items() if name.encode() not in own]
            if b"cache-control" not in own:
                more.append((b"cache-control", b"no-store"))
            message = {**message, "headers": [*message.get("headers", ()), *more]}
        await self._send(message)
