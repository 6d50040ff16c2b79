"""The Wyoming protocol, as a client speaks it: connections, answers within bounds, and faults in our words.

An event is a line of JSON, then `data_length` bytes of more JSON, then `payload_length` bytes of sound. The package `wyoming` writes
them; they are read here, for its own reader trusts every length that a server sends, and cannot tell nonsense from an end.
`wyoming.event` is imported by those who make a provider, in a thread: it costs 3 MB.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from fably import causes
from fably.core.errors import ProviderTimeout, ProviderUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

    from wyoming.event import Event

LONGEST_LINE = 65_536
"""Bytes of the line that an event begins with."""
MOST_DATA = 1_000_000
"""Bytes of JSON after it: five times what a server with 180 voices says of itself. As Python objects it may take thirty times that."""
MOST_PAYLOAD = 8_000_000
"""Bytes of sound in one event: three minutes of speech."""


class Address(NamedTuple):
    """Where a server listens: a host and its port, or the path of a Unix socket."""

    host: str
    port: int
    path: str = ""

    @property
    def place(self) -> str:
        """What it is called in messages."""
        return self.path or f"{self.host}:{self.port}"


def address_of(url: str) -> Address:
    """Read tcp://host:port or unix:///path. Raises `ProviderUnavailable` for anything else."""
    try:
        parts = urlsplit(url)
        if parts.scheme == "unix" and parts.path and not parts.netloc:
            return Address("", 0, parts.path)
        if parts.scheme == "tcp" and parts.hostname and parts.port:
            return Address(parts.hostname, parts.port)
    except ValueError:  # a port that is no number, a bracket that is not closed
        pass
    raise ProviderUnavailable(f"{url!r} is not where a Wyoming server is; give an address such as tcp://homeserver:10200", retryable=False)


class BrokenOff(ProviderUnavailable):
    """The other side is gone."""


async def next_event(reader: asyncio.StreamReader) -> Event:
    """The next event, within the bounds above. Raises `EOFError`, `OSError`, and for nonsense `LimitOverrunError`, `ValueError` and
    `RecursionError`."""
    from wyoming.event import Event

    head = _dict(json.loads(await reader.readuntil(b"\n")))
    more = await reader.readexactly(_length(head, "data_length", MOST_DATA))
    payload = await reader.readexactly(_length(head, "payload_length", MOST_PAYLOAD))
    data = {**_dict(head.get("data") or {}), **_dict(json.loads(more or b"{}"))}
    return Event(_text(head, "type"), data, payload or None)


class Connection:
    """An open connection to the server at `place`, over whatever joins a reader and a writer."""

    def __init__(self, place: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.place, self._reader, self._writer = place, reader, writer

    async def send(self, *events: Event) -> None:
        """Send events, waiting until the server takes them. Raises `ProviderUnavailable`."""
        from wyoming.event import async_write_event

        with self._translated():
            for one in events:
                await async_write_event(one, self._writer)

    async def receive(self) -> Event:
        """The next event. Raises `ProviderUnavailable` where there is none, none that makes sense, or one that tells of an error."""
        with self._translated():
            event = await next_event(self._reader)
        if event.type == "error":
            why = _line(event.data.get("text")).rstrip(" .")
            raise ProviderUnavailable(f"{self.place} failed{why and f': {why}'}", place=self.place, kind="failed" * bool(why), detail=why)
        return event

    def nonsense(self, what: str) -> ProviderUnavailable:
        """The error for an answer that is not to be understood."""
        said = f"{self.place} gave an answer that makes no sense ({what})"
        return ProviderUnavailable(said, retryable=False, place=self.place, kind="nonsense")

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (EOFError, OSError) as error:  # asyncio's IncompleteReadError is an EOFError
            cause = causes.HUNG_UP
            raise BrokenOff(f"{self.place} {cause.clause}", place=self.place, kind=cause.kind) from error
        except asyncio.LimitOverrunError as error:
            raise self.nonsense("a line without an end") from error
        except _OddError as error:
            raise self.nonsense(str(error)) from error
        except (ValueError, RecursionError) as error:
            raise self.nonsense("no JSON") from error


@contextlib.asynccontextmanager
async def connected(address: Address, seconds: float) -> AsyncGenerator[Connection, None]:
    """A connection, made within `seconds` and closed on every way out.

    Raises `ProviderUnavailable` or `ProviderTimeout` when there is nobody.
    """
    place = address.place
    try:
        async with asyncio.timeout(seconds):
            if address.path:
                reader, writer = await asyncio.open_unix_connection(address.path, limit=LONGEST_LINE)
            else:
                reader, writer = await asyncio.open_connection(address.host, address.port, limit=LONGEST_LINE)
    except TimeoutError as error:
        cause = causes.LATE
        raise ProviderTimeout(f"{place} {cause.clause}", unreachable=True, place=place, kind=cause.kind) from error
    except (OSError, ValueError) as error:  # ValueError: a name that no host can have
        cause = causes.of_system(error) or (causes.ELSEWHERE if isinstance(error, OSError) else causes.NAME)
        raise ProviderUnavailable(
            f"{place} {cause.clause}", retryable=cause.retryable, unreachable=True, place=place, kind=cause.kind
        ) from error
    try:
        yield Connection(place, reader, writer)
    finally:
        writer.transport.abort()  # not close(), which waits for a server that may have stopped reading
        with contextlib.suppress(OSError):
            await writer.wait_closed()


class _OddError(ValueError):
    """An event that is JSON, and no event; in our words."""


def _dict(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _OddError("no JSON object")
    return value


def _text(of: dict[str, Any], name: str) -> str:
    value = of.get(name)
    if not isinstance(value, str):
        raise _OddError(f"no {name}")
    return value


def _length(head: dict[str, Any], name: str, most: int) -> int:
    value = head.get(name)
    if value is None:
        return 0
    if type(value) is not int or not 0 <= value <= most:
        raise _OddError(f"{name} is {_line(str(value))}")
    return value


def _line(said: object) -> str:
    """One short line of what a server says."""
    return " ".join(said.split())[:160] if isinstance(said, str) else ""
