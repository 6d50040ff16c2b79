"""The box's end of the control socket."""

import asyncio
import contextlib
import functools
import logging
from collections.abc import AsyncIterator
from pathlib import Path

from fably.control.connection import Connection, Orders, hello, refusal
from fably.control.place import listening
from fably.control.protocol import LONGEST, Refused
from fably.control.sound import Floor
from fably.core.types import Language
from fably.texts import text

log = logging.getLogger(__name__)
CLIENTS = 16


@contextlib.asynccontextmanager
async def serving(path: Path, group: str | None, orders: Orders, language: Language) -> AsyncIterator[None]:
    """Answer at the socket `path` as long as this lasts, for this user and, if it is set, `group`. Raises `ConfigError`."""
    clients: set[asyncio.Task[None]] = set()
    floor = Floor(language)

    def come(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(clients) >= CLIENTS:
            writer.write(hello() + refusal(Refused("busy", text(language, "control.full", count=CLIENTS))))
            writer.close()
            return
        client = asyncio.create_task(Connection(reader, writer, orders, floor, language).live())
        clients.add(client)
        client.add_done_callback(functools.partial(_gone, clients))

    with listening(path, group) as door:
        server = await asyncio.start_unix_server(come, sock=door, limit=LONGEST)
        try:
            yield
        finally:
            server.close()
            for client in list(clients):
                client.cancel()
            await asyncio.gather(*clients, return_exceptions=True)


def _gone(clients: set[asyncio.Task[None]], client: asyncio.Task[None]) -> None:
    clients.discard(client)
    if not client.cancelled() and client.exception() is not None:
        log.error("a client could not be served", exc_info=client.exception())
