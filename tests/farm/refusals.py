"""The faults of an answer that never begins: refusals, silence, and things that are no answer at all."""

import json
from dataclasses import dataclass

from farm.protocols import Protocol
from farm.wire import Wire

CODES = {401: "invalid_api_key", 402: "payment_required", 403: "missing_permissions", 404: "model_not_found", 429: "rate_limit_exceeded"}
SHAPES: dict[str, object] = {"json-null": None, "json-list": [], "json-text": "text", "json-number": 7, "json-empty": {}}
RAW = {
    "garbage": b"\x00\x01 what is this? \xff\xfe\r\n\r\n",
    "tls-alert": b"\x15\x03\x03\x00\x02\x02\x46",  # a fatal alert: the protocol version is not one that we speak
}


@dataclass(frozen=True)
class Refusal:
    """How this request would be refused."""

    wire: Wire
    protocol: Protocol
    sent_key: str | None
    retry_after: str | None
    path: str

    def status(self, status: int, message: str = "", code: str = "") -> None:
        """An error in the protocol's own shape. Like real services, it quotes the key that it does not like."""
        said = message or f"the farm was told to answer {status}"
        if status in (401, 403):
            said += f"; the key that was sent is {self.sent_key}"
        later = {} if self.retry_after is None else {"Retry-After": self.retry_after}
        body = self.protocol.refusal(status, said, code or CODES.get(status, "farm"))
        self.wire.whole(body, "application/json", status, later)

    def refused(self, how: str) -> bool:
        """Do what `how` says, if it is a fault of this kind. Tells whether it was."""
        wire = self.wire
        if how.isdigit():
            self.status(int(how))
        elif how == "429-quota":
            self.status(429, "this account has nothing left", "insufficient_quota")
        elif how == "silent":
            wire.stay_silent()
        elif how == "hang-up":
            wire.hang_up()
        elif how == "reset":
            wire.reset()
        elif how in RAW:
            wire.write(RAW[how])
            wire.hang_up()
        elif how in ("html", "html-502"):
            wire.whole(b"<html><body>It works!</body></html>", "text/html", 502 if how == "html-502" else 200)
        elif how in SHAPES:
            wire.whole(json.dumps(SHAPES[how]).encode(), "application/json")
        elif how == "redirect":
            wire.whole(b"", "text/plain", 307, {"Location": self.path})
        elif how == "huge-error":
            wire.begin("application/json", 500)
            wire.write(b"7fffffff\r\n")
            wire.flood(b"no ")
            wire.hang_up()
        elif how == "huge-headers":
            wire.write(b"HTTP/1.1 200 OK\r\nX-Filler: ")
            wire.flood(b"and on ")
            wire.hang_up()
        else:
            return False
        return True
