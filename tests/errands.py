"""Something to do for each engine: what it is asked, and the event that ends its answer. A new engine needs a line here."""

from typing import NamedTuple

from wyoming.asr import Transcribe
from wyoming.event import Event
from wyoming.tts import Synthesize

from fably.engines.child import Child

_FORMAT = {"rate": 16_000, "width": 2, "channels": 1}
_SECOND = [Event("audio-start", _FORMAT), Event("audio-chunk", _FORMAT, bytes(32_000)), Event("audio-stop")]


class Errand(NamedTuple):
    """What is sent, and what comes last."""

    request: list[Event]
    last: str


ERRANDS = {
    "piper": Errand([Synthesize("Once upon a time, there was a fox.").event()], "audio-stop"),
    "whisper": Errand([Transcribe(language="en").event(), *_SECOND], "transcript"),
    "wakeword": Errand(_SECOND, "not-detected"),
}


async def run_errand(engine: str, child: Child) -> None:
    """Let an engine do something, and wait until it is done."""
    request, last = ERRANDS[engine]
    await child.send(*request)
    while (await child.receive()).type != last:
        pass
