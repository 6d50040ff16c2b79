"""A wake word as a Wyoming server; `fably.engines.child` starts it, and any Wyoming client can talk to it.

    python -m fably.engines.wakeword --engine openwakeword|microwakeword|openwakeword-original --model NAME|FILE
        [--threshold X] [--refractory SECONDS] [--uri tcp://HOST:PORT]

It is sent `audio-start`, `audio-chunk` and `audio-stop`, 16-bit mono at 16 kHz, and tells of each wake word as soon as it was said. Time
is counted in samples. What it listens with is in `fably.engines.wake_words`.
"""

import argparse
import asyncio
import os
from collections.abc import AsyncGenerator
from functools import partial
from typing import Any

from wyoming.event import Event
from wyoming.info import Attribution, Info, WakeModel, WakeProgram
from wyoming.wake import Detection, NotDetected

from fably.engines.serving import Answer, Program, Refused, sentence, serve
from fably.engines.wake_words import EARS, RATE, Ear

REFRACTORY = 2.0
"""Seconds after a wake word in which no other is told of: who says it twice means it once."""
LONGEST_REFRACTORY = 60.0
SILENCE = 2.0
"""Seconds of silence that it must bear before it is let loose."""
_FORMAT = (RATE, 2, 1)


def main() -> None:
    parser = argparse.ArgumentParser(prog="fably.engines.wakeword", allow_abbrev=False)
    parser.add_argument("--engine", choices=EARS, default=next(iter(EARS)))
    parser.add_argument("--model", required=True, metavar="NAME|FILE", help="a wake word that the engine brings, or a file of your own")
    parser.add_argument("--threshold", type=float, metavar="X", help="how sure it must be, from 0 to 1; without it the engine's own")
    parser.add_argument("--refractory", type=float, default=REFRACTORY, metavar="SECONDS", help="without another (default: %(default)g)")
    parser.add_argument("--uri", help="tcp://host:port or unix:///path, instead of standard input and output")
    options = parser.parse_args()
    serve(partial(_load, options), options.uri)


