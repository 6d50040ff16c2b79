"""The socket that the page listens at: one of its own, or the one that systemd hands over."""

import os
import socket
from collections.abc import Mapping

from fably.core.errors import ConfigError
from fably.web.names import is_loopback

FIRST = 3
"""The number of the first descriptor that systemd hands over (sd_listen_fds)."""
BACKLOG = 256


def own(host: str, port: int) -> socket.socket:
    """Listen at `host` and `port`. Raises `ConfigError`."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listening = socket.socket(family, kind, protocol)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen(BACKLOG)
        except BaseException:
            listening.close()
            raise
    except (OSError, UnicodeError, OverflowError) as error:
        why = getattr(error, "strerror", None) or error
        raise ConfigError(f"nobody can listen at --host {host} --port {port}: {why}; choose others, or end who is there") from error
    return listening


def systemds(environ: Mapping[str, str] = os.environ) -> socket.socket:
    """The socket that systemd has made. Raises `ConfigError` where there is none."""
    if environ.get("LISTEN_PID") != str(os.getpid()) or environ.get("LISTEN_FDS") != "1":
        raise ConfigError("--systemd is for a unit that is started by one socket; leave it out to start the page by hand")
    try:
        listening = socket.socket(fileno=FIRST)
        if listening.family not in (socket.AF_INET, socket.AF_INET6) or not listening.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            listening.detach()
            raise ConfigError("--systemd: descriptor 3 is not a socket that listens for TCP; see the unit's ListenStream")
    except OSError as error:
        raise ConfigError(f"--systemd: descriptor 3 is no socket: {error.strerror}") from error
    listening.set_inheritable(False)
    return listening


def is_private(listening: socket.socket) -> bool:
    """Whether only this machine itself reaches it."""
    return is_loopback(str(listening.getsockname()[0]))


def address(listening: socket.socket) -> str:
    """Where to look, for people."""
    host, port = listening.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104 - it is asked about, not bound
        host = socket.gethostname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
