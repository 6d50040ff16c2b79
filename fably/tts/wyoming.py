"""Speech from a Wyoming server, such as wyoming-piper on a computer at home."""

import asyncio
import contextlib
import re
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from typing import Any, NamedTuple

from fably.core.errors import ProviderUnavailable, VoiceUnknown
from fably.core.types import AudioFormat, Language
from fably.pcm.bounded import longest
from fably.pcm.converting import Converter
from fably.wyoming import Connection, address_of, connected

CATALOGUE = 50
"""A server with more voices than this, all of which it calls installed, lists those that it could download, as wyoming-piper does."""


class Listed(NamedTuple):
    """A voice, as a server lists it."""

    name: str
    """Its id, such as en_US-lessac-medium."""
    title: str
    """What people call it, such as lessac (medium)."""
    languages: tuple[str, ...]
    """Their codes, in lower case and without a country."""
    installed: bool


class Chosen(NamedTuple):
    """What is asked for."""

    name: str
    speaker: str = ""


class WyomingVoice:
    """A `TextToSpeech`. `voice` is a name or a title that the server lists, with one of its speakers if wished: en_US-vctk-medium/p239.
    A `model` is the same: it is what Piper calls its voices. Sound of another format is converted to `format`."""

    format = AudioFormat(22_050)
    at_once = 1

    def __init__(self, *, address: str, connect_seconds: float, language: Language, model: str | None, voice: str | None) -> None:
        from wyoming import tts  # noqa: F401 - imported here, in the thread that loads, not at the first word

        self._address = address_of(address)
        self._seconds = connect_seconds
        self._language = language
        self.voice = voice or model
        self._asked = False
        self._chosen: Chosen | None = None

    async def voices(self) -> list[str]:
        """The names of the voices that the server lists. Raises `ProviderError`."""
        async with connected(self._address, self._seconds) as server:
            return [one.name for one in await _ask(server)]

    async def synthesize(self, text: str) -> AsyncGenerator[bytes, None]:
        """Speak `text`; chunks come as the server sends them. Raises `ProviderError`, also when no sound comes, or no end of it."""
        from wyoming.tts import Synthesize, SynthesizeVoice

        chosen = await self._voice()
        async with connected(self._address, self._seconds) as server:
            await server.send(Synthesize(text, chosen and SynthesizeVoice(chosen.name, speaker=chosen.speaker or None)).event())
            heard = False
            async with aclosing(sound(server, self.format, text)) as chunks:
                async for pcm in chunks:
                    heard = True
                    yield pcm
            if not heard:
                raise ProviderUnavailable(f"{server.place} gave no sound", place=server.place, kind="no_sound")

    async def _voice(self) -> Chosen | None:
        """The voice to ask for, found once in what the server lists; None for the server's own choice."""
        if not self._asked:
            listed: list[Listed] = []
            async with connected(self._address, self._seconds) as server:
                # a server that says nothing of itself may speak all the same
                with contextlib.suppress(ProviderUnavailable, TimeoutError):
                    async with asyncio.timeout(self._seconds):
                        listed = await _ask(server)
            self._chosen = self._choose(listed)
            self._asked = True
        return self._chosen

    def _choose(self, listed: list[Listed]) -> Chosen | None:
        if not self.voice:
            return _of_language(self._language, listed)
        found = _named(self.voice, listed, self._language)
        if listed and not found:
            place = self._address.place
            raise VoiceUnknown(
                f"{place} has no voice {self.voice!r}; `fably voices` lists those it has", place=place, kind="voice_gone", detail=self.voice
            )
        return found or Chosen(self.voice)


async def sound(
    server: Connection, wanted: AudioFormat, text: str, ended: Callable[[dict[str, Any]], None] = lambda _data: None
) -> AsyncGenerator[bytes, None]:
    """What a server says that was asked to speak `text`, in the format `wanted`, until it has said it. Far more than that is too much.
    `ended` takes what it says at the end of the sound itself."""
    start: dict[str, Any] = {}
    converter, seconds = Converter(wanted.rate), 0.0
    while (event := await server.receive()).type != "audio-stop":
        if event.type == "audio-start":
            start = event.data
        elif event.type == "audio-chunk" and event.payload:
            format = _format(server, {**start, **event.data})
            seconds += format.seconds(len(event.payload))
            if seconds > longest(text):
                said = f"{server.place} does not come to an end; its voice says more than the text has"
                raise ProviderUnavailable(said, place=server.place, kind="endless")
            if pcm := converter.convert(event.payload, format):
                yield pcm
    ended(event.data)


async def _ask(server: Connection) -> list[Listed]:
    """What the server lists. Raises `ProviderUnavailable`."""
    from wyoming.event import Event

    await server.send(Event("describe"))
    while (event := await server.receive()).type != "info":
        pass
    try:
        return list(_listed(event.data))
    except (TypeError, AttributeError, LookupError) as error:
        raise server.nonsense("its list of voices") from error


def _listed(info: dict[str, Any]) -> Iterator[Listed]:
    """The voices in an info event, read by hand: the package wants every field there, and servers leave some out."""
    for program in info.get("tts") or ():
        for voice in program["voices"]:
            languages = tuple(re.split("[-_]", str(one).lower())[0] for one in voice.get("languages") or ())
            yield Listed(str(voice["name"]), str(voice.get("description") or ""), languages, bool(voice.get("installed", True)))


def _named(voice: str, listed: list[Listed], language: Language) -> Chosen | None:
    """The listed voice that is called so; where two have the same title, the one of our language."""
    name, _, speaker = voice.rpartition("/")
    for wanted in [Chosen(voice)] + [Chosen(name, speaker)] * bool(name):
        for one in sorted(listed, key=lambda one: (one.name != wanted.name, language not in one.languages)):
            if wanted.name.casefold() in (one.name.casefold(), one.title.casefold()):
                return Chosen(one.name, wanted.speaker)
    return None


def _of_language(language: Language, listed: list[Listed]) -> Chosen | None:
    if len(listed) > CATALOGUE and all(one.installed for one in listed):
        return None
    return next((Chosen(one.name) for one in listed if one.installed and language in one.languages), None)


def _format(server: Connection, data: dict[str, Any]) -> AudioFormat:
    rate, width, channels = (data.get(one) for one in ("rate", "width", "channels"))
    if type(rate) is int and 4_000 <= rate <= 400_000 and width in (1, 2, 3, 4) and channels in (1, 2):
        return AudioFormat(rate, int(width), int(channels))
    raise server.nonsense(f"sound of {rate!r} Hz, {width!r} bytes and {channels!r} channels"[:120])
