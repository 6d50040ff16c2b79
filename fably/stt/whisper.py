"""Whisper, on this machine: any wish in many languages, by a process of its own, which is there until it is closed.

General Whisper is nothing for a Pi Zero 2W, where the smallest model takes minutes; a Pi 5 or any larger machine has time for it.
"""

import asyncio
import importlib.util
from pathlib import Path

from fably.core.errors import MissingDependency, ModelRetired, ProviderUnavailable
from fably.core.types import Language, Transcript, Utterance
from fably.engines.child import Child, start
from fably.stt.wyoming import heard

USUAL = "tiny"
MODELS = ("tiny", "base", "small")
"""Those that are offered by name; any other is given by its folder."""


class WhisperTranscriber:
    """A `SpeechToText`. `model` is the name of one in `folder`, or the path of another folder that has model.bin in it.

    To be closed: its process lives until then.
    """

    def __init__(self, *, folder: Path, language: Language, model: str | None) -> None:
        """Raises `MissingDependency` without faster-whisper, `ModelRetired` without that model."""
        if importlib.util.find_spec("faster_whisper") is None:  # looked up, not imported: it is loaded by the child
            raise MissingDependency("whisper needs faster-whisper; install it with: pip install 'fably[whisper]'")
        from wyoming import asr  # noqa: F401 - imported here, in the thread that loads, not at the first word

        self._language = language
        self._model = _folder_of(model or USUAL, folder)
        self.model = self._model.name
        self._child: Child | None = None
        self._one_listens = asyncio.Lock()

    async def open(self) -> None:
        """Load the model ahead of the first wish. Raises `ProviderError` for one that cannot be loaded."""
        async with self._one_listens:
            try:
                await self._ready()
            except ProviderUnavailable as fault:
                if not fault.retryable:
                    raise  # any other, such as a crash, is left to the first wish, which tries again

    async def transcribe(self, utterance: Utterance) -> Transcript:
        """Tell the words of `utterance`, of which the first half minute counts. Raises `ProviderError`. Left in the middle, the process
        is gone."""
        async with self._one_listens:
            child, whole = await self._ready(), False
            try:
                transcript = await heard(child, utterance, self._language)
                whole = True
            finally:
                if not whole:
                    await self.aclose()
        return transcript

    async def _ready(self) -> Child:
        if self._child is None:
            self._child = await start("whisper", "fably.engines.whisper", ["--model", str(self._model), "--language", self._language])
        return self._child

    async def aclose(self) -> None:
        """End the process. The next wish starts another."""
        child, self._child = self._child, None
        if child is not None:
            await child.end()


def _folder_of(model: str, folder: Path) -> Path:
    """Where the model lies. Raises `ModelRetired`, which says how to get it."""
    try:
        own = Path(model).expanduser().absolute() if "/" in model else folder / model
        if (own / "model.bin").is_file():
            return own
    except (OSError, RuntimeError, ValueError):  # a name that no file can have, the home of nobody
        own = folder
    if model in MODELS:
        how = f"get it with: hf download Systran/faster-whisper-{model} --local-dir {own}"
    else:
        how = f"there is {', '.join(MODELS)}, or give the folder that has its model.bin"
    raise ModelRetired(f"whisper has no model {model!r}; {how}", place="whisper", detail=model)
