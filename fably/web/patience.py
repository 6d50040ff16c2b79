"""How often somebody may be wrong: after a few wrong passwords an address waits, longer and longer."""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

FREE = 5
"""Wrong passwords after which an address waits."""
FIRST, LONGEST = 10.0, 900.0
"""Seconds of the first wait, which is doubled each time, and of the longest."""
FORGOTTEN = 3600.0
"""Seconds after which an address begins anew."""
ADDRESSES = 1000
"""Of so many something is known; who has not been seen for the longest time is forgotten."""
ALL = 200
"""Wrong passwords an hour of all addresses together: one machine may have many."""


@dataclass
class _Wrong:
    count: int
    last: float


class Patience:
    """Counts who was wrong. `now` is a clock in seconds that only goes forwards."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._wrong: OrderedDict[str, _Wrong] = OrderedDict()
        self._all = _Wrong(0, now())

    def wait(self, address: str) -> float:
        """Seconds that `address` has to wait before it may try again; 0 where it need not."""
        now = self._now()
        if now - self._all.last >= FORGOTTEN:
            self._all = _Wrong(0, now)
        if self._all.count >= ALL:
            return self._all.last + FORGOTTEN - now
        known = self._wrong.get(_who(address))
        if known is None or now - known.last >= FORGOTTEN:
            return 0.0
        wait = 0.0 if known.count < FREE else min(LONGEST, FIRST * 2.0 ** min(20, known.count - FREE))
        return max(0.0, known.last + wait - now)

    def wrong(self, address: str) -> None:
        """`address` was wrong."""
        who, now = _who(address), self._now()
        known = self._wrong.pop(who, None)
        if known is None or now - known.last >= FORGOTTEN:
            known = _Wrong(0, now)
        self._wrong[who] = _Wrong(known.count + 1, now)
        self._all.count += 1
        while len(self._wrong) > ADDRESSES:
            self._wrong.popitem(last=False)

    def right(self, address: str) -> None:
        """`address` knew it."""
        self._wrong.pop(_who(address), None)


def _who(address: str) -> str:
    """Whom an address stands for: of IPv6 everybody has a whole network of them."""
    try:
        one = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(one, ipaddress.IPv6Address):
        return str(one.ipv4_mapped or ipaddress.ip_network((one, 64), strict=False))
    return str(one)
