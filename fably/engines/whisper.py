"""Whisper as a Wyoming server; `fably.engines.child` starts it, and any Wyoming client can talk to it.

    python -m fably.engines.whisper --model FOLDER [--language xx] [--threads N] [--uri tcp://HOST:PORT]

In FOLDER there are model.bin, config.json and tokenizer.json, as faster-whisper keeps them. Nothing is ever fetched by itself.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from wyoming.asr import Transcribe, Transcript
from wyoming.event import Event
from wyoming.info import AsrModel, AsrProgram, Attribution, Info

from fably.core.types import AudioFormat
from fably.engines.serving import Answer, Program, Refused, sentence, serve
from fably.pcm.converting import Converter

RATE = 16_000  # Hz, that of the model
LONGEST = 30.0
"""Seconds that are understood, which is all that Whisper hears at once; what is said after them is passed over."""
SHORTEST = 0.1
"""Seconds; less of it is no word, and Whisper would make one up."""
THREADS = 2
FILES = ("model.bin", "config.json", "tokenizer.json")

Understand = Callable[[bytes, str], str]
"""The words in 16-bit mono sound of `RATE`, said in a language."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="fably.engines.whisper", allow_abbrev=False)
    parser.add_argument("--model", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--language", default="en", metavar="xx", help="that is spoken where a client does not tell (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=THREADS)
    parser.add_argument("--uri", help="tcp://host:port or unix:///path, instead of standard input and output")
    options = parser.parse_args()
    serve(partial(_load, options), options.uri)


def _load(options: argparse.Namespace) -> Program:
    """Load the model. Raises `Refused`."""
    folder = options.model
    for name in FILES:
        if not (folder / name).is_file():
            raise Refused(f"{folder} is no model of Whisper: it lacks {name}; download it again")
    # read at the import: neither telemetry nor a download, nor a thread for each core, which the model has of its own
    os.environ |= {"ORT_DISABLE_TELEMETRY": "1", "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "OPENBLAS_NUM_THREADS": "1"}
    sys.modules["av"] = ModuleType("av")  # PyAV, which opens files of sound: we have none, and it costs 16 MB
    try:
        import numpy
        from faster_whisper import WhisperModel
    except ImportError as error:
        raise Refused(f"whisper needs the package {error.name}; install it with: pip install 'fably[whisper]'") from error
    threads = max(1, min(options.threads, len(os.sched_getaffinity(0))))  # more than cores only wait for each other
    try:
        model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=threads)
        languages = list(model.supported_languages)
        understand = partial(_understand, numpy, model)
        understand(b"\1\0" * int(SHORTEST * RATE), "en")  # a model that cannot is found before anybody waits for it
    except Exception as error:  # CTranslate2 and its tokenizer have kinds of their own
        raise Refused(f"{folder} is no model that Whisper can listen with ({sentence(error)[:80]}); download it again") from error
    if options.language not in languages:
        only = "English only; take one without .en in its name" if languages == ["en"] else f"no language {options.language!r}"
        raise Refused(f"the model {folder.name} understands {only}")
    one_at_a_time = asyncio.Lock()

    def meet() -> Answer:
        return Listening(understand, options.language, one_at_a_time).answer

    return Program(_info(folder.name, languages).event(), meet)


def _understand(numpy: Any, model: Any, pcm: bytes, language: str) -> str:
    samples = numpy.frombuffer(pcm, "<i2").astype("float32") / 32_768
    segments, _ = model.transcribe(
        samples, language=language, beam_size=1, best_of=1, temperature=0, condition_on_previous_text=False, without_timestamps=True
    )
    return " ".join(one.text.strip() for one in segments).strip()


class Listening:
    """What one client says, and what is understood of it."""

    def __init__(self, understand: Understand, language: str, one_at_a_time: asyncio.Lock) -> None:
        self._understand, self._usual, self._one_at_a_time = understand, language, one_at_a_time
        self._language = language
        self._begin()

    def _begin(self) -> None:
        self._sound = bytearray()
        self._converter = Converter(RATE)

    async def answer(self, event: Event) -> AsyncGenerator[Event, None]:
        """The `transcript` of each stretch of sound, as soon as it has stopped. What was asked for it holds for that one only."""
        if event.type == "transcribe":
            self._language = Transcribe.from_event(event).language or self._usual
        elif event.type == "audio-start":
            self._begin()
        elif event.type == "audio-chunk":
            pcm = self._converter.convert(event.payload or b"", _format(event))
            self._sound += pcm[: int(LONGEST * RATE) * 2 - len(self._sound)]
        elif event.type == "audio-stop":
            sound, language = bytes(self._sound), self._language
            self._begin()
            self._language = self._usual
            async with self._one_at_a_time:
                yield Transcript(await self._words(sound, language), language=language).event()

    async def _words(self, sound: bytes, language: str) -> str:
        """Nothing for digital silence, in which Whisper is known to hear words."""
        if len(sound) < SHORTEST * RATE * 2 or not any(sound):
            return ""
        return await asyncio.to_thread(self._understand, sound, language)


def _format(event: Event) -> AudioFormat:
    """Raises `ValueError` for sound that cannot be understood."""
    rate, width, channels = (event.data.get(one) for one in ("rate", "width", "channels"))
    if type(rate) is int and 4_000 <= rate <= 400_000 and width in (1, 2, 3, 4) and channels in (1, 2):
        return AudioFormat(rate, int(width), int(channels))
    raise ValueError(f"sound of {rate!r} Hz, {width!r} bytes and {channels!r} channels is none"[:120])


def _info(name: str, languages: list[str]) -> Info:
    known: dict[str, Any] = {"installed": True, "version": None}
    model = AsrModel(name=name, description=name, attribution=Attribution("OpenAI", "https://github.com/openai/whisper"),
        languages=languages, **known)  # fmt: skip
    maker = Attribution("SYSTRAN", "https://github.com/SYSTRAN/faster-whisper")
    return Info(asr=[AsrProgram(name="whisper", description="Whisper", attribution=maker, models=[model], **known)])


if __name__ == "__main__":
    main()
