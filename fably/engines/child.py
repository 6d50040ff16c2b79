"""The parent's side of an engine: starts its process, speaks Wyoming with it, and sees to it that the process is gone afterwards.

A process is killed, never asked to leave: one that is in the middle of a sentence would first finish it.
"""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence

from wyoming.event import Event

from fably.core.errors import EngineDied, ProviderError, ProviderTimeout, ProviderUnavailable
from fably.engines.serving import DATA, LONGEST_SENTENCE, REFUSED
from fably.memory.burying import bury
from fably.memory.children import Malloc, environment
from fably.wyoming import LONGEST_LINE, BrokenOff, Connection

START_SECONDS = 60.0
"""For an engine to be ready. A Pi reads 60 MB from its card, and 70 MB of libraries."""


class Child(Connection):
    """An engine that is ready, or was: a `Connection` over its standard input and output. Made by `start`, ended by `end`."""

    def __init__(self, name: str, process: Process) -> None:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        assert process.stdin is not None  # noqa: S101
        super().__init__(name, process.stdout, process.stdin)
        self.process = process
        self.died = False
        """Whether it has ended by itself, or somebody else has killed it."""
        self.how, self._ours = "", False
        """How it has died."""
        self._said = asyncio.create_task(_last_words(process))

    async def send(self, *events: Event) -> None:
        """Send events. Raises `ProviderUnavailable`, and `EngineDied`, which says how, when the process has ended."""
        try:
            await super().send(*events)
        except BrokenOff as error:
            raise await self._ended() from error

    async def receive(self) -> Event:
        """The next event. Raises `ProviderUnavailable`, and `EngineDied`, which says how, when the process has ended."""
        try:
            return await super().receive()
        except BrokenOff as error:
            raise await self._ended() from error

    async def end(self) -> None:
        """Kill the process, if it still lives, and bury it."""
        if self.process.returncode is not None and not self._ours:
            self.died, self.how = True, self.how or _how(self.process.returncode)
        self._ours = True
        await bury(self.process, self._said)

    async def _ended(self) -> ProviderError:
        # it has closed its end, so it is about to be gone; as a rule it is, and then this kills nobody
        await asyncio.wait([self._said], timeout=_LAST_MOMENT)
        await self.end()
        said, code = self._said.result(), self.process.returncode or 0
        if code == REFUSED:
            return ProviderUnavailable(said or f"{self.place} cannot work with what it was given", retryable=False)
        if code == -signal.SIGKILL:  # what it said before has nothing to do with it
            said = ""
        self.died, self.how = True, _how(code) + f": {said}" * bool(said)
        return EngineDied(f"{self.place} {self.how}")


KILLED = f"ended with {signal.SIGKILL.name}"
"""How one has died that was killed from outside; when nobody says that it was him it was the kernel, for want of memory."""


def _how(code: int) -> str:
    return f"ended with {signal.Signals(-code).name if code < 0 else f'code {code}'}"


_LAST_MOMENT = 2.0
"""Seconds for a process that has closed its standard output to say why, and to be gone by itself."""


async def start(
    name: str, module: str, arguments: Sequence[str], seconds: float = START_SECONDS, *, data: int | None = None, malloc: Malloc = "small"
) -> Child:
    """Start `python -m module arguments` and wait until it is ready; it is called `name` in messages. `data` bytes are the most that it
    may ask the system for, and it handles memory as `malloc` says.

    To be called in a thread that lasts as long as the engine, which dies with it: that of the event loop. Raises `ProviderUnavailable`,
    `EngineDied` and `ProviderTimeout`; then, as when it is cancelled, no process is left.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            # -P, or a file piper.py where we were started would be taken for the package
            *(sys.executable, "-P", "-m", module, *arguments),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            limit=LONGEST_LINE,
            process_group=0,  # Ctrl-C is for us; we decide what becomes of the child
            env=environment(malloc, ORT_DISABLE_TELEMETRY="1", **({DATA: str(data)} if data else {})),
        )
    except OSError as error:  # no memory, most likely
        raise ProviderUnavailable(f"no process for {name} can be started: {error.strerror or error}") from error
    child, ready = Child(name, process), False
    try:
        async with asyncio.timeout(seconds):
            await child.send(Event("describe"))
            while (await child.receive()).type != "info":
                pass
        ready = True
    except ProviderError:
        raise
    except TimeoutError as error:
        raise ProviderTimeout(f"{name} is not ready after {seconds:g} seconds") from error
    finally:
        if not ready:
            await child.end()
    return child


async def _last_words(process: Process) -> str:
    """The last line that a process says on standard error."""
    text = b""
    while process.stderr and (piece := await process.stderr.read(LONGEST_LINE)):
        text = (text + piece)[-4 * LONGEST_SENTENCE :]
    return text.decode(errors="replace").strip().rpartition("\n")[2][:LONGEST_SENTENCE]
