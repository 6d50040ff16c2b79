"""A wish that is spoken to the browser: its sound is handed to the box, which understands it. It is in memory only, here as there."""

import asyncio
from typing import get_args

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from fably.control.client import NobodyThere
from fably.control.protocol import SOUND, Refused
from fably.core.types import Language
from fably.texts import text
from fably.web.box import Box

KIND = "application/octet-stream"
"""What the body must say that it is: no form of another page can send that."""
MOST = 2
"""Sounds that are taken in at once: more of them are of no use, for the box hears one after the other."""
PATIENCE = 60.0
"""Seconds in which a sound must have come: a phone that is carried out of the Wi-Fi in the middle of it closes nothing."""
LANGUAGES: tuple[Language, ...] = get_args(Language)


class Spoken:
    """Has `box` understand what is said: 16-bit mono sound of 16 kHz, in the body."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._taken = 0

    def routes(self) -> list[Route]:
        return [Route("/hear/{language}", self._hear, methods=["POST"])]

    async def _hear(self, request: Request) -> Response:
        """`wish` and `sure`, as the box has it; where it cannot, what that `says`, for a person: that is no fault of the request."""
        language = next((one for one in LANGUAGES if one == request.path_params["language"]), None)
        if language is None:
            return PlainTextResponse("There is nothing here.", 404)
        if request.headers.get("content-type") != KIND:
            return PlainTextResponse(f"That is not {KIND}.", 415)
        if self._taken >= MOST:
            return JSONResponse({"says": text(language, "control.hears_another")})
        self._taken += 1
        try:
            return await self._understood(request, language)
        except TimeoutError:
            return PlainTextResponse("That took too long.", 408)
        except ClientDisconnect:
            return Response(status_code=400)  # which nobody reads
        finally:
            self._taken -= 1

    async def _understood(self, request: Request, language: Language) -> Response:
        sound = bytearray()
        async with asyncio.timeout(PATIENCE):
            async for piece in request.stream():
                sound += piece
                if len(sound) > SOUND:
                    return PlainTextResponse("That is too much.", 413)
        if not sound or len(sound) % 2:
            return PlainTextResponse("That is no sound.", 400)
        try:
            return JSONResponse(await self._box.hear(bytes(sound), language))
        except NobodyThere:
            return JSONResponse({"says": text(language, "page.no_box")})
        except Refused as refused:
            return JSONResponse({"says": str(refused)})
