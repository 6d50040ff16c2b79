"""The backends of a story, each loaded when its turn comes: who makes up the words, who speaks, and who takes over from them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from fably.core.errors import ProviderError
from fably.core.protocols import LanguageModel, SpeechToText, TextToSpeech
from fably.core.types import AudioFormat
from fably.faults import sentence
from fably.providers.breaker import Breaker
from fably.providers.candidates import Candidates
from fably.providers.choice import LOCAL, Candidate, Choice, choose
from fably.providers.deadlines import Patience
from fably.providers.factory import PROVIDERS, ProviderFactory
from fably.providers.fallback import FallbackModel, FallbackTranscriber, FallbackVoice
from fably.providers.outages import Outages
from fably.providers.services import for_another, service_of
from fably.providers.shared import Shared
from fably.providers.vendors import Kind
from fably.settings import Settings
from fably.texts import text

if TYPE_CHECKING:
    from fably.examples.example import Example

SLOWEST_SPEECH = 4  # times the deadline of its beginning may be waited for one passage: a slow voice at home is still a voice
CHARACTERS_A_TOKEN = 8  # more than any language has; a story longer than this allows has no end


def speaking(settings: Settings) -> Patience:
    """How long a voice is waited for."""
    seconds = settings.speech_seconds
    return Patience(seconds, seconds, seconds * SLOWEST_SPEECH)


@dataclass
class Telling:
    """The backends of one story: nothing of them outlives it. To be closed."""

    model: LanguageModel
    ready: Callable[[], Awaitable[TextToSpeech]]
    """Loads the voice."""
    _words: Candidates[LanguageModel]
    _voices: Candidates[TextToSpeech]

    @property
    def words_used(self) -> list[str]:
        """The names of those who made it up."""
        return self._words.used

    @property
    def voices_used(self) -> list[str]:
        """The names of those who spoke."""
        return self._voices.used

    async def aclose(self) -> None:
        """End what they hold, such as an engine's process."""
        await self._words.aclose()
        await self._voices.aclose()

    def said_by(self, before: Mapping[str, Any] | None = None) -> dict[str, object]:
        """Who tells, as info.yaml has it; `before` is what it had before this."""
        had = before or {}
        now = {
            "llm_model": getattr(self._words.last, "model", None),
            "tts_model": getattr(self._voices.last, "model", None),
            **manner(self._voices.last),
            **_from_the_shelf(self._words.last),
        }
        return {
            "llm_provider": _added(had.get("llm_provider"), self._words.used),
            "tts_provider": _added(had.get("tts_provider"), self._voices.used),
            **{key: known for key, value in now.items() if (known := had.get(key) or value)},
        }


def manner(voice: object) -> dict[str, object]:
    """How a provider's voice speaks, as info.yaml has it; what it does not have is None."""
    return {f"tts_{name}": getattr(voice, name, None) for name in ("voice", "speaker", "length_scale")}


def _from_the_shelf(words: object) -> dict[str, object]:
    """Which of the stories that ship is told, as info.yaml has it."""
    example: Example | None = getattr(words, "example", None)
    return {"example": example.name, "title": example.title, "hero": example.hero} if example else {}


def _added(before: object, now: list[str]) -> list[str]:
    names = [str(one) for one in before] if isinstance(before, list) else []
    return names + [one for one in now if one not in names[-1:]]


