"""Making one stream of sound of another: its rate, the width of its samples, and one channel of two."""

import audioop
from typing import Any

from fably.core.types import AudioFormat


class Converter:
    """Converts chunk by chunk to 16-bit mono at `rate` Hz. Holds what the next chunk needs of this one: half a frame, and where
    between two samples it stands."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._old: AudioFormat | None = None
        self._carry = b""
        self._state: Any = None

    def convert(self, pcm: bytes, format: AudioFormat) -> bytes:
        """The sound of `pcm`, cut anywhere, whose samples are of 1 to 4 bytes (those of 1 unsigned, as in WAV) in 1 or 2 channels."""
        if format != self._old:
            self._old, self._carry, self._state = format, b"", None
        pcm = self._carry + pcm if self._carry else pcm
        whole = len(pcm) - len(pcm) % format.frame
        pcm, self._carry = pcm[:whole], pcm[whole:]
        if format.width == 1:
            pcm = audioop.bias(pcm, 1, 128)
        if format.width != 2:
            pcm = audioop.lin2lin(pcm, format.width, 2)
        if format.channels == 2:
            pcm = audioop.tomono(pcm, 2, 0.5, 0.5)
        if format.rate != self._rate:
            pcm, self._state = audioop.ratecv(pcm, 2, 1, format.rate, self._rate, self._state)
        return pcm
