"""How the protocols that share the farm's HTTP port carry a key, and say what is wrong."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_GOOGLE_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    402: "RESOURCE_EXHAUSTED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}


@dataclass(frozen=True)
class Protocol:
    """One way to ask. `key` finds the key among the headers (whose names are in small letters); `error` is the body of a refusal."""

    key: Callable[[Mapping[str, str]], str | None]
    error: Callable[[int, str, str], object]
    """Of a status, a message and a code."""

    def refusal(self, status: int, message: str, code: str) -> bytes:
        return json.dumps(self.error(status, message, code)).encode()


OPENAI = Protocol(
    lambda headers: headers["authorization"].removeprefix("Bearer ") if "authorization" in headers else None,
    lambda status, message, code: {"error": {"message": message, "type": "farm_error", "param": None, "code": code}},
)
ELEVENLABS = Protocol(
    lambda headers: headers.get("xi-api-key"),
    lambda status, message, code: {"detail": {"status": code, "message": message}},
)
GOOGLE = Protocol(
    lambda headers: headers.get("x-goog-api-key"),
    lambda status, message, code: {"error": {"code": status, "message": message, "status": _GOOGLE_STATUS.get(status, "UNKNOWN")}},
)


def protocol_of(path: str, headers: Mapping[str, str]) -> Protocol:
    """The protocol that a request is written in."""
    if path.endswith(":recognize"):
        return GOOGLE
    return ELEVENLABS if "/text-to-speech/" in path or "xi-api-key" in headers else OPENAI
