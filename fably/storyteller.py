"""Tells stories: new ones, those that are kept, and the rest of those that broke off. Here the story meets its backends."""

import logging
import secrets
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from fably.audio.file import WavFile
from fably.audio.speaker import SoundCard
from fably.backends import Backends
from fably.core.errors import FablyError, LibraryError, ProviderError
from fably.core.protocols import Speaker, TextToSpeech
from fably.core.types import AudioFormat, Passage
from fably.library.library import Library
from fably.library.names import name_for
from fably.library.record import Record
from fably.library.sound import Unpack, sound_of
from fably.library.story import Story
from fably.memory.malloc import give_back
from fably.settings import Settings
from fably.story.opener import Openers
from fably.story.passages import passages
from fably.story.pipeline import Beginning, Outcome, tell
from fably.story.prompt import Prompt
from fably.texts import lines, text

log = logging.getLogger(__name__)


@dataclass
class Storyteller:
    """Tells stories as the settings say. Made by `assembly.storyteller`."""

    settings: Settings
    backends: Backends
    library: Library
    prompt: Prompt
    unpack: Unpack
    notify: Callable[[str], None]
    """Takes the sentences that the listener's parent should read."""

    async def tell(self, wish: str, outcome: Outcome) -> AsyncGenerator[Passage, None]:
        """Tell the story of `wish`: the one that is kept, if there is one, or a new one.

        Each passage is given when it begins to be heard, and `outcome` is complete when the last has been. Raises `ProviderError` when
        no story can be had, `ConfigError` when a setting turns out to be wrong.
        """
        kept = None
        if wish and not self.settings.ignore_cache:  # who wishes for nothing in particular gets another one every time
            kept = await self.library.find(wish, self._told_by())
        async with aclosing(self.again(kept, outcome) if kept else self._new(wish, outcome)) as story:
            async for passage in story:
                yield passage

    async def _new(self, wish: str, outcome: Outcome) -> AsyncGenerator[Passage, None]:
        openers = self._openers()
        opener = openers.choose() if openers and self.settings.output is None else None
        seed = secrets.randbits(32) if self.settings.seed is None else self.settings.seed
        telling = self.backends.telling(seed, opener.format if opener else None)

        def info() -> dict[str, object]:
            return {
                "query": wish,
                "language": self.settings.language,
                "created": datetime.now().astimezone().isoformat(timespec="seconds"),
                "seed": seed,
                **telling.said_by(),
            }

        async def keeper(format: AudioFormat) -> Record:
            return await self.library.begin(lambda: name_for(wish, self._told_by(telling.words_used, telling.voices_used)), info, format)

        tokens = telling.model.stream(
            self.prompt.system(begun=opener is not None), self.prompt.messages(wish, opener.text if opener else None)
        )
        words = passages(tokens, 1, " ") if opener else passages(tokens)
        beginning = Beginning(opener.format, opener.spoken()) if opener else None
        async with aclosing(
            tell(
                words, telling.ready, self._speaker(), keeper, outcome, beginning=beginning, known=1 if opener else 0, on_fault=self._fault
            )
        ) as story:
            async for passage in story:
                yield passage
        outcome.voices = telling.voices_used
        give_back()

    async def again(self, kept: Story, outcome: Outcome, *, first: int = 0) -> AsyncGenerator[Passage, None]:
        """Tell a kept story from its passage `first` on. What of it has no sound is spoken, and what is missing of it is made up.

        Raises what `tell` does, and `LibraryError` when its sound cannot be read.
        """
        heard, telling = len(kept.clips), None
        beginning = Beginning(kept.format, sound_of(kept, first, self.unpack)) if kept.format and first < heard else None
        whole = kept.complete and heard == len(kept.passages)
        if whole:
            story = tell(None, _nobody, self._speaker(), None, outcome, beginning=beginning, on_fault=self._fault)
        else:
            seed = kept.info.get("seed")
            telling = self.backends.telling(seed if isinstance(seed, int) else None, kept.format)
            here = telling

            async def keeper(format: AudioFormat) -> Record:
                return await self.library.go_on(kept, lambda: {**kept.info, **here.said_by(kept.info)}, format)

            words = self._rest(
                kept, max(first, heard), telling.model.stream(self.prompt.system(begun=True), self.prompt.messages(kept.query, kept.text))
            )
            story = tell(
                words, telling.ready, self._speaker(), keeper, outcome, beginning=beginning, known=len(kept.passages), on_fault=self._fault
            )
        outcome.kept, outcome.again = kept.folder, kept.complete
        async with aclosing(story) as heard_passages:
            async for passage in heard_passages:
                yield passage
        self.library.touch(kept)
        give_back()

    async def _rest(self, kept: Story, first: int, tokens: AsyncGenerator[str, None]) -> AsyncGenerator[Passage, None]:
        """What is still to be spoken of a story: passages that are known, and after them, if it broke off, those that the model gives."""
        async with aclosing(passages(tokens, len(kept.passages), " ")) as new:
            for passage in kept.passages[first:]:
                yield passage
            if not kept.complete:
                async for passage in new:
                    yield passage

    async def make_opener(self, outcome: Outcome) -> None:
        """Make the next opener of the voice that has just told a story, if one is missing. A fault is no matter: tomorrow is a day."""
        openers = self._openers()
        if openers is None or list(outcome.voices) != [self.backends.voice.names[0]]:
            return
        try:
            await openers.make(await self.backends.first_voice())
        except (FablyError, OSError):
            log.debug("no opener was made", exc_info=True)

    def _openers(self) -> Openers | None:
        """The openers of the chosen voice. None where they are not wanted, or where nothing is slow enough to need one."""
        s, names = self.settings, (self.backends.words.names[0], self.backends.voice.names[0])
        if not s.opener or names == ("offline", "espeak"):
            return None
        # the host, not the port: a server that moved to another one has the same voice
        identity = (s.language, names[1], _host(s.voice_url), s.tts_model, s.tts_voice)
        return Openers(s.library_path / ".openers", lines(s.language, "opener.lines"), identity)

    def _told_by(self, words: Sequence[str] = (), voices: Sequence[str] = ()) -> list[str | None]:
        """What makes another story of the same words. A story that somebody else had to tell is not the one that was asked for."""
        s = self.settings
        names = ["+".join(words) or self.backends.words.names[0], "+".join(voices) or self.backends.voice.names[0]]
        model = [_host(s.words_url), s.llm_model] if names[0] != "offline" else [None, None]
        voice = [_host(s.voice_url), s.tts_model] if names[1] != "espeak" else [None, None]
        return [s.language, *names, *model, *voice, s.tts_voice, None if s.seed is None else str(s.seed)]

    def _speaker(self) -> Speaker:
        s = self.settings
        return WavFile(s.output) if s.output else SoundCard(s.sound_device, s.volume)

    def _fault(self, fault: FablyError) -> None:
        key = "not_kept" if isinstance(fault, LibraryError) else "no_sound"
        self.notify(text(self.settings.language, f"notice.{key}", reason=str(fault)))


async def _nobody() -> TextToSpeech:
    raise ProviderError("a story that is kept whole needs no voice")


def _host(url: str | None) -> str | None:
    return urlsplit(url).hostname if url else None
