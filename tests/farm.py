"""A provider farm: a real HTTP server on loopback that speaks the OpenAI protocol and misbehaves on request.

Speech is a tone whose length depends on the text: `SECONDS_A_CHARACTER` for each, so that what was spoken can be told from its length.
"""

import json
import socket
import struct
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

RATE = 24_000
SECONDS_A_CHARACTER = 0.01
STORY = (
    "Once upon a time, a small dragon lived on a hill. She wanted to fly, but her wings were short.\n\n"
    "She tried from a stone. She tried from a tree. She tried from the roof of the mill, and fell into the hay.\n\n"
    '"Try the wind," said the owl. So she did. And when the moon came up, she slept.'
)


@cache
def tone(text: str) -> bytes:
    """The speech of `text`: a square wave, quiet enough to be kind."""
    frames = int(len(text) * SECONDS_A_CHARACTER * RATE)
    return b"".join(struct.pack("<h", 2000 if i // 50 % 2 else -2000) for i in range(frames))


@dataclass
class Farm:
    """Set what it should do, then ask it. `requests` holds what it was asked."""

    story: str = STORY
    goes_on: bool = False
    """Whether, told how the story began, it gives the rest of it only: a model that does as it is told."""
    pause: float = 0.0
    """Seconds between two pieces of the story."""
    piece: int = 4
    """Characters of the story that are sent at once."""
    chat: str = "ok"
    """ok, or: 401 404 429 500 html empty cut silent-first silent-later length just-stops filter bad-json endless crlf-comments usage"""
    speech: str = "ok"
    """ok, or: 401 404 500 empty odd silent wav held"""
    heard: threading.Event = field(default_factory=threading.Event)
    """With speech held, what comes after the first bytes waits for this."""
    speech_fails_from: int = 10**9
    """The number of the passage, counted from 1, from which on speech fails with status 500."""
    models: tuple[str, ...] = ()
    """The models it has; when there are some, it knows no other."""
    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    open_connections: int = 0

    def __enter__(self) -> Self:
        self.ended = threading.Event()
        self._server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"asked": self}))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.ended.set()  # whoever is silent may go
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def asked(self, path: str) -> list[dict[str, Any]]:
        """The bodies of the requests to `path`, in order."""
        return [body for where, body in self.requests if where.endswith(path)]

    @property
    def spoken(self) -> list[str]:
        """The texts that were sent to be spoken."""
        return [str(body["input"]) for body in self.asked("/audio/speech")]


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # all are joined at the end: a test that leaves one hanging is noticed

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    asked: Farm  # set by the farm, in a class of its own
    protocol_version = "HTTP/1.1"
    timeout = 30

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def setup(self) -> None:
        super().setup()
        self.asked.open_connections += 1

    def finish(self) -> None:
        self.asked.open_connections -= 1
        super().finish()

    def do_GET(self) -> None:
        self.asked.requests.append((self.path, {}))
        models = [{"id": name, "object": "model", "created": 0, "owned_by": "farm"} for name in self.asked.models]
        self._whole(json.dumps({"object": "list", "data": models}).encode(), "application/json")

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.requests.append((self.path, body))
        if self.path.endswith("/chat/completions"):
            speaks = "audio" in body.get("modalities", [])
            if self.asked.models and body["model"] not in self.asked.models:
                return self._refuse(404, f"model {body['model']} not found")
            self._chat_speech(body) if speaks else self._chat(self.asked.chat, self._story(body["messages"]))
        elif self.path.endswith("/audio/speech"):
            number = len(self.asked.asked("/audio/speech"))
            self._speech("500" if number >= self.asked.speech_fails_from else self.asked.speech, body)
        else:
            self._refuse(404, "no such place")
        return None

    # ---- chat ------------------------------------------------------------------------------------------------------------

    def _story(self, messages: Sequence[dict[str, str]]) -> str:
        """The story, or what is still missing of it."""
        begun = "".join(one["content"] for one in messages if one["role"] == "assistant")
        return self.asked.story.removeprefix(begun) if self.asked.goes_on else self.asked.story

    def _chat(self, how: str, story: str) -> None:
        if how.isdigit():
            return self._refuse(int(how), f"the farm was told to answer {how}")
        if how == "html":
            return self._whole(b"<html>It works!</html>", "text/html")
        if how == "silent-first":
            return self._wait()
        self._begin("text/event-stream")
        pieces = [story[i : i + self.asked.piece] for i in range(0, len(story), self.asked.piece)]
        if how == "usage":
            self._data({"choices": []})
        self._delta({"role": "assistant", "content": ""})
        if how != "empty":
            self._pieces(how, pieces)
        if how in ("cut", "silent-later", "bad-json"):
            return None
        if how != "just-stops":
            self._delta({}, {"length": "length", "filter": "content_filter"}.get(how, "stop"))
            self._send(b"data: [DONE]\n\n")
        self._send(b"")
        return None

    def _pieces(self, how: str, pieces: Sequence[str]) -> None:
        half = pieces[: len(pieces) // 2 + 1]
        if how == "endless":
            while not self.asked.ended.is_set():
                self._delta({"content": " and on" * 500})
        for piece in half if how in ("cut", "silent-later", "bad-json", "length", "just-stops", "filter") else pieces:
            if how == "crlf-comments":
                self._send(b": keep-alive\r\n\r\n")
            self._delta({"content": piece})
            self.asked.ended.wait(self.asked.pause)
        if how == "cut":
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        elif how == "silent-later":
            self._wait()
        elif how == "bad-json":
            self._send(b'data: {"choices": [{"del\n\n')
            self._send(b"")

    def _delta(self, delta: dict[str, Any], finish: str | None = None) -> None:
        self._data({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})

    def _data(self, chunk: dict[str, Any]) -> None:
        whole = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "farm", **chunk}
        self._send(b"data: " + json.dumps(whole).encode() + b"\n\n")

    def _chat_speech(self, body: dict[str, Any]) -> None:
        import base64

        self._begin("text/event-stream")
        sound = tone(body["messages"][-1]["content"])
        self._delta({"role": "assistant", "audio": {"id": "a", "transcript": "…"}})
        for start in range(0, len(sound), 4801):
            self._delta({"audio": {"id": "a", "data": base64.b64encode(sound[start : start + 4801]).decode()}})
        self._delta({}, "stop")
        self._send(b"data: [DONE]\n\n")
        self._send(b"")

    # ---- speech ----------------------------------------------------------------------------------------------------------

    def _speech(self, how: str, body: dict[str, Any]) -> None:
        if how.isdigit():
            return self._refuse(int(how), f"the farm was told to answer {how}")
        if how == "silent":
            return self._wait()
        sound = tone(body["input"])
        if how == "wav":
            return self._whole(b"RIFF" + sound, "audio/wav")
        if how == "empty":
            return self._whole(b"", "audio/pcm")
        self._begin("audio/pcm")
        size = 777 if how == "odd" else 4096
        for start in range(0, len(sound), size):
            if how == "held" and start:
                self.asked.heard.wait(20)
            self._send(sound[start : start + size])
        self._send(b"")
        return None

    # ---- HTTP ------------------------------------------------------------------------------------------------------------

    def _begin(self, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def _send(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def _whole(self, data: bytes, kind: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _refuse(self, status: int, message: str) -> None:
        self._whole(json.dumps({"error": {"message": message}}).encode(), "application/json", status)

    def _wait(self) -> None:
        self.asked.ended.wait(20)
        self.close_connection = True
