"""Connections that are opened and not used, or slowly: they do not stay, and there are not too many."""

import asyncio
from collections import Counter
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

SECONDS = 10.0
"""Until a connection has said what it wants, each time that it begins to."""
EACH, ALL = 64, 400
"""Connections at once from one address, and from all."""

_open: Counter[str] = Counter()


class Connection(H11Protocol):
    """uvicorn's, with a deadline for saying what is wanted and a bound on how many there are."""

    _deadline: asyncio.TimerHandle | None = None
    _counted: str | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        peer = transport.get_extra_info("peername")
        who = str(peer[0]) if peer else ""
        if _open[who] >= EACH or _open.total() >= ALL:
            transport.abort()
            return
        _open[who] += 1
        self._counted = who
        self._deadline = self.loop.call_later(SECONDS, transport.abort)

    def data_received(self, data: bytes) -> None:
        cycle: Any = self.cycle  # None before the first request, whatever its type says
        if self._deadline is None and cycle is not None and cycle.response_complete:
            self._deadline = self.loop.call_later(SECONDS, self.transport.abort)
        super().data_received(data)

    def handle_events(self) -> None:
        super().handle_events()
        cycle: Any = self.cycle
        if self._deadline is not None and cycle is not None and not cycle.response_complete:
            self._deadline.cancel()  # it is being answered; how long a body may take is Access's business
            self._deadline = None

    def connection_lost(self, exc: Exception | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        if self._counted is not None:
            _open[self._counted] -= 1
            if not _open[self._counted]:
                del _open[self._counted]
            self._counted = None
        super().connection_lost(exc)
