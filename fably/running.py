"""The event loop of a program that must end: a name that is being looked up keeps nobody waiting, neither the story nor the shell."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T]) -> T:
    """What `asyncio.run` does, in a loop of ours."""
    with asyncio.Runner(loop_factory=Loop) as runner:
        return runner.run(main)


class Loop(asyncio.SelectorEventLoop):
    """Looks names up in threads that nobody waits for.

    Where the DNS server does not answer, the C library asks on for half a minute. asyncio has that done by the few threads which the
    voice and the shelf need too, and waits for them when the program ends: the deadline for a connection would be one in name only.
    """

    def __init__(self) -> None:
        super().__init__()
        self._asked: dict[tuple[Any, ...], asyncio.Future[list[Any]]] = {}

    async def getaddrinfo(self, host: Any, port: Any, *, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0) -> list[Any]:
        """The addresses of `host`. Who asks for them while they are being looked up gets the same answer: there is one thread a name."""
        what = (host, port, family, type, proto, flags)
        if what not in self._asked:
            answer = self.create_future()
            thread = threading.Thread(target=self._look_up, args=(answer, what), name=f"looks up {host!r}", daemon=True)
            try:
                thread.start()
            except RuntimeError as error:  # no memory for another
                raise OSError(socket.EAI_MEMORY, str(error)) from error
            self._asked[what] = answer
            answer.add_done_callback(lambda _answer: self._asked.pop(what))
        return await asyncio.shield(self._asked[what])

    def _look_up(self, answer: asyncio.Future[list[Any]], what: tuple[Any, ...]) -> None:
        found: list[Any] = []
        fault: Exception | None = None
        try:
            found = socket.getaddrinfo(*what)
        except Exception as error:  # an OSError, or a ValueError for what is no name
            fault = error
        with contextlib.suppress(RuntimeError):  # the loop has gone home
            self.call_soon_threadsafe(_tell, answer, found, fault)


def _tell(answer: asyncio.Future[list[Any]], found: list[Any], fault: Exception | None) -> None:
    if fault is None:
        answer.set_result(found)
    else:
        answer.set_exception(fault)
        answer.exception()  # whoever asked may have gone: that is no news
