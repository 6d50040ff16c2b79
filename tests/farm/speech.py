"""Speech as raw PCM, and everything that can be wrong with that."""

import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from itertools import repeat

from farm.answer import Answer
from farm.chat import SSE, delta, events
from farm.sound import MP3, wav

PCM = "audio/pcm"
SIZE = 4096
"""Bytes that are sent at once."""


def pcm_answer(how: str, sound: bytes) -> Answer:
    """`sound` in pieces, with the fault `how`; whole, where `how` is none of ours."""
    match how:
        case "odd":
            return Answer(PCM, _pieces(sound, 777))
        case "odd-total":
            return Answer(PCM, _pieces(sound + b"\0", SIZE))
        case "octet-stream":
            return Answer("application/octet-stream", _pieces(sound, SIZE))
        case "empty":
            return Answer(PCM, [])
        case "one-byte":
            return Answer(PCM, [b"\1"])
        case "wav":
            return Answer("audio/wav", _pieces(wav(sound), SIZE))
        case "mp3":
            return Answer("audio/mpeg", _pieces(MP3, SIZE))
        case "ogg":
            return Answer("audio/ogg", [b"OggS\0\2" + bytes(200)])
        case "json":
            return Answer("application/json", [json.dumps({"audio": "there is none", "text": "x" * 500}).encode()])
        case "endless":
            return Answer(PCM, repeat(b"\1\2" * 32_768))
        case "trickle":  # each byte is a packet: more of it would only take longer
            return Answer(PCM, [sound])
    return Answer(PCM, _pieces(sound, SIZE))


def held(sound: bytes, heard: threading.Event, ended: threading.Event) -> Answer:
    """`sound`, of which what comes after the first bytes waits for `heard`."""

    def pieces() -> Iterator[bytes]:
        yield sound[:SIZE]
        while not heard.is_set() and not ended.wait(0.005):
            pass
        yield from _pieces(sound[SIZE:], SIZE)

    return Answer(PCM, pieces())


def by_chat(answer: Answer) -> Answer:
    """The same sound, or what is sent instead of it, as the audio of a chat completion, in pieces of an odd size."""
    again = events(delta({"audio": {"id": "a", "data": base64.b64encode(piece).decode()}}) for piece in answer.pieces)
    return replace(again, kind=SSE, head=(delta({"role": "assistant", "audio": {"id": "a", "transcript": "…"}}),))


def _pieces(sound: bytes, size: int) -> list[bytes]:
    return [sound[start : start + size] for start in range(0, len(sound), size)]
