"""Answers over Wyoming, and everything that can be wrong with them. What no class of the `wyoming` package can say is written by hand."""

import io
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from farm.wire import Wire

if TYPE_CHECKING:
    from wyoming.event import Event

SIZE = 2048
"""Bytes of one chunk."""
_LENGTHS = {"huge": 10**12, "negative": -5, "text": "many"}
_LINES = {
    "garbage": b"\x00\xff what is this?\n" * 3,
    "json-null": b"null\n",
    "json-list": b"[]\n",
    "json-text": b'"text"\n',
    "json-deep": b"[" * 50_000 + b"\n",  # short enough for the line to be read, and deeper than Python's recursion goes
    "no-type": b"{}\n",
    "type-number": b'{"type": 7}\n',
    "data-list": b'{"type": "audio-chunk", "data": [1]}\n',
    "data-null": b'{"type": "audio-start", "data": null}\n{"type": "transcript", "data": null}\n',
    "data-apart-list": b'{"type": "audio-start", "data_length": 3}\n[1]',
}
_FORMATS: dict[str, dict[str, object]] = {
    "start-empty": {},
    "rate-zero": {"rate": 0, "width": 2, "channels": 1},
    "rate-negative": {"rate": -22050, "width": 2, "channels": 1},
    "rate-huge": {"rate": 10**12, "width": 2, "channels": 1},
    "rate-text": {"rate": "many", "width": 2, "channels": 1},
    "width-zero": {"rate": 22050, "width": 0, "channels": 1},
    "stereo": {"rate": 22050, "width": 2, "channels": 2},
}


def raw(kind: str, data: dict[str, Any] | None = None, payload: bytes = b"") -> bytes:
    """An event as it goes over the wire."""
    from wyoming.event import Event

    return packed(Event(kind, data or {}, payload))


def packed(event: "Event") -> bytes:
    from wyoming.event import write_event

    out = io.BytesIO()
    write_event(event, out)
    return out.getvalue()


def refused(wire: Wire, how: str) -> bool:
    """Do what `how` says, if it is a fault of an answer that never begins. Tells whether it was."""
    simple: dict[str, Callable[[], None]] = {"silent": wire.stay_silent, "hang-up": wire.hang_up, "reset": wire.reset}
    field, _, what = how.rpartition("-")
    if how in simple:
        simple[how]()
    elif how in _LINES:
        wire.write(_LINES[how])
        wire.stay_silent()  # a client shall not depend on us to notice
    elif how == "error":
        wire.write(raw("error", {"text": "the farm was told to fail", "code": "farm"}))
    elif how == "long-line":
        wire.write(b'{"type": "')
        wire.flood(b"and on ")
        wire.hang_up()
    elif field in ("data-length", "payload-length") and what in _LENGTHS:
        wire.write(json.dumps({"type": "audio-start", field.replace("-", "_"): _LENGTHS[what]}).encode() + b"\n")
        if what == "huge":
            wire.flood(b"and on ")
        wire.stay_silent()
    elif how == "other-then-hang-up":
        wire.write(raw("pong") + raw("played") * 3)
        wire.hang_up()
    elif how == "other-for-ever":
        while not wire.rest(0.01):
            wire.write(raw("pong", {"text": "still there"}))
    else:
        return False
    return True


def speak(wire: Wire, how: str, sound: bytes, rate: int, cut_after: int | None) -> None:
    """The speech `sound`, with the fault `how`; whole, where `how` is none of ours."""
    form = {"rate": rate, "width": 2, "channels": 1, **_FORMATS.get(how, {})} if how != "start-empty" else {}
    size = {"odd": 777, "stereo": 2048}.get(how, SIZE)
    sound = sound + b"\0" if how == "odd-total" else sound
    chunks = [raw("audio-chunk", form, sound[i : i + size]) for i in range(0, len(sound), size)]
    start, stop = raw("audio-start", form), raw("audio-stop", {"timestamp": None})
    half = chunks[: len(chunks) // 2 + 1 if cut_after is None else cut_after]
    if how == "one-packet":
        return wire.write(b"".join([start, *chunks, stop]))
    if how != "no-start":
        wire.write(start)
    match how:
        case "stop-only":
            chunks = []
        case "empty-chunks":
            chunks = [raw("audio-chunk", form)] * 3
        case "other-between":
            chunks = [piece for one in chunks for piece in (raw("pong", {"text": "x"}), one, raw("audio-level", {}, b"\7\7\7"))]
        case "rate-changes":
            chunks[1:] = [raw("audio-chunk", {**form, "rate": rate * 2}, bytes(size))]
        case "start-only":
            return wire.stay_silent()
        case "endless":
            return wire.flood(raw("audio-chunk", form, b"\1\2" * 4096))
        case "silent-later" | "cut-fin" | "cut-reset" | "garbage-later" | "error-later" | "payload-short":
            wire.write(b"".join(half))
            return _broken_off(wire, how, chunks[-1])
    for one in [*chunks, stop]:
        wire.write(one)
    return None


def _broken_off(wire: Wire, how: str, chunk: bytes) -> None:
    """What comes after the first half."""
    match how:
        case "silent-later":
            wire.stay_silent()
        case "cut-fin":
            wire.hang_up()
        case "cut-reset":
            wire.reset()
        case "garbage-later":
            wire.write(_LINES["garbage"])
            wire.stay_silent()
        case "error-later":
            wire.write(raw("error", {"text": "the farm was told to break off"}))
            wire.stay_silent()
        case "payload-short":
            wire.write(chunk[:-100])
            wire.hang_up()


def understand(wire: Wire, how: str, said: str) -> None:
    """The transcript `said`, with the fault `how`; whole, where `how` is none of ours."""
    texts: dict[str, dict[str, Any]] = {"no-text": {}, "null-text": {"text": None}, "number-text": {"text": 7}}
    whole = raw("transcript", texts.get(how, {"text": said, "language": "en"}))
    match how:
        case "other-between":
            for one in (raw("pong"), raw("transcript-start"), raw("transcript-chunk", {"text": said}), raw("transcript-stop"), whole):
                wire.write(one)
        case "payload-short":
            wire.write(whole[:-5])
            wire.hang_up()
        case _:
            wire.write(whole)
