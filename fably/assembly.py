"""The composition root: from settings to a storyteller that is ready. The only place where the story meets its backends."""

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from fably.audio.file import WavFile
from fably.audio.speaker import SoundCard
from fably.cloud import Cloud
from fably.core.errors import FablyError, LibraryError, ModelRetired, ProviderError
from fably.core.protocols import LanguageModel, Speaker, TextToSpeech
from fably.core.types import AudioFormat, Passage
from fably.memory.malloc import give_back
from fably.providers.choice import Choice, choose_voice, choose_words
from fably.providers.factory import ProviderFactory
from fably.providers.fallback import Candidates, FallbackModel, FallbackVoice, Patience
from fably.settings import Settings
from fably.story.library import Library, Record
from fably.story.opener import Openers
from fably.story.pipeline import Outcome, tell
from fably.story.prompt import Prompt, own_prompt
from fably.texts import lines, text

log = logging.getLogger(__name__)
CHARACTERS_A_TOKEN = 8  # more than any language has; a story longer than this allows has no end


@dataclass
class Storyteller:
    """Tells stories as the settings say. Made by `storyteller`."""

    settings: Settings
    words: Choice
    voice: Choice
    notify: Callable[[str], None]
    """Takes the sentences that the listener's parent should read."""
    _cloud: Cloud
    _prompt: Prompt

    async def tell(self, wish: str, outcome: Outcome) -> AsyncGenerator[Passage, None]:
        """Tell one story; each passage is given when it begins to be heard, and `outcome` is complete when the last has been.

        Raises `ProviderError` when no story can be had, `ConfigError` when a setting turns out to be wrong.
        """
        s = self.settings
        openers = self._openers()
        opener = openers.choose() if openers and s.output is None else None
        model = FallbackModel(
            words := Candidates(self.words.names, self._load_words, self._words_gave_way),
            Patience(s.first_token_seconds, s.token_seconds),
            named=self.words.named,
            limit=s.max_tokens * CHARACTERS_A_TOKEN,
        )
        voice = FallbackVoice(
            voices := Candidates(self.voice.names, self._load_voice, self._voice_gave_way),
            Patience(s.speech_seconds, s.speech_seconds),
            named=self.voice.named,
            format=opener.format if opener else None,
        )

        async def ready() -> TextToSpeech:
            with suppress(ProviderError):  # which the story itself will meet, and get over
                await words.current()  # one import at a time, and the model first: it is what the child waits for
            return await voice.load()

        async def keeper(format: AudioFormat) -> Record:
            return await Library(s.library_path).begin(wish, lambda: self._info(wish, words.used, voices.used), format)

        tokens = model.stream(self._prompt.system(begun=opener is not None), self._prompt.messages(wish, opener.text if opener else None))
        speaker: Speaker = WavFile(s.output) if s.output else SoundCard(s.sound_device, s.volume)
        async with aclosing(tell(tokens, ready, speaker, keeper, outcome, opener=opener, on_fault=self._fault)) as story:
            async for passage in story:
                yield passage
        outcome.voices = voices.used
        give_back()

    async def make_opener(self, outcome: Outcome) -> None:
        """Make the next opener of the voice that has just told a story, if one is missing. A fault is no matter: tomorrow is a day."""
        openers = self._openers()
        if openers is None or outcome.voices != [self.voice.names[0]]:
            return
        patience = Patience(self.settings.speech_seconds, self.settings.speech_seconds)
        alone = Candidates(self.voice.names[:1], self._load_voice, self._voice_gave_way)
        try:
            await openers.make(await FallbackVoice(alone, patience, named=True).load())
        except (FablyError, OSError):
            log.debug("no opener was made", exc_info=True)

    def _openers(self) -> Openers | None:
        """The openers of the chosen voice. None where they are not wanted, or where nothing is slow enough to need one."""
        s = self.settings
        if not s.opener or (self.words.names[0] == "offline" and self.voice.names[0] == "espeak"):
            return None
        # the host, not the port: a server that moved to another one has the same voice
        identity = (s.language, self.voice.names[0], urlsplit(s.voice_url or "").hostname, s.tts_model, s.tts_voice)
        return Openers(s.library_path / ".openers", lines(s.language, "opener.lines"), identity)

    def _load_words(self, name: str) -> LanguageModel:
        return ProviderFactory(self.settings, self._cloud).get_provider("llm", name)

    def _load_voice(self, name: str) -> TextToSpeech:
        settings = self.settings
        if name != self.voice.names[0]:  # the name of another vendor's voice means nothing to a fallback
            settings = replace(settings, tts_voice=None, tts_model=None)
        try:
            return ProviderFactory(settings, self._cloud).get_provider("tts", name)
        except ModelRetired as fault:
            if self.voice.named or settings.tts_voice is None:
                raise
            # the name was meant for another voice, which is not set up: no reason to have no story
            self._notice("usual_voice", fault)
            return ProviderFactory(replace(settings, tts_voice=None), self._cloud).get_provider("tts", name)

    def _words_gave_way(self, fault: ProviderError, following: str, begun: bool) -> None:
        self._notice("words_gave_way" if begun else "words_begin", fault, next=self._name(following))

    def _voice_gave_way(self, fault: ProviderError, following: str, _begun: bool) -> None:
        self._notice("voice_gave_way", fault, next=self._name(following))

    def _fault(self, fault: FablyError) -> None:
        self._notice("not_kept" if isinstance(fault, LibraryError) else "no_sound", fault)

    def _notice(self, key: str, fault: FablyError, **values: str) -> None:
        self.notify(text(self.settings.language, f"notice.{key}", reason=str(fault), **values))

    def _name(self, provider: str) -> str:
        return text(self.settings.language, f"name.{provider}")

    def _info(self, wish: str, words: list[str], voices: list[str]) -> dict[str, object]:
        s = self.settings
        return {
            "query": wish,
            "language": s.language,
            "created": datetime.now().astimezone().isoformat(timespec="seconds"),
            "llm_provider": words,
            "llm_model": s.llm_model,
            "tts_provider": voices,
            "tts_model": s.tts_model,
            "tts_voice": s.tts_voice,
        }


@asynccontextmanager
async def storyteller(settings: Settings, notify: Callable[[str], None]) -> AsyncIterator[Storyteller]:
    """A storyteller for this event loop. Raises `ConfigError` when the settings do not add up to one."""
    words, voice = choose_words(settings), choose_voice(settings)
    prompt = Prompt(settings.language, settings.age, own_prompt(settings.prompt_file))
    cloud = Cloud(settings.connect_seconds)
    try:
        yield Storyteller(settings, words, voice, notify, cloud, prompt)
    finally:
        await cloud.aclose()
