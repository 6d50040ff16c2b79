"""Logging in: by the password, or by six digits that the box says."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from fably.core.errors import FablyError
from fably.core.types import Language
from fably.texts import text
from fably.web import pages
from fably.web.access import COOKIE, token
from fably.web.pairing import Pairing, TooManyCodes
from fably.web.passwords import Password
from fably.web.patience import Patience
from fably.web.sessions import LIFE, Sessions

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Door:
    """What is needed to let somebody in. `say` has the box say digits; it raises `FablyError` where that cannot be."""

    password: Password
    sessions: Sessions
    pairing: Pairing
    patience: Patience
    say: Callable[[str], Awaitable[None]]
    language: Language
    """Of who prefers none that we speak."""
    one: asyncio.Lock
    """Passwords are tried one after the other: each takes 16 MB for a moment."""

    def routes(self) -> list[Route]:
        return [
            Route("/login", self._shown, methods=["GET"]),
            Route("/login", self._login, methods=["POST"]),
            Route("/pair", self._pair, methods=["POST"]),
            Route("/code", self._code, methods=["POST"]),
            Route("/logout", self._logout, methods=["POST"]),
        ]

    async def _shown(self, request: Request) -> Response:
        if self.sessions.knows(token(request.headers)):
            return RedirectResponse(_inside(request.query_params.get("next", "")), 303)
        return self._page(self._language(request), to=_inside(request.query_params.get("next", "")))

    async def _login(self, request: Request) -> Response:
        language, who = self._language(request), _address(request)
        form = await request.form(max_files=0, max_fields=10)
        to = _inside(_field(form.get("next")))
        async with self.one:
            if wait := self.patience.wait(who):
                return self._page(language, text(language, "page.too_often", minutes=math.ceil(wait / 60)), 429, to, wait)
            if await asyncio.to_thread(self.password.fits, _field(form.get("password"))):
                self.patience.right(who)
                return self._let_in(to)
            self.patience.wrong(who)
        return self._page(language, text(language, "page.wrong_password"), 403, to)

    async def _pair(self, request: Request) -> Response:
        language = self._language(request)
        to = _inside(_field((await request.form(max_files=0, max_fields=10)).get("next")))
        try:
            asker, digits = self.pairing.begin()
        except TooManyCodes:
            return self._page(language, text(language, "page.enough_codes"), 429, to)
        try:
            await self.say(digits)
        except FablyError as error:  # which names paths, and is nothing for a stranger
            self.pairing.take_back()
            log.debug("the box says no code: %s", error)
            return self._page(language, text(language, "page.no_code"), 503, to)
        return HTMLResponse(pages.code(language, asker, to=to))

    async def _code(self, request: Request) -> Response:
        language, who = self._language(request), _address(request)
        form = await request.form(max_files=0, max_fields=10)
        asker, to = _field(form.get("asker")), _inside(_field(form.get("next")))
        if self.pairing.fits(asker, _field(form.get("code"))):
            self.patience.right(who)
            return self._let_in(to)
        if self.pairing.waits_for(asker):
            return HTMLResponse(pages.code(language, asker, wrong=text(language, "page.wrong_code"), to=to), 403)
        return self._page(language, text(language, "page.code_over"), 403, to)

    async def _logout(self, request: Request) -> Response:
        self.sessions.end(token(request.headers))
        answer = RedirectResponse("/login", 303)
        answer.delete_cookie(COOKIE)
        return answer

    def _let_in(self, to: str) -> Response:
        answer = RedirectResponse(to, 303)
        answer.set_cookie(COOKIE, self.sessions.begin(), max_age=int(LIFE), httponly=True, samesite="lax")
        return answer

    def _page(self, language: Language, wrong: str = "", status: int = 200, to: str = "/", wait: float = 0.0) -> Response:
        shown = pages.login(language, password=self.password.is_set, wrong=wrong, to=to)
        return HTMLResponse(shown, status, {"retry-after": str(math.ceil(wait))} if wait else None)

    def _language(self, request: Request) -> Language:
        return pages.preferred(request.headers.get("accept-language", ""), self.language)


def _field(value: object) -> str:
    return value if isinstance(value, str) else ""


def _inside(path: str) -> str:
    """A path of ours to go to; what is none, or leads elsewhere, is the front page."""
    parts = urlsplit(path) if path.isprintable() and "\\" not in path else None
    return path if parts and not parts.scheme and not parts.netloc and path.startswith("/") and not path.startswith("//") else "/"


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
