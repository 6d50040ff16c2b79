"""The event loop of a program that must end: a name that is being looked up keeps nobody waiting, neither the story nor the shell."""

import asyncio
import signal
import socket
from collections.abc import Coroutine
from typing import Any, TypeVar

from fably.core.threads import in_daemon

T = TypeVar("T")
STOPPED = 130
"""The exit code of a command that was stopped, by Ctrl-C or a signal: what a shell says of such a program."""


def run(main: Coroutine[Any, Any, T]) -> T:
    """What `asyncio.run` does, in a loop of ours."""
    with asyncio.Runner(loop_factory=Loop) as runner:
        return runner.run(main)


class Loop(asyncio.SelectorEventLoop):
    """Looks names up in threads that nobody waits for.

    Where the DNS server does not answer, the C library asks on for half a minute: the deadline for a connection would be one in name
    only, for the program could not end before.
    """

    def __init__(self) -> None:
        super().__init__()
        self._asked: dict[tuple[Any, ...], asyncio.Future[list[Any]]] = {}

    async def getaddrinfo(self, host: Any, port: Any, *, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0) -> list[Any]:
        """The addresses of `host`. Who asks for them while they are being looked up gets the same answer: there is one thread a name."""
        what = (host, port, family, type, proto, flags)
        if what not in self._asked:
            self._asked[what] = in_daemon(socket.getaddrinfo, *what, name=f"looks up {host!r}")
            self._asked[what].add_done_callback(lambda _answer: self._asked.pop(what))
        return await asyncio.shield(self._asked[what])


def stop_on_signals() -> None:
    """Have SIGTERM and SIGHUP cancel the task that calls this, as the loop's runner has SIGINT. One that is ignored stays so, as nohup
    has it."""
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - only a coroutine has a loop to ask
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
