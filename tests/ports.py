"""Ports for servers that can only be told a number."""

import os
import socket
from itertools import count

_FIRST, _MANY = 12_000, 20_000
"""Below those that a system gives to whoever asks for any, or one of the processes beside this one might get it before the server does."""
_turns = count()


def free_port() -> int:
    """A port of this machine that is nobody's, and that no other process of these tests will choose for a while."""
    while True:
        port = _FIRST + (os.getpid() * 137 + next(_turns)) % _MANY
        with socket.socket() as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                one.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
