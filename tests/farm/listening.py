"""Transcripts, in the shapes of OpenAI and Google, and everything that can be wrong with them."""

import json
from collections.abc import Callable
from itertools import chain, repeat

from farm.answer import Answer
from farm.wire import HUGE

JSON = "application/json"
_ODD_TEXTS: dict[str, object] = {"null-text": None, "number-text": 7, "list-text": []}


def openai_shape(text: object) -> dict[str, object]:
    return {"text": text}


def google_shape(text: object) -> dict[str, object]:
    """Where nothing was said, Google gives no results at all."""
    return {} if text == "" else {"results": [{"alternatives": [{"transcript": text, "confidence": 0.9}]}]}


def transcript_answer(how: str, said: str, shape: Callable[[object], dict[str, object]]) -> Answer:
    """A transcript with the fault `how`; whole, where `how` is none of ours."""
    whole = shape(_ODD_TEXTS.get(how, said))
    if how == "more-fields":
        whole |= {"usage": {"type": "duration", "seconds": 3}, "languages": None, "requestId": "7"}
    body = json.dumps(whole, ensure_ascii=False).encode()
    if how == "bad-json":
        body = body[: len(body) // 2]
    if how == "deep-json":
        body = b"[" * 200_000
    if how == "endless":
        block = b"and on " * 9000
        return Answer(JSON, chain([b'{"text": "'], repeat(block, HUGE // len(block) + 1)))
    size = len(body) // 4 + 1
    return Answer(JSON, [body[i : i + size] for i in range(0, len(body), size)], torn=how == "split-packets")
