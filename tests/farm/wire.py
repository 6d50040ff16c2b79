"""What can be done to a connection: bytes, HTTP answers, silence, and every way to break off."""

import socket
import struct
import threading
from collections.abc import Mapping
from http import HTTPStatus

HUGE = 100_000_000
"""Bytes of an answer that nobody should read to its end."""
LONGEST_SILENCE = 20
"""Seconds. A client that waits longer is broken, and its test shall fail rather than hang."""


class Wire:
    """One connection, seen from the farm. `over` is set when nothing more can be said on it."""

    def __init__(self, connection: socket.socket, ended: threading.Event) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # what is written at once is a packet of its own
        self._connection = connection
        self._ended = ended
        self.over = False
        self.trickle: float | None = None
        """Seconds between two bytes, if they are to be sent one by one."""

    def write(self, data: bytes) -> None:
        """Send `data`. Raises `OSError` when the other side has gone."""
        if self.trickle is None:
            self._connection.sendall(data)
            return
        for index in range(len(data)):
            self._connection.sendall(data[index : index + 1])
            if self.trickle and self.rest(self.trickle):
                break

    def rest(self, seconds: float) -> bool:
        """Wait, and tell whether the farm has ended meanwhile."""
        return self._ended.wait(seconds) if seconds else self._ended.is_set()

    # ---- HTTP ------------------------------------------------------------------------------------------------------------

    def head(self, status: int, kind: str, headers: Mapping[str, str]) -> None:
        """The status line and the header lines."""
        known = {one.value: one.phrase for one in HTTPStatus}
        lines = {"Server": "farm", "Content-Type": kind, **headers}
        first = f"HTTP/1.1 {status} {known.get(status, 'Odd')}\r\n"
        self.write((first + "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n").encode("latin-1"))

    def begin(self, kind: str, status: int = 200) -> None:
        """The head of an answer that comes in chunks."""
        self.head(status, kind, {"Transfer-Encoding": "chunked"})

    def chunk(self, data: bytes) -> None:
        """One chunk, in a packet of its own. None at all for no bytes, which would be the end."""
        if data:
            self.write(b"%x\r\n%s\r\n" % (len(data), data))

    def end(self) -> None:
        """The last chunk."""
        self.write(b"0\r\n\r\n")

    def whole(self, data: bytes, kind: str, status: int = 200, headers: Mapping[str, str] | None = None, missing: int = 0) -> None:
        """An answer in one piece, of which `missing` bytes are promised that do not come."""
        self.head(status, kind, {"Content-Length": str(len(data) + missing), **(headers or {})})
        self.write(data)

    def flood(self, what: bytes) -> None:
        """`what` again and again, until it is HUGE or the other side has had enough."""
        block = what * (65_536 // len(what) + 1)
        for _ in range(HUGE // len(block) + 1):
            if self._ended.is_set():
                break
            self.write(block)

    # ---- breaking off ----------------------------------------------------------------------------------------------------

    def stay_silent(self) -> None:
        """Say nothing until the farm ends or the other side has gone."""
        self.over = True
        for _ in range(LONGEST_SILENCE * 50):
            if self.rest(0.02) or self._gone():
                return

    def hang_up(self) -> None:
        """Close the connection in good order (FIN)."""
        self.over = True
        self._connection.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Tear the connection down (RST)."""
        self.over = True
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # takes effect when it is closed

    def _gone(self) -> bool:
        """Whether the other side has hung up. What it still sends is read, and forgotten: before the end of it nothing can be known."""
        try:
            return self._connection.recv(65_536, socket.MSG_DONTWAIT) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True
