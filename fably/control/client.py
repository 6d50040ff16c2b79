"""The other end of the control socket: for `fably ctl`, the parent's page, and anybody who asks the box for something."""

import asyncio
import binascii
import contextlib
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from fably.control.lines import line
from fably.control.lines import read as read_line
from fably.control.place import reachable
from fably.control.protocol import LONGEST as LONGEST_LINE
from fably.control.protocol import PIECE, VERSION, Refused
from fably.core.errors import FablyError
from fably.core.types import Language
from fably.texts import text

LONGEST = 16_777_216
"""Bytes of a line that a box sends: the list of all settings is some 30 thousand."""
EVENTS = 256
"""Events that may wait for whoever asked for them."""
PATIENCE = 30.0
"""Seconds that a box may take for a reply."""


class NobodyThere(FablyError):
    """There is no box to speak to, or none any more. The text says where one was looked for, and what to do."""


class Client:
    """A box to speak to. Several may ask at the same time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, version: str, language: Language) -> None:
        self._reader, self._writer, self._language = reader, writer, language
        self.version = version
        """Of the Fably that answers."""
        self._asked: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._events: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue(EVENTS)
        self._count = 0
        self._reading = asyncio.create_task(self._read())

    async def ask(self, do: str, /, **given: Any) -> dict[str, Any]:
        """What the box gives for the command `do`; what is None is not said. Raises `Refused` and `NobodyThere`."""
        self._count += 1
        number, said = self._count, {name: value for name, value in given.items() if value is not None}
        if self._reading.done():
            raise self._gone()
        request = line({"id": number, "do": do, **said})
        if len(request) > LONGEST_LINE:  # the box would hang up in the middle of it
            raise Refused("bad_request", text(self._language, "control.too_long"))
        answer = self._asked[number] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(PATIENCE):
                self._writer.write(request)
                await self._writer.drain()
                reply = await answer
        except TimeoutError as error:
            raise NobodyThere(text(self._language, "control.silent", seconds=f"{PATIENCE:g}")) from error
        except OSError as error:
            raise self._gone() from error
        finally:
            del self._asked[number]
        if reply.get("ok") is not True:
            raise Refused(str(reply.get("error")), str(reply.get("says")))
        return {name: value for name, value in reply.items() if name not in ("id", "ok")}

    async def hear(self, sound: bytes, language: Language) -> dict[str, Any]:
        """What the box understands of a wish in `language`: 16-bit mono sound of 16 kHz, a few seconds of it. Raises what `ask` does."""
        last = max(len(sound) - 1, 0) // PIECE * PIECE
        for at in range(0, last, PIECE):
            await self._piece(sound, at, language, more=True)
        return await self._piece(sound, last, language)

    async def _piece(self, sound: bytes, at: int, language: Language, more: bool | None = None) -> dict[str, Any]:
        piece = binascii.b2a_base64(sound[at : at + PIECE], newline=False).decode()
        return await self.ask("hear", sound=piece, at=at, more=more, language=language)

    async def events(self) -> AsyncGenerator[dict[str, Any], None]:
        """What happens, after `ask("watch")`. Raises `NobodyThere` when the box has gone."""
        while (event := await self._events.get()) is not None:
            yield event
        raise self._gone()

    async def _read(self) -> None:
        try:
            while True:
                said = read_line(await self._reader.readuntil(b"\n"))
                if "event" in said:
                    self._events.put_nowait(said)  # whoever does not read them in time has lost the thread
                elif (answer := self._asked.get(said.get("id"))) is not None and not answer.done():
                    answer.set_result(said)
        except (EOFError, OSError, ValueError, asyncio.QueueFull, asyncio.LimitOverrunError):
            pass
        finally:
            self._writer.transport.abort()
            for answer in self._asked.values():
                if not answer.done():
                    answer.set_exception(self._gone())
            if self._events.full():
                self._events.get_nowait()
            self._events.put_nowait(None)

    def _gone(self) -> NobodyThere:
        return NobodyThere(text(self._language, "control.gone"))

    async def aclose(self) -> None:
        """Hang up."""
        self._reading.cancel()
        await asyncio.wait([self._reading])


@contextlib.asynccontextmanager
async def connected(places: Sequence[Path], language: Language = "en") -> AsyncIterator[Client]:
    """The first box that answers at one of `places`. What goes wrong is said in `language`. Raises `NobodyThere`."""
    client = await _connect(places, language)
    try:
        yield client
    finally:
        await client.aclose()


async def _connect(places: Sequence[Path], language: Language) -> Client:
    forbidden: Path | None = None
    for path in places:
        door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        door.setblocking(False)
        try:
            with reachable(path) as address:
                await asyncio.get_running_loop().sock_connect(door, address)
        except BaseException as error:
            door.close()
            if not isinstance(error, OSError):
                raise
            if isinstance(error, PermissionError):
                forbidden = forbidden or path
            continue
        return await _greeted(path, *await asyncio.open_unix_connection(sock=door, limit=LONGEST), language)
    if forbidden:
        raise NobodyThere(text(language, "control.forbidden", path=forbidden))
    raise NobodyThere(text(language, "control.nobody", path=", ".join(map(str, places))))


async def _greeted(path: Path, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, language: Language) -> Client:
    try:
        async with asyncio.timeout(PATIENCE):
            said = read_line(await reader.readuntil(b"\n"))
        version, protocol = str(said["fably"]), said["protocol"]
    except (EOFError, OSError, TimeoutError, ValueError, LookupError, TypeError, asyncio.LimitOverrunError) as error:
        writer.transport.abort()
        raise NobodyThere(text(language, "control.stranger", path=path)) from error
    if protocol != VERSION:
        writer.transport.abort()
        raise NobodyThere(text(language, "control.other", path=path, version=version, protocol=protocol))
    return Client(reader, writer, version, language)
