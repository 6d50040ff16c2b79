"""The farm's HTTP port: who asks for what, in which protocol."""

import json
import socket
from collections.abc import Sequence
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from farm import chat, listening, speech
from farm.answer import Answer, send
from farm.multipart import form
from farm.protocols import ELEVENLABS, GOOGLE, Protocol, protocol_of
from farm.refusals import Refusal
from farm.sound import MP3, RATE, tone
from farm.wire import Wire

if TYPE_CHECKING:
    from farm.farm import Farm

VOICES = {"v-anna": "Anna", "v-deniz": "Deniz"}


class Handler(BaseHTTPRequestHandler):
    """Serves one connection, one request after the other."""

    protocol_version = "HTTP/1.1"
    timeout = 30

    def __init__(self, farm: "Farm", connection: socket.socket) -> None:
        self.farm = farm
        self.wire = Wire(connection, farm.ended)
        super().__init__(connection, ("127.0.0.1", 0), None)  # type: ignore[arg-type] # it needs no server

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._take({})
        if self._unlocked():
            how = self.farm.next("listing")
            self._answer(how, Answer("application/json", [json.dumps(self._list()).encode()]))
        self.close_connection = self.close_connection or self.wire.over

    def do_POST(self) -> None:
        body = self._body()
        if body is None:
            self.close_connection = True
            return
        self._take(body)
        if self._unlocked():
            self._post()
        self.close_connection = self.close_connection or self.wire.over

    # ---- what is asked ---------------------------------------------------------------------------------------------------

    def _body(self) -> dict[str, Any] | None:
        """What was sent; None where the client hung up before all of it was."""
        size = int(self.headers["Content-Length"])
        raw = self.rfile.read(size)
        if len(raw) < size:
            return None
        kind = self.headers["Content-Type"]
        body: dict[str, Any] = form(raw, kind) if kind.startswith("multipart/form-data") else json.loads(raw)
        return body

    def _take(self, body: dict[str, Any]) -> None:
        """Write down what is asked, before anything is answered."""
        parts = urlsplit(self.path)
        self.asked_path, self.query, self.body = parts.path, dict(parse_qsl(parts.query)), body
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.protocol: Protocol = protocol_of(self.asked_path, headers)
        self.key = self.protocol.key(headers)
        self.farm.took(self.asked_path, body, headers, self.query)

    def _unlocked(self) -> bool:
        """Whether the key fits, where there is one; it is refused otherwise."""
        if self.farm.key in (None, self.key):
            return True
        self._refusal().status(401, "this key opens nothing here")
        return False

    def _refusal(self) -> Refusal:
        return Refusal(self.wire, self.protocol, self.key, self.farm.retry_after, self.path)

    # ---- what is answered ------------------------------------------------------------------------------------------------

    def _post(self) -> None:
        farm, path, model = self.farm, self.asked_path, self.body.get("model") or self.body.get("model_id")
        if farm.models and model not in farm.models and self.protocol is not GOOGLE:
            return self._refusal().status(404, f"model {model} not found")
        if path.endswith("/chat/completions"):
            return self._chat_speech() if "audio" in self.body.get("modalities", []) else self._chat()
        if path.endswith("/audio/speech"):
            return self._speech(self.body["input"], RATE)
        if "/text-to-speech/" in path and path.endswith("/stream"):
            return self._elevenlabs(path.split("/")[-2])
        if path.endswith("/audio/transcriptions"):
            return self._listening(listening.openai_shape)
        if path.endswith("/speech:recognize"):
            return self._listening(listening.google_shape)
        return self._refusal().status(404, "no such place")

    def _answer(self, how: str, answer: Answer) -> None:
        """Send `answer`, unless `how` is to refuse it."""
        self.wire.trickle = self.farm.pause if how == "trickle" else None
        if not self._refusal().refused(how):
            send(self.wire, how, answer, self.farm.cut_after)

    def _chat(self) -> None:
        how = self.farm.next("chat")
        answer = chat.story_answer(how, self._story(self.body["messages"]), self.farm.piece)
        self._answer(how, replace(answer, pause=max(self.farm.pause * (how != "trickle"), answer.pause)))

    def _story(self, messages: Sequence[dict[str, str]]) -> str:
        """The story, or what is still missing of it."""
        begun = "".join(one["content"] for one in messages if one["role"] == "assistant")
        return self.farm.story.removeprefix(begun) if self.farm.goes_on else self.farm.story

    def _chat_speech(self) -> None:
        how = self.farm.next("speech")
        self._answer(how, speech.by_chat(speech.pcm_answer(how, tone(self.body["messages"][-1]["content"]))))

    def _speech(self, text: str, rate: int) -> None:
        how, sound = self.farm.next("speech"), tone(text, rate)
        self._answer(how, speech.held(sound, self.farm.heard, self.farm.ended) if how == "held" else speech.pcm_answer(how, sound))

    def _elevenlabs(self, voice: str) -> None:
        if self.farm.voices and voice not in self.farm.voices:
            return self._refusal().status(404, f"voice {voice} not found", "voice_not_found")
        kind, _, rate = self.query.get("output_format", "mp3_44100_128").partition("_")
        if kind != "pcm":  # as the real one, which sends MP3 unless it is told otherwise
            return self._answer(self.farm.next("speech"), Answer("audio/mpeg", [MP3]))
        return self._speech(self.body["text"], int(rate))

    def _listening(self, shape: Any) -> None:
        how = self.farm.next("listening")
        self._answer(how, listening.transcript_answer(how, self.farm.said, shape))

    def _list(self) -> object:
        """The models or the voices there are."""
        voices = self.farm.voices or VOICES
        if self.asked_path.endswith("/audio/voices"):
            return {"voices": list(voices)}
        if self.asked_path.endswith("/voices"):
            return {"voices": [{"voice_id": one, "name": name} for one, name in voices.items()]}
        if self.protocol is ELEVENLABS:
            return [{"model_id": one, "name": one.title()} for one in self.farm.models]
        return {"object": "list", "data": [{"id": one, "object": "model", "created": 0, "owned_by": "farm"} for one in self.farm.models]}
