"""A real HTTP server on loopback that answers as it is told, and the ways in which a service fails that all who use one must bear."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self, TypeVar

import pytest

from fably.cloud import Cloud, Service
from fably.core.errors import AuthenticationFailed, ModelRetired, ProviderError, ProviderUnavailable, QuotaExceeded

P = TypeVar("P")
R = TypeVar("R")
KEY = "canary-5f1e77aa90c4e2"
FAILSAFE = 20.0
"""Seconds after which a test that hangs fails; nothing waits for so long."""


@dataclass(frozen=True)
class Answer:
    """What is answered. `piece`: bytes that are sent at once; 0 sends all, with their length before them."""

    body: bytes = b""
    kind: str = "application/json"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    piece: int = 0
    cut: bool = False
    """The connection is lost after the body, of which more was promised."""
    silent: bool = False
    """Nothing comes after the body, and the connection stays."""
    times: int = 1
    """How often the body is sent, one after the other."""


def told(value: object, status: int = 200, **headers: str) -> Answer:
    """An answer in JSON."""
    return Answer(json.dumps(value).encode(), status=status, headers=headers)


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class RestServer:
    """Set `on[path]` to an answer, or to a function that makes one of what was asked. `requests` holds what it was asked."""

    def __init__(self) -> None:
        self.on: dict[str, Answer | Callable[[Asked], Answer]] = {}
        self.requests: list[Asked] = []
        self.reached = threading.Event()
        """Set when it has been asked something and keeps silent."""
        self.left = threading.Event()
        """Set when the client hung up while it was silent."""

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"server_of": self}))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def service(self, name: str = "", key: str | None = KEY) -> Service:
        return Service(self.url, name, key, "THE_KEY")


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # all are joined at the end: a test that leaves one hanging is noticed

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    server_of: RestServer
    protocol_version = "HTTP/1.1"
    timeout = FAILSAFE

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])))

    def _answer(self, body: bytes) -> None:
        us = self.server_of
        asked = Asked(self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        us.requests.append(asked)
        path = self.path.partition("?")[0].removeprefix("/v1")
        found = us.on.get(path, told({"error": {"message": "no such place"}}, 404))
        answer = found if isinstance(found, Answer) else found(asked)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name.replace("_", "-"), value)
        if answer.kind:
            self.send_header("Content-Type", answer.kind)
        whole = len(answer.body) * answer.times + (1_000 if answer.cut or answer.silent else 0)
        self.send_header(*(("Transfer-Encoding", "chunked") if answer.piece else ("Content-Length", str(whole))))
        self.end_headers()
        size = answer.piece or len(answer.body) or 1
        for _ in range(answer.times):
            for start in range(0, len(answer.body), size):
                data = answer.body[start : start + size]
                self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data) if answer.piece else data)
        if answer.silent:
            us.reached.set()
            with suppress(ConnectionError):
                assert not self.rfile.read(1)
            us.left.set()
        elif answer.piece and not answer.cut:
            self.wfile.write(b"0\r\n\r\n")
        self.close_connection = answer.cut or answer.silent


@contextmanager
def rest_server(path: str, answer: Answer | Callable[[Asked], Answer]) -> Iterator[RestServer]:
    with RestServer() as server:
        server.on[path] = answer
        yield server


@dataclass(frozen=True)
class Fault:
    """A way to fail, and what must come of it."""

    answer: Answer
    error: type[ProviderError]
    retryable: bool
    says: str


SAID = f"Incorrect API key provided: {KEY}. " + "x" * 85 + f" The key {KEY} is wrong."  # its end is where messages are cut
FAULTS: dict[str, Fault] = {
    "401": Fault(told({"error": {"message": SAID}}, 401), AuthenticationFailed, False, "does not accept the key; check THE_KEY"),
    "401 in text": Fault(Answer(SAID.encode(), "text/plain", 401), AuthenticationFailed, False, "does not accept the key"),
    "403": Fault(told({"error": {"message": SAID}}, 403), AuthenticationFailed, False, "does not allow this key"),
    "404": Fault(told({"error": {"message": SAID}}, 404), ModelRetired, False, "does not have"),
    "404 in HTML": Fault(Answer(b"<html>nothing here</html>", "text/html", 404), ModelRetired, False, "check the address"),
    "402": Fault(told({"error": {"message": SAID}}, 402), QuotaExceeded, False, "wants no more requests from this account"),
    "429": Fault(told({"error": {"message": SAID}}, 429, Retry_After="7"), QuotaExceeded, True, "wants no more requests for now"),
    "500": Fault(told({"error": {"message": SAID}}, 500), ProviderUnavailable, True, "failed with status 500"),
    "503 in HTML": Fault(Answer(b"<h1>down</h1>", "text/html", 503), ProviderUnavailable, True, "failed with status 503"),
    "422 in a list": Fault(told({"detail": [{"msg": SAID}]}, 422), ProviderUnavailable, False, "status 422: Incorrect API key"),
    "cut": Fault(Answer(b'{"te', cut=True), ProviderUnavailable, True, "broke off"),
}


def outcome(server: RestServer, make: Callable[[Cloud, Service], P], use: Callable[[P], Awaitable[R]], name: str = "") -> R:
    """What comes of using a provider. Sees to it that no task is left, and that the key is in no text and in no address."""

    async def scene() -> R:
        cloud = Cloud(3)
        try:
            made = make(cloud, server.service(name))
            assert KEY not in repr(vars(made))
            try:
                return await use(made)
            finally:
                for _ in range(3):
                    await asyncio.sleep(0)
                assert len(asyncio.all_tasks()) == 1
        finally:
            await cloud.aclose()

    try:
        return asyncio.run(scene())
    except ProviderError as error:
        check_sentence(str(error))
        raise
    finally:
        assert not any(KEY in asked.path for asked in server.requests)


def check_sentence(said: str) -> None:
    """One line, short, and without the key or half of it."""
    assert KEY[:12] not in said
    assert "\n" not in said
    assert len(said) < 300


def bear(server: RestServer, fault: Fault, use: Callable[[], object]) -> None:
    """See that `use` fails as `fault` must."""
    with pytest.raises(ProviderError) as raised:
        use()
    assert type(raised.value).__mro__[:2].count(fault.error) == 1, repr(raised.value)
    assert fault.says in str(raised.value)
    assert raised.value.retryable is fault.retryable
    assert raised.value.after == (7 if "Retry_After" in fault.answer.headers else None)


def leave(server: RestServer, make: Callable[[Cloud, Service], P], use: Callable[[P], Awaitable[object]]) -> None:
    """Cancel `use` while the service is silent: the connection is closed, and nothing is left."""

    async def act(made: P) -> None:
        task = asyncio.ensure_future(use(made))
        assert await asyncio.to_thread(server.reached.wait, FAILSAFE)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(server.left.wait, FAILSAFE)

    outcome(server, make, act)
