"""A port on loopback whose every connection is served in a thread of its own, and which leaves nothing behind when it is closed."""

import contextlib
import socket
import threading
from collections.abc import Callable


class Server:
    """Listens from the moment it is made. `serve` is called with each connection, which is closed when it returns."""

    def __init__(self, serve: Callable[[socket.socket], None]) -> None:
        self._serve = serve
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        """How many have been made so far."""
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept, name=f"farm {self.port}")
        self._accepting.start()

    @property
    def open_connections(self) -> int:
        return len(self._open)

    def close(self) -> None:
        """Hang up on everybody, and wait until all threads have gone: one that does not go is noticed."""
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes accept
        self._accepting.join()
        self._listener.close()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):  # the client was faster
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # the listener was shut down
            while True:
                connection, _address = self._listener.accept()
                self.connections += 1
                self._open.add(connection)
                self._threads = [one for one in self._threads if one.is_alive()]
                self._threads.append(threading.Thread(target=self._one, args=(connection,), name=f"farm {self.port} connection"))
                self._threads[-1].start()

    def _one(self, connection: socket.socket) -> None:
        try:
            with contextlib.suppress(OSError):  # a client that hangs up is no news
                self._serve(connection)
        finally:
            with self._lock:
                connection.close()
                self._open.discard(connection)


class Refusing:
    """A port of ours where nobody listens: whoever connects is refused."""

    def __init__(self) -> None:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))  # bound and never listened on, so nobody else can take it either
        self.port: int = self._socket.getsockname()[1]

    def close(self) -> None:
        self._socket.close()
