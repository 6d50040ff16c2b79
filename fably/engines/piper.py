"""Piper as a Wyoming server; `fably.engines.child` starts it, and any Wyoming client can talk to it.

    python -m fably.engines.piper --voice FILE.onnx [--threads N] [--speaker N] [--length-scale X] [--uri tcp://HOST:PORT]

Beside FILE.onnx there is FILE.onnx.json. piper-tts is under the GPL 3.0: this is a program of its own, and loaded by nothing of Fably.
"""

import argparse
import asyncio
import json
import os
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event
from wyoming.info import Attribution, Info, TtsProgram, TtsVoice
from wyoming.tts import Synthesize

from fably.engines.pieces import pieces
from fably.engines.serving import Program, Refused, sentence, serve

LONGEST = 4.0
"""Seconds of sound that are made at once. Each takes 20 MB while it is made."""
SYMBOLS_A_SECOND = 18
"""Phonemes, with marks of stress and blanks: the English voice joe says 20 of them, and others are slower."""
SLOWEST = 0.5
"""Times the usual tempo: more slowly a voice breaks up."""
THREADS = 2
"""Half of a Pi's cores: somebody has to play what is made."""


Speak = Callable[[str, float], Iterator[Any]]
"""Speaks a text at a pace, piece by piece."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="fably.engines.piper", allow_abbrev=False)
    parser.add_argument("--voice", type=Path, required=True, metavar="FILE.onnx")
    parser.add_argument("--threads", type=int, default=THREADS)
    parser.add_argument("--speaker", type=int, help="for a voice with several")
    parser.add_argument("--length-scale", type=float, help="above 1 is slower")
    parser.add_argument("--uri", help="tcp://host:port or unix:///path, instead of standard input and output")
    options = parser.parse_args()
    serve(partial(_load, options), options.uri)


def _load(options: argparse.Namespace) -> Program:
    """Load the voice and let it say a word: one that cannot is found before anybody waits for it. Raises `Refused`."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # it is read at the import
    try:
        import onnxruntime
        from piper.config import PiperConfig, SynthesisConfig
        from piper.voice import PiperVoice
    except ImportError as error:
        raise Refused(f"piper needs the package {error.name}; install it with: pip install 'fably[piper]'") from error
    file, known = options.voice, Path(f"{options.voice}.json")
    try:
        about = json.loads(known.read_text(encoding="utf-8"))
        config = PiperConfig.from_dict(about)
        scale = options.length_scale or config.length_scale or 1.0
        if options.speaker is not None and not 0 <= options.speaker < config.num_speakers:
            raise Refused(f"{file.stem} has no speaker {options.speaker}; it has {config.num_speakers}, counted from 0")
        most = max(8, int(LONGEST * SYMBOLS_A_SECOND / scale))
    except OSError as error:
        raise Refused(f"{known} cannot be read: {sentence(error)}") from error
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise Refused(f"{known} does not describe a voice of Piper; download it again") from error
    tuned = onnxruntime.SessionOptions()
    tuned.enable_cpu_mem_arena = tuned.enable_mem_pattern = False  # or the longest sentence is kept for ever: 810 MB instead of 118
    tuned.intra_op_num_threads = max(1, min(options.threads, len(os.sched_getaffinity(0))))  # more than cores only wait for each other
    try:
        session = onnxruntime.InferenceSession(str(file), sess_options=tuned, providers=["CPUExecutionProvider"])
        voice: Any = PiperVoice(session=session, config=config)
        whole = voice.phonemize
        # what this gives is made into sound one by one
        voice.phonemize = lambda text: [piece for spoken in whole(text) for piece in pieces(spoken, most)]

        def speak(text: str, pace: float) -> Iterator[Any]:
            return iter(voice.synthesize(text, syn_config=SynthesisConfig(speaker_id=options.speaker, length_scale=scale / pace)))

        for _ in speak("a.", 1.0):
            pass
    except Exception as error:  # onnxruntime has a dozen kinds of its own
        raise Refused(f"{file} is no voice that Piper can speak with; download it again") from error
    format = {"rate": config.sample_rate, "width": 2, "channels": 1}
    answer = partial(_answer, speak, format, asyncio.Lock())
    return Program(_info(file.stem, about).event(), lambda: answer)


async def _answer(speak: Speak, format: dict[str, int], one_speaks: asyncio.Lock, event: Event) -> AsyncGenerator[Event, None]:
    """Speak, an event for each piece as soon as it is made."""
    if not Synthesize.is_type(event.type):
        return
    async with one_speaks:
        pieces, took, made = speak(Synthesize.from_event(event).text, _pace(event)), 0.0, 0
        yield AudioStart(**format).event()
        while True:
            began = time.monotonic()
            piece = await asyncio.to_thread(next, pieces, None)
            took += time.monotonic() - began
            if piece is None:
                break
            made += len(piece.audio_int16_bytes)
            yield AudioChunk(audio=piece.audio_int16_bytes, **format).event()
        seconds = made / (format["rate"] * format["width"])
        yield Event(AudioStop().event().type, {"took": round(took, 4), "made": round(seconds, 4)})  # for who wants to know how fast it is


def _pace(event: Event) -> float:
    """How fast this is to be spoken, against the usual tempo; the Wyoming protocol itself has no word for it."""
    pace = event.data.get("pace")
    return min(max(float(pace), SLOWEST), 1.0) if isinstance(pace, int | float) else 1.0


def _info(name: str, about: dict[str, Any]) -> Info:
    said = about.get("language")
    language = said.get("code") if isinstance(said, dict) else None
    maker = Attribution("OHF-Voice", "https://github.com/OHF-Voice/piper1-gpl")
    voice = TtsVoice(
        name=name, description=name, attribution=maker, installed=True, version=None, languages=[str(language or about["espeak"]["voice"])]
    )  # fmt: skip
    return Info(tts=[TtsProgram(name="piper", description="Piper", attribution=maker, installed=True, version=None, voices=[voice])])


if __name__ == "__main__":
    main()
