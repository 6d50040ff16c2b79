"""Tells systemd that the box is ready, what it is doing, and, as long as it gets on with its work, that it lives.

The watchdog of systemd kills and restarts what has not been heard of for a while (`WatchdogSec=`). It is told from within the event loop,
so a loop that hangs tells nothing, and only as long as every part that has work gets it done. Where no systemd waits for it there is no
socket and no task. The protocol is sd_notify(3): a datagram of lines.
"""

import asyncio
import faulthandler
import logging
import os
import socket
import weakref
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress

from fably.pulse import Pulse

log = logging.getLogger(__name__)
OFTEN = 4
"""Times that it is told within the watchdog's patience: a busy Pi may miss two of them."""


class Supervisor:
    """Whoever waits for news of the box; without `address` nobody does. `patience` is the watchdog's, in seconds; None: there is none."""

    def __init__(self, address: str | None, patience: float | None = None) -> None:
        self._address, self.patience = address, patience
        self._pulses: weakref.WeakSet[Pulse] = weakref.WeakSet()
        self._socket: socket.socket | None = None
        self._blamed = ""

    def ready(self, status: str = "") -> None:
        """The button works."""
        self._tell("READY=1", *_status(status))

    def status(self, status: str) -> None:
        """What the box is doing, for `systemctl status`."""
        self._tell(*_status(status))

    @property
    def is_there(self) -> bool:
        """Whether anybody waits for news."""
        return self._address is not None

    def succeeded_by(self, pid: int) -> None:
        """Another process is the box from now on."""
        self._tell(f"MAINPID={pid}")

    def stopping(self) -> None:
        """It is coming to its end, as it was asked to."""
        self._tell("STOPPING=1")

    def pulse(self, name: str, patience: float) -> Pulse:
        """A pulse that is watched as long as somebody holds it; standing still for `patience` seconds with work to do, it ends the box."""
        pulse = Pulse(name, patience)
        self._pulses.add(pulse)
        return pulse

    def watch(self, pulse: Pulse) -> None:
        """Watch one that somebody else has made."""
        self._pulses.add(pulse)

    def look(self) -> bool:
        """Tell the watchdog that the box lives, if it does. Whether it does."""
        failing = sorted(one.name for one in list(self._pulses) if one.failing)
        if not failing:
            self._blamed = ""
            self._tell("WATCHDOG=1")
            return True
        if (blamed := ", ".join(failing)) != self._blamed:
            self._blamed = blamed
            log.error("%s: no progress, although there is work; the watchdog will restart Fably", blamed)
            self.status(f"no progress: {blamed}")
        return False

    async def keep_looking(self) -> None:
        """Look as often as the watchdog wants it, until cancelled. Returns at once where there is none."""
        while self.patience:
            self.look()
            await asyncio.sleep(self.patience / OFTEN)

    def close(self) -> None:
        """Nothing more will be told."""
        self._address = None
        if self._socket is not None:
            self._socket.close()

    def _tell(self, *lines: str) -> None:
        """Nothing is raised, and nobody waited for: a supervisor that does not listen is no reason not to tell a story."""
        if self._address is None or not lines:
            return
        try:
            if self._socket is None:
                self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
                self._socket.setblocking(False)
            self._socket.sendto("\n".join(lines).encode(), self._address)
        except OSError as error:
            log.debug("systemd could not be told %s: %s", lines[0], error)


def _status(status: str) -> list[str]:
    return [f"STATUS={' '.join(status.split())}"] if status else []


def supervisor(environ: Mapping[str, str], pid: int) -> Supervisor:
    """The one that the environment names (NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID), for the process `pid`."""
    given = environ.get("NOTIFY_SOCKET", "")
    if given[:1] not in ("/", "@") or len(given) < 2:  # others there are, for containers, and they are not for us
        return Supervisor(None)
    address = "\0" + given[1:] if given.startswith("@") else given
    return Supervisor(address, _patience(environ) if environ.get("WATCHDOG_PID", str(pid)) == str(pid) else None)


def _patience(environ: Mapping[str, str]) -> float | None:
    given = environ.get("WATCHDOG_USEC", "")
    return int(given) / 1e6 if given.isascii() and given.isdigit() and int(given) else None


@asynccontextmanager
async def supervised() -> AsyncIterator[Supervisor]:
    """Whoever supervises this process, told that it lives until the block ends. The watchdog's kill leaves in the journal where every
    thread stood."""
    one = supervisor(os.environ, os.getpid())
    if one.patience:
        faulthandler.enable()  # systemd kills with SIGABRT
    looking = asyncio.create_task(one.keep_looking(), name="watchdog")
    try:
        yield one
    finally:
        one.stopping()
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking
        one.close()
