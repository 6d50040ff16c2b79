"""The story as server-sent events of the OpenAI protocol, and everything that can be wrong with those."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain, repeat
from typing import Any

from farm.answer import Answer, between_bytes
from farm.wire import HUGE

SSE = "text/event-stream"
DONE = b"data: [DONE]\n\n"
SHAPES: dict[str, Any] = {
    "data-null": None,
    "data-list": [],
    "data-text": "text",
    "null-choices": {"choices": None},
    "text-choices": {"choices": "text"},
    "null-delta": {"choices": [{"index": 0, "delta": None, "finish_reason": None}]},
    "text-delta": {"choices": [{"index": 0, "delta": "text", "finish_reason": None}]},
    "number-content": {"choices": [{"index": 0, "delta": {"content": 5}, "finish_reason": None}]},
    "list-content": {"choices": [{"index": 0, "delta": {"content": ["text"]}, "finish_reason": None}]},
}
ERROR = {"message": "the farm was told to break off", "type": "server_error", "code": 500}


def data(what: object) -> bytes:
    """One event. Letters are sent as they are, not escaped."""
    return b"data: " + json.dumps(what, ensure_ascii=False).encode() + b"\n\n"


def chunk(**more: object) -> bytes:
    """One event that is a chunk of a chat completion."""
    return data({"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "farm", **more})


def delta(content: dict[str, Any], finish: str | None = None) -> bytes:
    """One event that brings a piece of the message."""
    return chunk(choices=[{"index": 0, "delta": content, "finish_reason": finish}])


ROLE = delta({"role": "assistant", "content": ""})
FINISH = delta({}, "stop")


def events(pieces: Iterable[bytes]) -> Answer:
    """The events of a whole answer without fault."""
    return Answer(SSE, pieces, (ROLE,), (FINISH, DONE))


def story_answer(how: str, story: str, size: int) -> Answer:
    """The story in pieces of `size` characters, with the fault `how`; whole, where `how` is none of ours."""
    pieces = [delta({"content": story[i : i + size]}) for i in range(0, len(story), size)]
    whole = events(pieces)
    if how in SHAPES:
        return replace(whole, pieces=[data(SHAPES[how])] * 3)
    half = pieces[: len(pieces) // 2 + 1]
    if how.removesuffix("-later") in SHAPES:
        return replace(whole, pieces=[*half, data(SHAPES[how.removesuffix("-later")]), *pieces[len(half) :]])
    return _unusual(how, whole, pieces) or _at_the_end(how, whole, pieces, half) or _in_the_middle(how, whole, half) or whole


def _unusual(how: str, whole: Answer, pieces: Sequence[bytes]) -> Answer | None:
    """What is only unusual."""
    match how:
        case "crlf-comments":
            tail = tuple(_crlf(one) for one in whole.tail)
            return replace(whole, pieces=[b": keep-alive\r\n\r\n" + _crlf(one) for one in pieces], head=(_crlf(ROLE),), tail=tail)
        case "usage":
            return replace(whole, head=(chunk(choices=[]), ROLE))
        case "usage-last":
            return replace(whole, tail=(FINISH, chunk(choices=[], usage={"total_tokens": 7}), DONE))
        case "split-chunks":
            return replace(whole, pieces=list(chain.from_iterable(map(between_bytes, pieces))))
        case "split-packets":
            return replace(whole, torn=True)
        case "bom":
            return replace(whole, head=(b"\xef\xbb\xbf" + ROLE,))
        case "bad-utf8":
            return replace(whole, pieces=[one.replace(b'content": "', b'content": "\xff\xc3', 1) for one in pieces])
    return None


def _at_the_end(how: str, whole: Answer, pieces: Sequence[bytes], half: Sequence[bytes]) -> Answer | None:
    """Ways not to end as one should."""
    match how:
        case "no-done":
            return replace(whole, tail=(FINISH,))
        case "stops-whole":
            return replace(whole, tail=())
        case "open-after-finish":
            return replace(whole, tail=(FINISH,), open=True)
        case "open-after-done":
            return replace(whole, open=True)
        case "just-stops":
            return replace(whole, pieces=half, tail=())
        case "length" | "filter":
            return replace(whole, pieces=half, tail=(delta({}, _LIMITS[how]), DONE))
        case "filter-first":
            return replace(whole, pieces=[], tail=(delta({}, "content_filter"), DONE))
        case "empty":
            return replace(whole, pieces=[])
    return None


_LIMITS = {"length": "length", "filter": "content_filter"}


def _in_the_middle(how: str, whole: Answer, half: Sequence[bytes]) -> Answer | None:
    """What comes after the first half, or instead of all."""
    bad_json, error = b'data: {"choices": [{"del\n\n', data({"error": ERROR})
    match how:
        case "bad-json":
            return replace(whole, pieces=[*half, bad_json], tail=())
        case "deep-json":
            return replace(whole, pieces=[*half, b"data: " + b"[" * 200_000 + b"\n\n"], tail=())
        case "bad-json-first":
            return replace(whole, pieces=[bad_json], head=(), tail=())
        case "error-event":
            return replace(whole, pieces=[*half, b"event: error\n" + data(ERROR)], tail=())
        case "error-data":
            return replace(whole, pieces=[*half, error], tail=())
        case "error-text":
            return replace(whole, pieces=[*half, data({"error": "the farm was told to break off"})], tail=())
        case "error-first":
            return replace(whole, pieces=[error], head=(), tail=())
        case "roles-for-ever":
            return replace(whole, pieces=repeat(ROLE), pause=0.01)
        case "comments-for-ever":
            return replace(whole, pieces=repeat(b": still thinking\n\n"), head=(), pause=0.01)
        case "endless":
            return replace(whole, pieces=repeat(delta({"content": " and on" * 500})))
        case "huge-line":
            return replace(whole, pieces=_long_line(), head=())
        case "huge-line-later":
            return replace(whole, pieces=chain(half, _long_line()))
    return None


def _long_line() -> Iterable[bytes]:
    """One line that does not end before it is HUGE."""
    block = b"and on " * 9000
    return chain([b'data: {"choices": [{"index": 0, "delta": {"content": "'], repeat(block, HUGE // len(block) + 1))


def _crlf(event: bytes) -> bytes:
    return event.replace(b"\n", b"\r\n")
