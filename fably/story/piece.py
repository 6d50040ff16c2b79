"""A piece of a story's sound, as it was made and as it is heard."""

from collections.abc import Iterator
from dataclasses import dataclass

from fably.core.types import AudioFormat, Passage

LENGTH = 0.1
"""Seconds of a piece of sound that becomes louder or softer: each has one gain."""


@dataclass(frozen=True, slots=True)
class Piece:
    """`pcm` is what is kept of it: nothing of a pause that no voice made."""

    passage: Passage
    pcm: bytes
    heard: bytes
    """What goes to the loudspeaker; the same object where it is the same sound."""
    gain: float = 1.0
    """What that is to be multiplied by."""


def cut(pcm: bytes, format: AudioFormat) -> Iterator[bytes]:
    """`pcm` in pieces of at most `LENGTH`."""
    size = format.bytes_in(LENGTH)
    return (pcm[at : at + size] for at in range(0, len(pcm), size))
