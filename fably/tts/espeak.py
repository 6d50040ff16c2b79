"""espeak-ng, in this process: the voice that needs no network and 3 MB.

The library and its data come from the wheel `espeakng-loader` (no apt needed) or from the system. It is GPL-3.0, which is why it is
an extra and not a part of Fably.
"""

import asyncio
import contextlib
import ctypes
import importlib.util
import threading
from collections.abc import AsyncGenerator, Iterator
from functools import cache
from pathlib import Path

from fably.core.errors import MissingDependency, ProviderUnavailable, VoiceUnknown
from fably.core.types import AudioFormat, Language

DEFAULT_VOICES: dict[Language, str] = {"en": "gmw/en", "tr": "trk/tr"}
WORDS_PER_MINUTE = 145  # espeak's own 175 is for people who are wide awake
LOUDNESS = 75  # of 200; at espeak's own 100 the loudest vowels touch full scale
SLICE = 0.2  # seconds of sound that are handed on at once

# speak_lib.h
_SYNCHRONOUS, _DONT_EXIT, _UTF8, _CHARACTERS, _RATE, _VOLUME, _OK = 2, 0x8000, 1, 1, 1, 2, 0
_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class _VoiceRecord(ctypes.Structure):
    """espeak_VOICE, as far as it is read."""

    _fields_ = (("name", ctypes.c_char_p), ("languages", ctypes.c_char_p), ("identifier", ctypes.c_char_p))


class Espeak:
    """The C library, loaded once. It keeps its state in globals, so one lock guards it; nothing else may call it."""

    def __init__(self, path: str, data: str | None) -> None:
        """Load the library at `path`, with its data in the folder `data`, or in its own place. Raises `OSError`."""
        self._lib = ctypes.CDLL(path)
        self._lib.espeak_Synth.argtypes = [
            ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int, ctypes.c_uint, ctypes.c_uint, ctypes.c_void_p, ctypes.c_void_p,
        ]  # fmt: skip
        self._lib.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_VoiceRecord))
        self.rate = int(self._lib.espeak_Initialize(_SYNCHRONOUS, 200, data.encode() if data else None, _DONT_EXIT))
        if self.rate <= 0:
            raise OSError(f"{path} does not find its data")
        self._lock = threading.Lock()
        self._heard = bytearray()
        self._stop = threading.Event()
        self._callback = _Callback(self._take)  # kept, or Python would free what the library calls
        self._lib.espeak_SetSynthCallback(self._callback)

    def _take(self, samples: "ctypes._Pointer[ctypes.c_short] | None", count: int, _events: int | None) -> int:
        if self._stop.is_set():
            return 1  # ends the utterance within a millisecond
        if samples and count > 0:
            self._heard += ctypes.string_at(samples, count * 2)
        return 0

    def knows(self, voice: str) -> bool:
        with self._lock:
            return bool(self._lib.espeak_SetVoiceByName(voice.encode()) == _OK)

    def speak(self, text: str, voice: str, stop: threading.Event, pace: float = 1.0) -> bytes:
        """All samples of `text`, at `pace` times our usual tempo, until `stop` is set. Blocks: call it in a thread."""
        data = text.replace("\0", " ").encode() + b"\0"
        with self._lock:
            self._stop = stop
            self._heard = bytearray()
            self._lib.espeak_SetVoiceByName(voice.encode())
            self._lib.espeak_SetParameter(_RATE, round(WORDS_PER_MINUTE * pace), 0)
            self._lib.espeak_SetParameter(_VOLUME, LOUDNESS, 0)
            result = self._lib.espeak_Synth(data, len(data), 0, _CHARACTERS, 0, _UTF8, None, None)
            heard, self._heard = bytes(self._heard), bytearray()
        if result != _OK:
            raise ProviderUnavailable(f"espeak-ng failed with code {result}")
        return heard

    def voices(self) -> Iterator[str]:
        """The identifiers of the voices that its data holds, such as gmw/en-US."""
        with self._lock:
            records = self._lib.espeak_ListVoices(None)
            index = 0
            while records[index]:
                yield records[index].contents.identifier.decode()
                index += 1


def _places() -> Iterator[tuple[str, str | None]]:
    """Where the library and its data may be. The system's comes first: it is tuned to the machine, and already on the disk."""
    yield "libespeak-ng.so.1", None
    spec = importlib.util.find_spec("espeakng_loader")  # looked up, not imported: its import loads what we load ourselves
    for folder in (spec and spec.submodule_search_locations) or []:
        yield str(Path(folder) / "libespeak-ng.so"), str(Path(folder) / "espeak-ng-data")


@cache
def library() -> Espeak:
    """The one espeak-ng of this process. Raises `MissingDependency`."""
    for path, data in _places():
        with contextlib.suppress(OSError):
            return Espeak(path, data)
    raise MissingDependency("the espeak voice needs espeak-ng; install it with: pip install 'fably[espeak]'")


class EspeakVoice:
    """A `TextToSpeech`. `voice` is any name or identifier of espeak-ng, with a variant if wished: en-us, tr, gmw/en+f3."""

    at_once = 1

    def __init__(self, *, language: Language, voice: str | None) -> None:
        self._espeak = library()
        self.voice = voice or DEFAULT_VOICES[language]
        self.format = AudioFormat(self._espeak.rate)
        if not self._espeak.knows(self.voice):
            said = f"espeak-ng has no voice {self.voice!r}; `fably voices` lists those it has"
            raise VoiceUnknown(said, place="espeak-ng", kind="voice_gone", detail=self.voice)

    async def voices(self) -> list[str]:
        """The identifiers of its voices, such as gmw/en-US."""
        return await asyncio.to_thread(lambda: sorted(self._espeak.voices()))  # waits for whoever speaks

    def synthesize(self, text: str) -> AsyncGenerator[bytes, None]:
        """Speak `text`. Raises `ProviderError`."""
        return self.at_pace(text, 1.0)

    async def at_pace(self, text: str, pace: float) -> AsyncGenerator[bytes, None]:
        """Speak `text` at `pace` times the usual tempo. Raises `ProviderError`."""
        stop = threading.Event()
        try:
            pcm = await asyncio.to_thread(self._espeak.speak, text, self.voice, stop, pace)
        finally:
            stop.set()  # the thread cannot be cancelled, but espeak asks it often whether to go on
        size = self.format.bytes_in(SLICE)
        for start in range(0, len(pcm), size):
            yield pcm[start : start + size]
