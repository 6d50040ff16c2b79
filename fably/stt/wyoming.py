"""Words from a Wyoming server, such as wyoming-faster-whisper on a computer at home."""

from fably.core.errors import ProviderUnavailable
from fably.core.types import Language, Transcript, Utterance
from fably.wyoming import Connection, address_of, connected

PIECE = 0.1
"""Seconds of sound in one event."""
LONGEST = 10_000
"""Characters of a transcript: more than anybody says in one breath."""


class WyomingTranscriber:
    """A `SpeechToText`. `model` is one that the server lists; without it, it takes its own."""

    def __init__(self, *, address: str, connect_seconds: float, language: Language, model: str | None) -> None:
        from wyoming import asr  # noqa: F401 - imported here, in the thread that loads, not at the first word

        self._address = address_of(address)
        self._seconds = connect_seconds
        self._language = language
        self.model = model

    async def transcribe(self, utterance: Utterance) -> Transcript:
        """Tell the words of `utterance`, as the server hears them. Raises `ProviderError`."""
        async with connected(self._address, self._seconds) as server:
            return await heard(server, utterance, self._language, self.model)


async def heard(server: Connection, utterance: Utterance, language: Language, model: str | None = None) -> Transcript:
    """What a server understands of `utterance`. Raises `ProviderUnavailable`."""
    from wyoming.asr import Transcribe
    from wyoming.event import Event

    pcm, format = utterance.pcm, utterance.format
    like = {"rate": format.rate, "width": format.width, "channels": format.channels}
    size = format.bytes_in(PIECE)
    await server.send(Transcribe(model, language).event(), Event("audio-start", like))
    for start in range(0, len(pcm), size):
        await server.send(Event("audio-chunk", like, pcm[start : start + size]))
    await server.send(Event("audio-stop"))
    pieces: list[str] = []
    length = 0
    while True:
        event = await server.receive()
        if event.type == "transcript-stop":
            return Transcript("".join(pieces).strip(), language)
        if event.type not in ("transcript", "transcript-chunk"):
            continue
        text = event.data.get("text")
        if not isinstance(text, str):
            raise server.nonsense(f"{event.type} without text")
        length += len(text)
        if length > LONGEST:
            said = f"{server.place} does not come to an end; it hears more than was said"
            raise ProviderUnavailable(said, place=server.place, kind="endless")
        if event.type == "transcript":
            return Transcript(text.strip(), language)
        pieces.append(text)
