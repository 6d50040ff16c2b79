"""Asking the farm with bare sockets and `http.client`, and noticing how its answers end."""

import http.client
import json
import socket
from contextlib import closing
from typing import Any

from farm import Farm
from farm.wire import HUGE

PATHS = {
    "chat": ("/v1/chat/completions", {"model": "m", "messages": []}),
    "speech": ("/v1/audio/speech", {"model": "m", "input": "a fox, a hen and a very long pause of forty letters"}),
    "listening": ("/v1/speech:recognize", {"audio": {"content": ""}}),
    "listing": ("/v1/models", None),
}
CHAT = ("/chat/completions", {"model": "m", "messages": []})
WYOMING = ("synthesize", "transcribe", "describe")


def connected(farm: Farm, kind: str) -> socket.socket:
    """A connection on which something of `kind` has been asked for."""
    if kind in WYOMING:
        one = socket.create_connection(("127.0.0.1", int(farm.tcp.rpartition(":")[2])), 10)
        text = b'{"type": "%s", "data": {"text": "a fox in the snow"}}\n' % kind.encode()
        form = b'"data": {"rate": 16000, "width": 2, "channels": 1}'
        sound = b'{"type": "audio-chunk", %s, "payload_length": 4}\n\0\1\2\3{"type": "audio-stop"}\n' % form
        one.sendall(text + sound * (kind == "transcribe"))
        return one
    one = socket.create_connection(("127.0.0.1", int(farm.url.split(":")[2].partition("/")[0])), 10)
    path, body = PATHS[kind]
    content = b"" if body is None else json.dumps(body).encode()
    lines = f"{'POST' if body else 'GET'} {path} HTTP/1.1\r\nConnection: close\r\nContent-Type: application/json\r\n"
    one.sendall(f"{lines}Content-Length: {len(content)}\r\n\r\n".encode() + content)
    return one


def listened(one: socket.socket, patience: float = 10, limit: int = HUGE * 2) -> tuple[int, bytes, str]:
    """How much came, the beginning of it, and how it ended: eof, reset, quiet (nothing for `patience` seconds), or limit."""
    one.settimeout(patience)
    count, begun = 0, b""
    while count < limit:
        try:
            data = one.recv(1 << 20)
        except ConnectionResetError:
            return count, begun, "reset"
        except TimeoutError:
            return count, begun, "quiet"
        if not data:
            return count, begun, "eof"
        count, begun = count + len(data), (begun + data if len(begun) < 100_000 else begun)
    return count, begun, "limit"


def ask(farm: Farm, path: str, body: Any = None, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    with closing(http.client.HTTPConnection(farm.url.split("/")[2], timeout=10)) as one:
        content = json.dumps(body) if isinstance(body, dict) else body
        kinds = {"Content-Type": "application/json"} if isinstance(body, dict) else {}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        one.request("GET" if body is None else "POST", "/v1" + path, content, {**kinds, **named})
        answer = one.getresponse()
        return answer, answer.read()


def told(raw: bytes) -> str:
    """The text of a streamed story."""
    text = ""
    for line in raw.replace(b"\r\n", b"\n").split(b"\n"):
        if line.startswith(b"data: {"):
            chunk = json.loads(line[6:])
            text += "".join(one["delta"].get("content", "") for one in chunk["choices"])
    return text
