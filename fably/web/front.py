"""Gradio's front page, made ours: in the right language, asking nothing of anybody else, and with only those scripts that are its own."""

import re
import secrets
from collections.abc import Callable
from html import escape
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fably.core.types import Language
from fably.web.access import POLICY

MOON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#f0a04b" d="M21 2a14 14 0 1 0 9 20A12 12 0 0 1 21 2z"/></svg>'
)
_AWAY = (
    re.compile(r'<meta\s+(?:property="og:|name="twitter:)[^>]*>'),
    re.compile(r'<link rel="manifest"[^>]*>'),
    re.compile(r"<script>(?:(?!</script>).)*iframeResizer\.contentWindow(?:(?!</script>).)*</script>", re.DOTALL),  # for pages in frames
)
_SCRIPT = re.compile(r"(^\s*|</script>)<script\b", re.MULTILINE)  # not those in the settings of the page, which are text


class Front:
    """The page `app`, whose front page is at `path`."""

    def __init__(self, app: ASGIApp, path: str, language: Language) -> None:
        self._app, self._path, self._language = app, path, language

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != self._path or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        answer = _Held(send, lambda page, nonce: ours(page, self._language, nonce))
        await self._app({**scope, "headers": plain}, receive, answer.send)


def ours(page: str, language: Language, nonce: str) -> str:
    """The front page as it is sent. Its scripts are those that stand in it now: whatever comes later has no `nonce`, and is not run."""
    for what in _AWAY:
        page = what.sub("", page)
    page = re.sub(r'lang="\w+"', f'lang="{language}"', page, count=1)
    icon = f'<link rel="icon" href="data:image/svg+xml,{escape(quote(MOON))}">'
    page = page.replace("</head>", f"{icon}</head>", 1)
    return _SCRIPT.sub(rf'\1<script nonce="{nonce}"', page)


class _Held:
    """Keeps a page until it is whole, and sends what becomes of it."""

    def __init__(self, send: Send, change: Callable[[str, str], str]) -> None:
        self._send, self._change = send, change
        self._start: Message = {}
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        nonce = secrets.token_urlsafe(16)
        body = self._change(self._body.decode(errors="replace"), nonce).encode() if self._start["status"] == 200 else self._body
        kept = [(name, value) for name, value in self._start.get("headers", ()) if name.lower() != b"content-length"]
        policy = POLICY.replace("script-src 'self'", f"script-src 'self' 'nonce-{nonce}' 'unsafe-eval'").encode()
        headers = [*kept, (b"content-length", str(len(body)).encode()), (b"content-security-policy", policy)]
        await self._send({**self._start, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})
