"""A process that asks for a moment: it answers on the socket of the page while Gradio is loading, and then leaves it to the page.

It is forked before Gradio is imported, so it costs next to nothing, and nothing that arrives is lost: it answers whom it has accepted.
"""

import contextlib
import os
import select
import signal
import socket
import time
from collections.abc import Iterator

from fably.core.types import Language
from fably.web import pages

PATIENCE = 2.0
"""Seconds for a browser to say what it wants, and to take the answer."""
LARGEST = 16_384
"""Bytes of a request that are read."""


@contextlib.contextmanager
def waiting(listening: socket.socket, language: Language) -> Iterator["Child"]:
    """Answer on `listening` until `end` is called, or this is left."""
    child = Child(listening, language)
    try:
        yield child
    finally:
        child.end()


class Child:
    """The process. It ends with its parent, too."""

    def __init__(self, listening: socket.socket, language: Language) -> None:
        ours, theirs = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            code = 1
            try:
                os.close(theirs)
                _serve(listening, language, ours)
                code = 0
            finally:
                os._exit(code)  # none of the parent's business: no flush, no exit handler
        os.close(ours)
        self._leash = theirs

    def end(self) -> None:
        """Have it answer those whom it has accepted, and wait until it has left. Once more does nothing."""
        if self._pid:
            os.close(self._leash)  # which it sees, as it would if we had died
            os.waitpid(self._pid, 0)
            self._pid = 0


def _serve(listening: socket.socket, language: Language, leash: int) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # they are for the parent, which then lets go of the leash
    listening.setblocking(False)
    while True:
        ready, _, _ = select.select([listening.fileno(), leash], [], [])
        if leash in ready:
            return
        with contextlib.suppress(OSError):
            connection, _address = listening.accept()
            with connection:
                _answer(connection, language, leash)


def _answer(connection: socket.socket, otherwise: Language, leash: int) -> None:
    """One request and its answer. Who is slow keeps nobody waiting for long, and the page not at all."""
    connection.settimeout(PATIENCE)
    request = b""
    until = time.monotonic() + PATIENCE
    while b"\r\n\r\n" not in request and len(request) < LARGEST and time.monotonic() < until:
        ready, _, _ = select.select([connection.fileno(), leash], [], [], PATIENCE)
        if connection.fileno() not in ready:
            break
        piece = connection.recv(4096)
        if not piece:
            return
        request += piece
    connection.sendall(_reply(request, otherwise))
    connection.shutdown(socket.SHUT_WR)
    while connection.recv(4096):  # or else what it is still sending would make the answer be thrown away
        pass


def _reply(request: bytes, otherwise: Language) -> bytes:
    head, *lines = request.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    shown = ""
    if "text/html" in headers.get("accept", "") and head.startswith("GET "):
        shown = pages.waiting(pages.preferred(headers.get("accept-language", ""), otherwise))
    body = shown.encode()
    return (
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/html; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\nRetry-After: 1\r\nCache-Control: no-store\r\nX-Frame-Options: DENY\r\nConnection: close\r\n\r\n"
    ).encode() + body
