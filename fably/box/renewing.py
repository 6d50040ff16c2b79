"""A box that has told a story from the cloud holds 30 MB that Python does not give back. In a quiet hour another one takes its place.

The successor starts beside it and makes everything ready but takes nothing: no pin, no card, no socket. Only then the old one, if still
nobody wants anything, lets go of them, says so, and ends; systemd is told who is the box from then on. A press in between, which takes a
few hundredths of a second, is seen by the successor as long as the button is down.
"""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Callable

from fably.core.threads import in_daemon
from fably.memory.measured import anonymous

log = logging.getLogger(__name__)
SUCCEEDS = "SUCCEEDS_FABLY"
"""In the environment of a successor: the descriptors by which it says that it is ready, and hears that it may begin."""
WORTH = 8_000_000
"""Bytes more than at first for which it is worth the trouble."""
READY_SECONDS = 120.0
"""For the successor to be ready, on a Pi with a slow card."""


class Renewal:
    """Renews this box, and remembers what it held at first. `succeeded_by` is told the process that is the box from then on."""

    def __init__(self, succeeded_by: Callable[[int], None]) -> None:
        self._succeeded_by = succeeded_by
        self._at_first = anonymous(os.getpid()) or 0
        self._go: int | None = None

    def is_worth_it(self) -> bool:
        """Whether this box holds more than one that has just begun."""
        return (anonymous(os.getpid()) or 0) > self._at_first + WORTH

    async def prepare(self) -> bool:
        """Start a successor; whether it is ready. To be cancelled when somebody wants something: then there is none."""
        ready, its_ready = os.pipe()
        its_go, go = os.pipe()
        for one in (its_ready, its_go):
            os.set_inheritable(one, True)
        try:
            # not asyncio's way, which kills what it has started when the loop closes
            arguments = [sys.executable, "-m", "fably", *sys.argv[1:]]
            pid = os.posix_spawn(sys.executable, arguments, _environment(its_ready, its_go))  # noqa: ASYNC221 - returns at once
        except OSError as fault:  # no memory, or no room for another process: another evening, then
            log.warning("the box cannot be renewed: %s", fault)
            os.close(ready)
            os.close(go)
            return False
        finally:
            os.close(its_ready)
            os.close(its_go)
        came = False
        try:
            came = await _said(ready, READY_SECONDS) == b"ready"
        finally:
            os.close(ready)
            if not came:
                os.close(go)
                os.kill(pid, signal.SIGKILL)  # it is our child: the number is nobody else's until it is waited for
                in_daemon(os.waitpid, pid, 0, name="buries a successor")
        if came:
            self._go = go
            self._succeeded_by(pid)
        else:
            log.warning("the box cannot be renewed: its successor has not come so far")
        return came

    def hand_over(self) -> None:
        """The successor may take everything now."""
        if self._go is not None:
            with contextlib.suppress(BrokenPipeError):  # it has died since; systemd starts another
                os.write(self._go, b"go")
            os.close(self._go)
            self._go = None


def is_successor() -> bool:
    """Whether this process was started to take another box's place."""
    return SUCCEEDS in os.environ


async def succeed() -> bool:
    """As a successor: say that everything is ready, and wait until the place is free. False where it is not wanted any more."""
    ready, go = (int(one) for one in os.environ.pop(SUCCEEDS).split(","))
    os.write(ready, b"ready")
    os.close(ready)
    try:
        return await _said(go, None) == b"go"
    finally:
        os.close(go)


def _environment(ready: int, go: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "WATCHDOG_PID"}  # which would say that it is not meant
    return {**kept, SUCCEEDS: f"{ready},{go}"}


async def _said(end: int, seconds: float | None) -> bytes:
    """What is written into the pipe, or nothing where it is closed or too late."""
    loop = asyncio.get_running_loop()
    os.set_blocking(end, False)
    there = asyncio.Event()
    loop.add_reader(end, there.set)
    try:
        async with asyncio.timeout(seconds):
            await there.wait()
        return os.read(end, 16)
    except (TimeoutError, OSError):
        return b""
    finally:
        loop.remove_reader(end)
