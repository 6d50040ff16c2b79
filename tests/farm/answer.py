"""An answer that comes in pieces, and the faults of one that has begun, whatever it is made of."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from farm.wire import Wire


@dataclass(frozen=True)
class Answer:
    """What is sent with status 200: the pieces, what goes before and after them, and how long each takes."""

    kind: str
    """The content type."""
    pieces: Iterable[bytes]
    """May be without end."""
    head: tuple[bytes, ...] = ()
    tail: tuple[bytes, ...] = ()
    pause: float = 0.0
    """Seconds after each piece."""
    open: bool = False
    """Whether the connection stays open, and the answer unfinished, after the tail."""
    torn: bool = False
    """Whether each piece, and each character of it, is torn apart inside of its chunk: the packets do not know the letters."""


def send(wire: Wire, how: str, answer: Answer, cut_after: int | None) -> None:
    """Send `answer` with the fault `how`. `cut_after` is the number of pieces before the fault; None is half of them."""
    if how == "wrong-type":
        answer = replace(answer, kind="text/plain")
    if how == "open-end":
        answer = replace(answer, tail=(), open=True)
    if how == "short-body":
        pieces = list(answer.pieces)
        begun = b"".join([*answer.head, *pieces[: _until(pieces, cut_after)]])
        wire.whole(begun, answer.kind, missing=len(b"".join(pieces)) + 100 - len(begun) + len(b"".join(answer.head)))
        return wire.hang_up()
    wire.begin(answer.kind)
    if how == "silent-headers":
        return wire.stay_silent()
    for piece in answer.head:
        wire.chunk(piece)
    if how in ("silent-later", "cut-fin", "cut-reset", "chunk-cut"):
        pieces = list(answer.pieces)
        count = _until(pieces, cut_after)
        _pieces(wire, answer, pieces[:count])
        if how == "chunk-cut":
            wire.write(b"%x\r\n%s" % (1000, (pieces[count:] or pieces)[0][:10]))
        return {"silent-later": wire.stay_silent, "cut-reset": wire.reset}.get(how, wire.hang_up)()
    _pieces(wire, answer, answer.pieces)
    for piece in answer.tail:
        wire.chunk(piece)
    return wire.stay_silent() if answer.open else wire.end()


def _until(pieces: list[bytes], cut_after: int | None) -> int:
    """How many pieces come before the fault."""
    return len(pieces) // 2 + 1 if cut_after is None else cut_after


def _pieces(wire: Wire, answer: Answer, pieces: Iterable[bytes]) -> None:
    for piece in pieces:
        if answer.torn:
            _torn(wire, piece)
        else:
            wire.chunk(piece)
        if wire.rest(answer.pause):
            break


def _torn(wire: Wire, piece: bytes) -> None:
    """One chunk in several packets, with a border inside of every character that has more than one byte."""
    wire.write(b"%x\r\n" % len(piece))
    for part in between_bytes(piece):
        wire.write(part)
        wire.rest(0.001)  # lest the kernel joins the packets again
    wire.write(b"\r\n")


def between_bytes(data: bytes) -> list[bytes]:
    """`data` in parts: each border is inside of a character where there is one to tear, else in the middle."""
    borders = [index for index, byte in enumerate(data) if 0x80 <= byte < 0xC0] or [len(data) // 2]
    return [data[start:end] for start, end in zip([0, *borders], [*borders, len(data)], strict=True)]
