"""By which names the page may be called, and from where it may be asked to do something.

A page of somebody else's may have its own name point to this machine, and its visitors' browsers would then take the box for a part of
that page (DNS rebinding). So a name is one that we know, or an address.
"""

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

HOME = ("local", "lan", "home", "internal", "home.arpa", "localdomain", "fritz.box")
"""What routers and mDNS append to a machine's name."""
ITSELF = "localhost"


@dataclass(frozen=True)
class Names:
    """The names that are taken. `loopback`: of the addresses only those of this machine itself."""

    names: frozenset[str]
    loopback: bool

    def take(self, host: str) -> bool:
        """Whether a request for `host` (name or address, and perhaps a port) is for us."""
        name = hostname(host)
        if name is None:
            return False
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return name in self.names
        return address.is_loopback or not self.loopback


def names(loopback: bool, more: Iterable[str] = ()) -> Names:
    """Those of this machine, and `more`."""
    own = socket.gethostname().lower().partition(".")[0]
    known = {ITSELF, *(one.strip().lower().rstrip(".") for one in more)}
    if not loopback and own:
        known |= {own, *(f"{own}.{end}" for end in HOME)}
    return Names(frozenset(known - {""}), loopback)


def hostname(host: str) -> str | None:
    """The name or the address in a Host header, without its port; None where it makes no sense."""
    if not host.isascii() or not host.isprintable() or any(one in host for one in "/\\@?# "):
        return None
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return None
    return parts.hostname.rstrip(".") if parts.hostname else None


def same_place(origin: str, host: str) -> bool:
    """Whether a page at `origin` was served by us, when it asks us by `host`."""
    scheme, found, place = origin.partition("://")
    return bool(found) and scheme in ("http", "https") and place.lower() == host.lower()


def is_loopback(address: str) -> bool:
    """Whether only this machine itself can reach a socket that listens at `address`."""
    try:
        return ipaddress.ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return False
