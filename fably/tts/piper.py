"""Piper, a neural voice on this machine: an engine next door, which the pool lets in and sends away."""

import importlib.util
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import Any

from fably.core.errors import EngineTooSlow, MissingDependency, ProviderError, ProviderUnavailable
from fably.core.types import AudioFormat, Language
from fably.engines.learned import SLOWEST
from fably.engines.pool import Pool
from fably.engines.speakers import speaker_of
from fably.engines.table import Wanted
from fably.engines.voices import QUALITIES, file_of, installed, of_language, rate_of
from fably.texts import text as told
from fably.tts.wyoming import sound

JUDGED_AFTER = 3.0
"""Seconds of sound after which the speed of a voice counts; the first words of a process are slow."""


class PiperVoice:
    """A `TextToSpeech`. `voice` is the name of one in `folder`, or the path of its .onnx file, beside which there is an .onnx.json.

    To be closed: its engine is held until then.
    """

    at_once = 1

    def __init__(
        self,
        *,
        folder: Path,
        language: Language,
        voice: str | None,
        pool: Pool,
        quality: str = QUALITIES[-1],
        speaker: str | None = None,
        length_scale: float | None = None,
        threads: int = 2,
    ) -> None:
        """`quality` bounds what is taken where no voice is named. `speaker` is the name or the number of one of several; a `length_scale`
        above 1 speaks more slowly.

        Raises `MissingDependency` without piper-tts, `VoiceUnknown` without that voice or speaker, `ProviderUnavailable` for a broken one.
        """
        if importlib.util.find_spec("piper") is None:  # looked up, not imported: it is loaded by the child
            raise MissingDependency("piper needs piper-tts; install it with: pip install 'fably[piper]'")
        from fably.engines import child  # noqa: F401 - imported here, in the thread that loads, not at the first word

        self._folder, self._language, self._pool = folder, language, pool
        file = file_of(voice, folder) if voice else of_language(language, folder, quality)
        self.voice = file.stem
        self.format = AudioFormat(rate_of(file))
        self.speaker, self.length_scale = speaker, length_scale
        manner = [] if speaker is None else ["--speaker", str(speaker_of(file, speaker))]
        manner += [] if length_scale is None else ["--length-scale", f"{length_scale:g}"]
        self._wanted = Wanted("piper", self.voice, ("--voice", str(file), "--threads", str(threads), *manner), file.stat().st_size)
        self._held = False
        self._took = self._made = 0.0

    async def voices(self) -> list[str]:
        """The names of the voices in the folder."""
        return sorted(installed(self._folder))

    async def open(self) -> None:
        """Load the voice ahead of its first word. Raises `ProviderError` for one that cannot be loaded, or not be used here."""
        self._hold()
        try:
            await self._pool.load(self._wanted)
            if self._pool.live and not self._is_fast():
                async with aclosing(self.synthesize(told(self._language, "voices.preview"))) as unheard:
                    async for _ in unheard:
                        pass
                self._hold()  # which says so where it is too slow
        except ProviderError as fault:
            if not fault.retryable:
                raise  # any other is left to the first passage, which tries again

    def synthesize(self, text: str) -> AsyncGenerator[bytes, None]:
        """Speak `text`; chunks come as they are made. Raises `ProviderError`. Left in the middle, the process is gone."""
        return self.at_pace(text, 1.0)

    async def at_pace(self, text: str, pace: float) -> AsyncGenerator[bytes, None]:
        """Speak `text` at `pace` times the usual tempo. Raises `ProviderError`."""
        from wyoming.event import Event
        from wyoming.tts import Synthesize

        self._hold()
        async with self._pool.use(self._wanted) as child:
            heard = 0
            asked = Synthesize(text).event()
            await child.send(asked if pace == 1 else Event(asked.type, {**asked.data, "pace": pace}))
            async with aclosing(sound(child, self.format, text, self._timed)) as chunks:
                async for pcm in chunks:
                    heard += len(pcm)
                    yield pcm
            if not heard and any(one.isalnum() for one in text):
                raise ProviderUnavailable(f"the voice {self.voice} gave no sound for {text[:40]!r}")

    def _hold(self) -> None:
        """Have the engine to oneself until `aclose`. Raises `EngineTooSlow` where the voice is known not to keep up on this machine."""
        if self._pool.live and (speed := self._pool.learned.too_slow(self._wanted)):
            raise EngineTooSlow(
                f"the voice {self.voice} is too slow for this machine: it takes {speed:.1f} seconds for a second of sound; "
                "make the sound ahead with: fably stories render",
                detail=f"{speed:.1f}",
            )
        if not self._held:
            self._held = True
            self._pool.hold(self._wanted)

    def _timed(self, said: dict[str, Any]) -> None:
        """Hear from the engine how many seconds it took for how many seconds of sound, without those in which nobody read it."""
        self._took, self._made = self._took + float(said.get("took", 0)), self._made + float(said.get("made", 0))
        if self._pool.live and self._made >= JUDGED_AFTER:  # one that gives way to all others is slow, and says nothing of its speed
            self._pool.learned.note_speed(self._wanted, self._took / self._made)
            if not self._is_fast():
                self._pool.note("slow", engine="piper", model=self.voice, speed=round(self._took / self._made, 2))

    def _is_fast(self) -> bool:
        """Whether it is known to keep up."""
        speed = self._pool.learned.speed(self._wanted)
        return speed is not None and speed <= SLOWEST

    async def aclose(self) -> None:
        """Let the engine go. The next text takes it again."""
        if self._held:
            self._held = False
            await self._pool.release(self._wanted)
