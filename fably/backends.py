"""The backends of a story, each loaded when its turn comes: who makes up the words, who speaks, and who takes over from them."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from fably.cloud import Cloud
from fably.core.errors import ModelRetired, ProviderError
from fably.core.protocols import LanguageModel, TextToSpeech
from fably.core.types import AudioFormat
from fably.providers.choice import Choice
from fably.providers.factory import ProviderFactory
from fably.providers.fallback import Candidates, FallbackModel, FallbackVoice, Patience
from fably.settings import Settings
from fably.texts import text

CHARACTERS_A_TOKEN = 8  # more than any language has; a story longer than this allows has no end


@dataclass
class Telling:
    """The backends of one story: nothing of them outlives it."""

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

    def said_by(self, before: Mapping[str, Any] | None = None) -> dict[str, object]:
        """Who tells, as info.yaml has it; `before` is what it had before this."""
        had = before or {}
        now = {
            "llm_model": getattr(self._words.last, "model", None),
            "tts_model": getattr(self._voices.last, "model", None),
            "tts_voice": getattr(self._voices.last, "voice", None),
        }
        return {
            "llm_provider": _added(had.get("llm_provider"), self._words.used),
            "tts_provider": _added(had.get("tts_provider"), self._voices.used),
            **{key: known for key, value in now.items() if (known := had.get(key) or value)},
        }


def _added(before: object, now: list[str]) -> list[str]:
    names = [str(one) for one in before] if isinstance(before, list) else []
    return names + [one for one in now if one not in names[-1:]]


@dataclass(frozen=True)
class Backends:
    """Makes the backends for each story. They share their connections with all others of the event loop."""

    settings: Settings
    words: Choice
    voice: Choice
    cloud: Cloud
    notify: Callable[[str], None]

    def telling(self, seed: int | None, format: AudioFormat | None) -> Telling:
        """The backends for a story; `format` is that in which it is heard, None the voice's own."""
        s = self.settings
        model = FallbackModel(
            words := Candidates(self.words.names, lambda name: self._load_words(name, seed), self._words_gave_way),
            Patience(s.first_token_seconds, s.token_seconds),
            named=self.words.named,
            limit=s.max_tokens * CHARACTERS_A_TOKEN,
        )
        patience = Patience(s.speech_seconds, s.speech_seconds)
        voices = Candidates(self.voice.names, self._load_voice, self._voice_gave_way)
        voice = FallbackVoice(voices, patience, named=self.voice.named, format=format)

        async def ready() -> TextToSpeech:
            with suppress(ProviderError):  # which the story itself will meet, and get over
                await words.current()  # one import at a time, and the model first: it is what the child waits for
            return await voice.load()

        return Telling(model, ready, words, voices)

    async def first_voice(self) -> TextToSpeech:
        """The voice that was chosen, with no other to take over. Raises `ProviderError`."""
        patience = Patience(self.settings.speech_seconds, self.settings.speech_seconds)
        alone = Candidates(self.voice.names[:1], self._load_voice, self._voice_gave_way)
        return await FallbackVoice(alone, patience, named=True).load()

    def _load_words(self, name: str, seed: int | None) -> LanguageModel:
        return ProviderFactory(replace(self.settings, seed=seed), self.cloud).get_provider("llm", name)

    def _load_voice(self, name: str) -> TextToSpeech:
        settings = self.settings
        if name != self.voice.names[0]:  # the name of another vendor's voice means nothing to a fallback
            settings = replace(settings, tts_voice=None, tts_model=None)
        try:
            return ProviderFactory(settings, self.cloud).get_provider("tts", name)
        except ModelRetired as fault:
            if self.voice.named or settings.tts_voice is None:
                raise
            # the name was meant for another voice, which is not set up: no reason to have no story
            self._notice("usual_voice", fault)
            return ProviderFactory(replace(settings, tts_voice=None), self.cloud).get_provider("tts", name)

    def _words_gave_way(self, fault: ProviderError, following: str, begun: bool) -> None:
        self._notice("words_gave_way" if begun else "words_begin", fault, next=self._name(following))

    def _voice_gave_way(self, fault: ProviderError, following: str, _begun: bool) -> None:
        self._notice("voice_gave_way", fault, next=self._name(following))

    def _notice(self, key: str, fault: ProviderError, **values: str) -> None:
        self.notify(text(self.settings.language, f"notice.{key}", reason=str(fault), **values))

    def _name(self, provider: str) -> str:
        return text(self.settings.language, f"name.{provider}")
