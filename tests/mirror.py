"""A real HTTP server on loopback with a copy of Piper's voices, that fails as it is told."""

import hashlib
import json
import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

SMALL, LARGE = b'{"audio": {"sample_rate": 22050}, "phoneme_id_map": {}}', b"\x08" + bytes(range(256)) * 2_000
"""A description and a model, which nobody tries to speak with."""


class Mirror:
    """Serves `files`, by path below its address. `requests` has what was asked for: the path, and the range if there was one."""

    def __init__(self, certificate: Path | None = None) -> None:
        self.files: dict[str, bytes] = {}
        self.voices: dict[str, Any] = {}
        self.requests: list[tuple[str, str]] = []
        self.cuts: list[int] = []
        """After so many bytes the connection is lost; one for each answer with a model."""
        self.ranges = True
        self.before: Callable[[str], tuple[int, dict[str, str]] | None] = lambda _path: None
        """Gives a status and headers to answer with instead, if any."""
        self.silent_after = -1
        """After so many bytes of a model nothing comes any more, and the connection stays."""
        self.silent = threading.Event()
        self.over = threading.Event()
        self._certificate = certificate

    def add(self, name: str, model: bytes = LARGE, description: bytes = SMALL, *, language: str = "English", speakers: int = 1) -> None:
        """Have a voice, and list it."""
        code, voice, quality = name.split("-")
        folder = f"{code.partition('_')[0]}/{code}/{voice}/{quality}"
        files = {f"{folder}/{name}.onnx": model, f"{folder}/{name}.onnx.json": description, f"{folder}/MODEL_CARD": b"made for tests"}
        self.files |= files
        self.voices[name] = {
            "key": name, "language": {"code": code, "name_english": language, "country_english": "Nowhere"}, "num_speakers": speakers,
            "files": {path: {"size_bytes": len(data), "md5_digest": md5(data)} for path, data in files.items()},
            "aliases": [name.lower().replace("_", "-")],
        }  # fmt: skip
        self.files["voices.json"] = json.dumps(self.voices).encode()

    def asked(self, ending: str = ".onnx") -> list[str]:
        """The ranges with which files of that kind were asked for."""
        return [range for path, range in self.requests if path.endswith(ending)]

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"mirror": self}))
        if self._certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self._certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._server.handle_error = lambda *_about: None  # type: ignore[method-assign]  # a client that hangs up is no news
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        scheme = "http" if self._certificate is None else "https"
        return f"{scheme}://127.0.0.1:{self._server.server_address[1]}/voices"


def md5(data: bytes) -> str:
    return hashlib.new("md5", data, usedforsecurity=False).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    mirror: Mirror
    protocol_version = "HTTP/1.1"
    timeout = 20

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        us = self.mirror
        path = self.path.removeprefix("/voices/")
        us.requests.append((path, self.headers.get("Range", "")))
        if (instead := us.before(path)) is not None:
            self._head(instead[0], {"Content-Length": "0", **instead[1]})
            return
        data = us.files.get(path)
        if data is None:
            self._head(404, {"Content-Length": "0"})
            return
        start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-")) if us.ranges else 0
        if start >= len(data):
            self._head(416, {"Content-Length": "0"})
            return
        ranged = {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"} if us.ranges and "Range" in self.headers else {}
        self._head(206 if ranged else 200, {"Content-Length": str(len(data) - start), **ranged})
        model = path.endswith(".onnx")
        if model and us.silent_after >= 0:
            self.wfile.write(data[start : start + us.silent_after])
            us.silent.set()
            us.over.wait(20)
            self.close_connection = True
            return
        cut = us.cuts.pop(0) if model and us.cuts else len(data)
        self.wfile.write(data[start : start + cut])
        self.close_connection = cut < len(data) - start

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
