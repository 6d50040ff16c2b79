"""One client of the control socket. A bad one costs the box nothing: what waits for it is bounded, and then it is dropped."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from fably import __version__
from fably.control.lines import line, read
from fably.control.protocol import VERSION, Refused, Request, fitting, id_of
from fably.control.sound import Floor
from fably.core.types import Language
from fably.texts import text

log = logging.getLogger(__name__)
UNREAD = 262_144
"""Bytes of events that may wait for a client, besides what the kernel holds; 64 long passages are fewer."""
PATIENCE = 20.0
"""Seconds in which a client must have taken the reply that it has asked for."""


@dataclass(frozen=True)
class Answer:
    """What a request comes to."""

    gives: Mapping[str, object] = field(default_factory=dict)
    after: Callable[[], None] | None = None
    """Done when the reply has gone, or cannot go any more."""


class Orders(Protocol):
    """What requests are put to."""

    async def answer(self, request: Request) -> Answer:
        """Do it; where sound comes with it, that is the whole of it, as bytes. Raises `Refused`, and only that."""
        ...

    def watch(self, tell: Callable[[Mapping[str, object]], None]) -> Callable[[], None]:
        """Have `tell`, which neither waits nor raises, told of every event from now on; what is given back ends that."""
        ...


def hello() -> bytes:
    """The first line that everybody gets."""
    return line({"fably": __version__, "protocol": VERSION})


def refusal(fault: Refused, id: str | int | float | None = None) -> bytes:
    """The reply to what was refused."""
    return line({"id": id, "ok": False, "error": fault.word, "says": str(fault)})


class Connection:
    """A client, from its first line to its last."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, orders: Orders, floor: Floor, language: Language
    ) -> None:
        self._reader, self._writer, self._orders, self._floor, self._language = reader, writer, orders, floor, language
        self._unwatch: Callable[[], None] | None = None
        writer.transport.set_write_buffer_limits(high=0)  # drain() waits until all has gone

    async def live(self) -> None:
        """Answer what is asked, until the client goes or must go."""
        try:
            await self._send(hello())
            while (request := await self._next()) is not None:
                await self._reply(request)
        except (OSError, TimeoutError) as error:
            log.debug("a client has gone: %s", error)
        finally:
            self._writer.transport.abort()
            self._floor.leave(self)
            if self._unwatch is not None:
                self._unwatch()

    async def _next(self) -> bytes | None:
        """The next whole line; None where there is none any more."""
        try:
            return await self._reader.readuntil(b"\n")
        except asyncio.IncompleteReadError:
            return None
        except asyncio.LimitOverrunError:
            await self._send(refusal(Refused("bad_request", text(self._language, "control.too_long"))))
            return None

    async def _reply(self, one: bytes) -> None:
        raw: object = None
        answer = Answer()
        try:
            try:
                raw = read(one)
            except ValueError as error:
                raise Refused("bad_request", text(self._language, "control.no_request")) from error
            request = fitting(raw, self._language)
            log.debug("%s", request.do)  # not what with: there may be a key in it
            answer = await (self._heard(request) if request.do == "hear" else self._orders.answer(request))
            reply = line({"id": request.id, "ok": True, **answer.gives})
            if request.do == "watch" and self._unwatch is None:
                self._unwatch = self._orders.watch(self._event)
        except Refused as fault:
            reply = refusal(fault, id_of(raw))
        except Exception:  # a fault of ours: the box and this client go on all the same
            log.exception("a request could not be answered")
            reply = refusal(Refused("fault", text(self._language, "control.fault")), id_of(raw))
        try:
            await self._send(reply)
        finally:
            if answer.after is not None:
                answer.after()

    async def _heard(self, request: Request) -> Answer:
        """What comes of a piece of sound: nothing, before it is the last."""
        sound = self._floor.take(self, request.given)
        if sound is None:
            return Answer()
        try:
            return await self._orders.answer(replace(request, given={**request.given, "sound": sound}))
        finally:
            self._floor.leave(self)

    async def _send(self, one: bytes) -> None:
        self._writer.write(one)
        async with asyncio.timeout(PATIENCE):
            await self._writer.drain()

    def _event(self, event: Mapping[str, object]) -> None:
        transport = self._writer.transport
        if transport.is_closing():
            return
        if transport.get_write_buffer_size() > UNREAD:
            log.debug("a client that does not read is dropped")
            transport.abort()
        else:
            self._writer.write(line(event))
