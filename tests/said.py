"""What espeak-ng says in tests: the same samples each time, whatever this process has said before.

The library counts on in globals from one utterance to the next, so that a word said twice differs by some dozens of samples; and when it
is loaded, it sows the dice for the breath of its voices with the second of the clock. A test that needs a share of many words to be
understood would then hang on which tests ran before it in its process, and on when that began.
"""

import _ctypes
import ctypes
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from fably.tts import espeak


@cache
def _voice() -> tuple[bytes, str] | None:
    """The library of the wheel and its data; none where there is only the system's."""
    return next(((Path(path).read_bytes(), data) for path, data in espeak._places() if data), None)


@contextmanager
def _new_library() -> Iterator[espeak.Espeak]:
    """A library that has never said anything: a copy, for one file is loaded once. It goes with the context."""
    if (voice := _voice()) is None:
        yield espeak.library()
        return
    with tempfile.NamedTemporaryFile(prefix="espeak-", suffix=".so") as file:
        file.write(voice[0])
        file.flush()
        one = espeak.Espeak(file.name, voice[1])
        one._lib.espeak_ng_SetRandSeed(ctypes.c_long(1))
    try:
        yield one
    finally:
        one._lib.espeak_Terminate()
        _ctypes.dlclose(one._lib._handle)


def said(text: str, voice: str, pace: int) -> tuple[bytes, int]:
    """`text` as 16-bit mono PCM, and its rate in Hz. `pace` is in words a minute."""
    usual, espeak.WORDS_PER_MINUTE = espeak.WORDS_PER_MINUTE, pace
    try:
        with _new_library() as library:
            return library.speak(text, voice, threading.Event()), library.rate
    finally:
        espeak.WORDS_PER_MINUTE = usual
