"""What the farm's voices say, and what they send instead of it."""

import io
import struct
import wave
from functools import cache

RATE = 24_000
SECONDS_A_CHARACTER = 0.01


@cache
def tone(text: str, rate: int = RATE) -> bytes:
    """The speech of `text`: a square wave of 16-bit samples, mono, quiet enough to be kind."""
    frames = int(len(text) * SECONDS_A_CHARACTER * rate)
    wave_of_100 = struct.pack("<h", -2000) * 50 + struct.pack("<h", 2000) * 50
    return (wave_of_100 * (frames // 100 + 1))[: 2 * frames]


def wav(pcm: bytes, rate: int = RATE) -> bytes:
    """`pcm` in a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(pcm)
    return file.getvalue()


MP3 = (b"\xff\xfb\x90\x64" + bytes(413)) * 20
"""Twenty frames of MPEG-1 layer III at 128 kbit/s and 44.1 kHz, without an ID3 tag before them."""