def _load(options: argparse.Namespace) -> Program:
    """Load the model and let it hear silence: one that cannot is found before anybody waits for it. Raises `Refused`."""
    # read at the import: neither telemetry, nor a thread for each core, for the arithmetic is tiny
    os.environ |= {"ORT_DISABLE_TELEMETRY": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    if options.threshold is not None and not 0 < options.threshold < 1:
        raise Refused(f"--threshold must be between 0 and 1, and not {options.threshold:g}")
    if not 0 <= options.refractory <= LONGEST_REFRACTORY:
        raise Refused(f"--refractory must be from 0 to {LONGEST_REFRACTORY:g} seconds, and not {options.refractory:g}")
    first = _ear(options.engine, options.model)
    threshold = first.threshold if options.threshold is None else options.threshold
    _test(first, threshold)
    spare = [first]

    def meet() -> Answer:
        """Each client has an ear of its own, for that remembers what it has just heard; the first one is there already."""
        own = spare.pop() if spare else _ear(options.engine, options.model)
        return Listening(own, threshold, int(options.refractory * RATE)).answer

    return Program(_info(options.engine, first).event(), meet)


def _ear(engine: str, model: str) -> Ear:
    try:
        return EARS[engine](model)
    except ModuleNotFoundError as error:
        extra = EARS[engine].extra
        raise Refused(f"{engine} needs the package {error.name}; install it with: pip install 'fably[{extra}]'") from error
    except Refused:
        raise
    except Exception as error:  # whatever a native library raises
        raise Refused(f"{engine} cannot load {model!r}: {sentence(error)}") from error


def _test(ear: Ear, threshold: float) -> None:
    """Raises `Refused` where the model does not answer, or hears its wake word in silence."""
    silence, heard = bytes(ear.frame), 0
    try:
        for _ in range(int(SILENCE * RATE * 2) // ear.frame):
            likelihood = ear.hear(silence)
            heard += likelihood is not None
            if likelihood is not None and not 0 <= likelihood < threshold:
                raise Refused(
                    f"the wake word {ear.name} is heard in silence; its model is broken, or the threshold of {threshold:g} too low"
                )
    except Refused:
        raise
    except Exception as error:
        raise Refused(f"the model of the wake word {ear.name} fails: {sentence(error)}") from error
    if not heard:
        raise Refused(f"the model of the wake word {ear.name} does not answer; choose another")
    ear.reset()


class Listening:
    """What one client is told."""

    def __init__(self, ear: Ear, threshold: float, refractory: int) -> None:
        """`refractory` is in samples."""
        self._ear, self._threshold, self._refractory = ear, threshold, refractory
        self._wanted = True
        self._begin(0)

    def _begin(self, start: int) -> None:
        self._ear.reset()
        self._start = start
        self._rest = b""
        self._heard = 0  # samples
        self._deaf_until = 0
        self._detected = False
        self._understood = True

    async def answer(self, event: Event) -> AsyncGenerator[Event, None]:
        """A `detection` for each wake word, its timestamp in milliseconds of the stream; `not-detected` where there was none to its end."""
        if event.type == "detect":
            self._choose(event.data.get("names"))
        elif event.type == "audio-start":
            start = event.data.get("timestamp")
            self._begin(start if type(start) is int else 0)
            self._check(event)
        elif event.type == "audio-chunk" and self._understood:
            self._check(event)
            sound, size = self._rest + (event.payload or b""), self._ear.frame
            whole = len(sound) - len(sound) % size
            self._rest = sound[whole:]
            for at in range(0, whole, size):
                if self._hears(sound[at : at + size]):
                    yield Detection(self._ear.name, self._start + self._heard * 1000 // RATE).event()
                await asyncio.sleep(0)  # other clients want to be heard as well
        elif event.type == "audio-stop" and not self._detected:
            yield NotDetected().event()

    def _hears(self, frame: bytes) -> bool:
        """Whether there is something to tell of."""
        likelihood = self._ear.hear(frame)
        self._heard += len(frame) // 2
        if likelihood is None or likelihood < self._threshold:
            return False
        self._ear.reset()  # or its memory of the word would be heard as another
        if not self._wanted or self._heard < self._deaf_until:
            return False
        self._deaf_until = self._heard + self._refractory
        self._detected = True
        return True

    def _choose(self, names: object) -> None:
        """Raises `ValueError` for names of which none is ours."""
        listed = [one for one in names if isinstance(one, str)] if isinstance(names, list) else []
        self._wanted = not names or any(_plain(one) == _plain(self._ear.name) for one in listed)
        if not self._wanted:
            raise ValueError(f"there is no wake word {', '.join(listed)[:80]} here; there is {self._ear.name}")

    def _check(self, event: Event) -> None:
        """Raises `ValueError`, once, for sound that it cannot understand; the rest of it is passed over."""
        found = tuple(event.data.get(one) for one in ("rate", "width", "channels"))
        self._understood = found == _FORMAT
        if not self._understood:
            said = "{} Hz, {} bytes a sample, channels: {}".format(*(str(one)[:20] for one in found))
            raise ValueError(f"a wake word is heard in 16-bit mono sound of {RATE} Hz only, not in {said}")


def _plain(name: str) -> str:
    return name.casefold().replace(" ", "_").replace("-", "_")


def _info(engine: str, ear: Ear) -> Info:
    maker, phrase = Attribution(*ear.maker), ear.name.replace("_", " ")
    known: dict[str, Any] = {"attribution": maker, "installed": True, "version": None}
    model = WakeModel(name=ear.name, description=phrase, phrase=phrase, languages=list(ear.languages), **known)
    return Info(wake=[WakeProgram(name=engine, description=engine, models=[model], **known)])


if __name__ == "__main__":
    main()
