"""Piper, a neural voice on this machine: in a process of its own, which is there as long as a story is told."""

import asyncio
import contextlib
import importlib.util
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

from fably.core.errors import MissingDependency, ProviderUnavailable, VoiceUnknown
from fably.core.types import AudioFormat, Language
from fably.engines.child import Child, start
from fably.tts.wyoming import sound


class PiperVoice:
    """A `TextToSpeech`. `voice` is the name of one in `folder`, or the path of its .onnx file, beside which there is an .onnx.json.

    To be closed: its process lives until then.
    """

    at_once = 1

    def __init__(self, *, folder: Path, language: Language, voice: str | None) -> None:
        """Raises `MissingDependency` without piper-tts, `VoiceUnknown` without that voice, `ProviderUnavailable` for a broken one."""
        if importlib.util.find_spec("piper") is None:  # looked up, not imported: it is loaded by the child
            raise MissingDependency("piper needs piper-tts; install it with: pip install 'fably[piper]'")
        from wyoming import tts  # noqa: F401 - imported here, in the thread that loads, not at the first word

        self._folder = folder
        self._file = _file_of(voice, folder) if voice else _of_language(language, folder)
        self.voice = self._file.stem
        self.format = AudioFormat(_rate(self._file))
        self._child: Child | None = None
        self._one_speaks = asyncio.Lock()

    async def voices(self) -> list[str]:
        """The names of the voices in the folder."""
        return sorted(_installed(self._folder))

    async def open(self) -> None:
        """Load the voice ahead of its first word. Raises `ProviderError` for one that cannot be loaded."""
        async with self._one_speaks:
            try:
                await self._ready()
            except ProviderUnavailable as fault:
                if not fault.retryable:
                    raise  # any other, such as a crash, is left to the first passage, which tries again

    async def synthesize(self, text: str) -> AsyncGenerator[bytes, None]:
        """Speak `text`; chunks come as they are made. Raises `ProviderError`. Left in the middle, the process is gone."""
        from wyoming.tts import Synthesize

        async with self._one_speaks:
            child, whole, heard = await self._ready(), False, False
            try:
                await child.send(Synthesize(text).event())
                async with aclosing(sound(child, self.format, text)) as chunks:
                    async for pcm in chunks:
                        heard = True
                        yield pcm
                if not heard and any(one.isalnum() for one in text):
                    raise ProviderUnavailable(f"the voice {self.voice} gave no sound for {text[:40]!r}")
                whole = True
            finally:
                if not whole:
                    await self.aclose()

    async def _ready(self) -> Child:
        if self._child is None:
            self._child = await start("piper", "fably.engines.piper", ["--voice", str(self._file)])
        return self._child

    async def aclose(self) -> None:
        """End the process. The next text starts another."""
        child, self._child = self._child, None
        if child is not None:
            await child.end()


def _installed(folder: Path) -> dict[str, Path]:
    """The voices in `folder`, by name."""
    return {file.stem: file for file in folder.glob("*.onnx")}


def _file_of(voice: str, folder: Path) -> Path:
    if voice.endswith(".onnx"):
        with contextlib.suppress(OSError, RuntimeError, ValueError):  # a name that no file can have, the home of nobody
            if (file := Path(voice).expanduser().absolute()).is_file():
                return file
    else:
        for name, file in _installed(folder).items():
            if name.casefold() == voice.casefold():
                return file.absolute()
    raise VoiceUnknown(f"piper has no voice {voice!r}; {_there_is(folder)}")


def _of_language(language: Language, folder: Path) -> Path:
    """The first voice of `language`, by the names that all of Piper's have: en_US-lessac-medium."""
    for name, file in sorted(_installed(folder).items()):
        if name.casefold().startswith((f"{language}_", f"{language}-")):
            return file.absolute()
    raise VoiceUnknown(f"piper has no voice for the language {language!r}; {_there_is(folder)}")


def _there_is(folder: Path) -> str:
    names = ", ".join(sorted(_installed(folder)))
    return f"in {folder} there is {names}" if names else f"put NAME.onnx and NAME.onnx.json into {folder}"


def _rate(voice: Path) -> int:
    """The rate of a voice in Hz. Raises `ProviderUnavailable` where that is not to be read."""
    file = Path(f"{voice}.json")
    try:
        rate = json.loads(file.read_text(encoding="utf-8"))["audio"]["sample_rate"]
    except OSError as error:
        raise ProviderUnavailable(f"{file} cannot be read: {error.strerror or error}", retryable=False) from error
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise ProviderUnavailable(f"{file} does not describe a voice of Piper; download it again", retryable=False) from error
    if type(rate) is not int or not 4_000 <= rate <= 400_000:
        raise ProviderUnavailable(f"{file} gives a rate of {str(rate)[:20]} Hz; download it again", retryable=False)
    return rate
