"""The parent's page as a process of its own, asked by a test as a browser would ask it, or somebody who is none."""

import asyncio
import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from ran import ran
from toy_box import ToyBox

from fably.box.orders import BoxOrders
from fably.control.server import serving
from fably.library.library import Library
from fably.settings import load

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 120
"""Seconds for the page to be there, on a machine that does other things too."""
PASSWORD = "correct horse battery"  # noqa: S105 - of the tests
HANDED = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.executable, [sys.executable, "-m", "fably", *sys.argv[2:]])
"""
"""Hands a socket over as systemd does."""


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Page:
    """A page at a port of 127.0.0.1. `home` is where its state is."""

    def __init__(self, port: int, process: "subprocess.Popen[str]", home: Path) -> None:
        self.port, self.process, self.home = port, process, home
        self.cookie = ""

    def ask(self, method: str, path: str, fields: Mapping[str, str] | bytes | None = None, **headers: str) -> Answer:
        """One request, from a page of its own, with the cookie of whoever is logged in. A header that is empty is left out."""
        host = f"127.0.0.1:{self.port}"
        body = fields if fields is None or isinstance(fields, bytes) else urlencode(fields).encode()
        usual = {"Host": host, "Accept": "text/html", "Cookie": self.cookie}
        if method not in ("GET", "HEAD"):
            usual |= {"Origin": f"http://{host}", "Content-Type": "application/x-www-form-urlencoded"}
        given = usual | {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in given.items():
                if value:
                    connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def log_in(self, password: str = PASSWORD) -> Answer:
        """Log in, and be logged in from then on."""
        answer = self.ask("POST", "/login", {"password": password})
        if "set-cookie" in answer.headers:
            self.cookie = answer.headers["set-cookie"].partition(";")[0]
        return answer

    def fably(self, *args: str, said: str = "") -> str:
        """Run another command for the same home, on whose standard input this is said; gives what it says in the end."""
        done = ran(*args, given=said, HOME=str(self.home), FABLY_STATE_PATH=str(self.home / "state"))
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    def wait(self) -> None:
        """Until Gradio has been loaded."""
        until = time.monotonic() + PATIENCE
        while self.ask("GET", "/favicon.ico").status == 503:
            assert self.process.poll() is None, "the page has ended"
            assert time.monotonic() < until
            time.sleep(0.05)


@contextmanager
def listening(host: str = "127.0.0.1") -> Iterator[socket.socket]:
    """A socket as systemd would make it."""
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind((host, 0))
        one.listen(128)
        yield one


@contextmanager
def page(home: Path, *flags: str, host: str = "127.0.0.1", door: socket.socket | None = None, ready: bool = True) -> Iterator[Page]:
    """A page whose socket was made by somebody else. It has ended afterwards."""
    with listening(host) if door is None else _same(door) as listens:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
        environ = {**kept, "HOME": str(home), "PYTHONPATH": str(ROOT), "FABLY_STATE_PATH": str(home / "state")}
        command = [sys.executable, "-c", HANDED, str(listens.fileno()), "web", "--systemd", *flags]
        with (
            (home / "page.log").open("a", encoding="utf-8") as log,
            subprocess.Popen(
                command, env=environ, cwd=home, pass_fds=[listens.fileno()], stdin=subprocess.DEVNULL, stdout=log, stderr=log, text=True
            ) as process,
        ):
            one = Page(listens.getsockname()[1], process, home)
            try:
                if ready:
                    one.wait()
                yield one
            finally:
                process.terminate()
                process.wait(PATIENCE)


@contextmanager
def _same(door: socket.socket) -> Iterator[socket.socket]:
    yield door


@contextmanager
def a_box(home: Path, kind: type[ToyBox] = ToyBox) -> Iterator[ToyBox]:
    """A box that a page at `home` finds, in a thread of its own."""
    box, loop = kind(), asyncio.new_event_loop()
    started, over = threading.Event(), asyncio.Event()

    async def live() -> None:
        settings = load({}, {"FABLY_STATE_PATH": str(home / "state"), "HOME": str(home)}, home)
        orders = BoxOrders(box, Library(settings.library_path), settings)
        async with serving(home / "state" / "control", None, orders, settings.language):
            started.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(live(),))
    thread.start()
    try:
        assert started.wait(PATIENCE)
        yield box
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()