@dataclass(frozen=True)
class Backends:
    """Makes the backends for each story. They share their connections and engines, and what is known of outages, with all others of the
    program."""

    settings: Settings
    words: Choice
    voice: Choice
    shared: Shared
    notify: Callable[[str], None]
    _outages: Outages = field(default_factory=Outages)
    _breakers: Mapping[Kind, Breaker] = field(default_factory=lambda: {"llm": Breaker(), "tts": Breaker(), "stt": Breaker()})

    def offline(self) -> "Backends":
        """The same, but that the words are the offline storyteller's."""
        return replace(self, words=Choice((Candidate(LOCAL["llm"]),), "named"))

    def telling(self, seed: int | None, format: AudioFormat | None) -> Telling:
        """The backends for a story; `format` is that in which it is heard, None the voice's own."""
        s = self.settings

        def load_words(one: Candidate) -> LanguageModel:
            return self._factory("llm", one, seed).get_provider("llm", one.provider, one.model)

        words: Candidates[LanguageModel] = self._candidates("llm", self.words, load_words, self._words_gave_way)
        voices: Candidates[TextToSpeech] = self._candidates("tts", self.voice, self._load_voice, self._voice_gave_way)
        patience = Patience(s.first_token_seconds, s.token_seconds, s.story_seconds)
        voice = FallbackVoice(voices, speaking(s), language=s.language, format=format)

        async def ready() -> TextToSpeech:
            with suppress(ProviderError):  # which the story itself will meet, and get over
                await words.current()  # one import at a time, and the model first: it is what the child waits for
            return await voice.load()

        return Telling(FallbackModel(words, patience, limit=s.max_tokens * CHARACTERS_A_TOKEN), ready, words, voices)

    @asynccontextmanager
    async def first_voice(self, patience: Patience | None = None) -> AsyncIterator[TextToSpeech]:
        """The voice that was chosen, with whichever of its models is there, and no other to take over. Raises `ProviderError`."""
        alone: Candidates[TextToSpeech] = Candidates(self.voice.own, self._load_voice)
        async with aclosing(alone):
            yield await FallbackVoice(alone, patience or speaking(self.settings), language=self.settings.language).load()

    @asynccontextmanager
    async def plain_voice(self) -> AsyncIterator[TextToSpeech]:
        """A voice for the box's own sentences: espeak, which is there at once, or else whoever tells stories. Raises `ProviderError`."""
        plain = [Candidate("espeak"), *(one for one in self.voice.candidates if one.provider != "espeak")]
        voices: Candidates[TextToSpeech] = Candidates(plain, self._load_voice)
        async with aclosing(voices):
            yield await FallbackVoice(voices, speaking(self.settings), language=self.settings.language).load()

    async def voices(self) -> list[str]:
        """The names of the voices of whoever was chosen to speak. Raises `ProviderError`."""
        first = self.voice.own[0]
        service = self._factory("tts", first)
        narrator = await asyncio.to_thread(service.get_provider, "tts", first.provider, first.model)
        return await narrator.voices()

    async def first_manner(self) -> dict[str, object]:
        """Who that voice is and how it speaks, as info.yaml has it. An engine is not started for this. Raises `ProviderError`."""
        first = self.voice.own[0]
        voice = await asyncio.to_thread(self._load_voice, first)
        return {"tts_provider": [first.provider], "tts_model": getattr(voice, "model", None), **manner(voice)}

    @cached_property
    def ear(self) -> Choice:
        """Who understands a wish; asked for when there is one to be understood. Raises `ConfigError`."""
        return choose(self.settings, "stt")

    def listening(self) -> FallbackTranscriber | None:
        """Who understands a wish, to be closed; None where nobody does."""
        if not self.ear.candidates:
            return None
        ears: Candidates[SpeechToText] = self._candidates(
            "stt", self.ear, lambda one: self._factory("stt", one).get_provider("stt", one.provider, one.model), self._ear_gave_way
        )
        return FallbackTranscriber(ears, self.settings.stt_seconds)

    async def ready(self, ear: FallbackTranscriber | None) -> None:
        """Get whoever is needed next ready while a child speaks: the recogniser, and then those who tell, unless they are engines, for
        which the recogniser may have to make room. A fault is no matter yet: it will be met where it counts."""
        if ear is not None:
            await ear.load()
        tellers: list[tuple[Kind, Candidate]] = [("llm", self.words.candidates[0]), ("tts", self.voice.candidates[0])]
        for kind, one in tellers:
            if not PROVIDERS[kind, one.provider].engine:
                with suppress(Exception):  # foreign imports raise what they like
                    await asyncio.to_thread(partial(self._load, kind, one))

    def _load(self, kind: Kind, one: Candidate) -> None:
        self._factory(kind, one).get_provider(kind, one.provider, one.model)

    def _candidates(self, kind: Kind, choice: Choice, load: Callable[[Candidate], Any], notice: Callable[..., None]) -> Candidates[Any]:
        def title(name: str) -> str:
            return self._title(kind, name)

        made: Candidates[Any] = Candidates(
            choice.candidates, load, notice,
            breaker=self._breakers[kind], outages=self._outages, strict=choice.strict,
            smaller_will_do=self.settings.auto_fallback, title=title,
        )  # fmt: skip
        for name in made.resting:
            self.notify(text(self.settings.language, "notice.rests", name=title(name), next=made.who))
        return made

    def _factory(self, kind: Kind, one: Candidate, seed: int | None = None) -> ProviderFactory:
        settings = replace(self._settings_for(kind, one.provider), seed=seed)
        return ProviderFactory(replace(settings, tts_voice=None, tts_speaker=None) if one.usual else settings, self.shared)

    def _settings_for(self, kind: Kind, name: str) -> Settings:
        chosen = self.words if kind == "llm" else self.voice if kind == "tts" else self.ear
        return self.settings if name == chosen.first else for_another(self.settings, kind)

    def _load_voice(self, one: Candidate) -> TextToSpeech:
        return self._factory("tts", one).get_provider("tts", one.provider, one.model)

    def _words_gave_way(self, faults: Sequence[ProviderError], following: Candidate, begun: bool) -> None:
        self._notice("words_gave_way" if begun else "words_begin", faults, self._taker("llm", following))

    def _voice_gave_way(self, faults: Sequence[ProviderError], following: Candidate, begun: bool) -> None:
        key = "usual_voice" if following.usual else "voice_gave_way" if begun else "voice_begins"
        self._notice(key, faults, self._taker("tts", following))

    def _ear_gave_way(self, faults: Sequence[ProviderError], following: Candidate, _begun: bool) -> None:
        self._notice("ear_gave_way", faults, self._taker("stt", following))

    def _notice(self, key: str, faults: Sequence[ProviderError], following: str) -> None:
        """One line: why, and who has taken over. The reason is left out where it has been said already."""
        language = self.settings.language
        why = ". ".join(dict.fromkeys(sentence(language, fault) for fault in faults))
        line = text(language, f"notice.{key}", reason=why, next=following)
        self.notify(line if why else line.removeprefix(". "))

    def _taker(self, kind: Kind, one: Candidate) -> str:
        """Who takes over: another provider, or another model of the same."""
        title = self._title(kind, one.provider)
        return f"{title} ({one.model})" if one.model else title

    def taken(self, kind: Kind) -> str:
        """Who was chosen for a kind, and where it is if that is at home, in the words of the settings."""
        name = (self.words if kind == "llm" else self.voice).first
        service = service_of(self.settings, kind, name)
        return name if service.name or not service.url else f"{name} at {service.place}"

    def _title(self, kind: Kind, name: str) -> str:
        place = service_of(self._settings_for(kind, name), kind, name).place
        return place or text(self.settings.language, f"name.{name}")
