"""Whisper, on this machine: any wish in many languages, by an engine next door, which the pool lets in and sends away.

General Whisper is nothing for a Pi Zero 2W, where the smallest model takes minutes; a Pi 5 or any larger machine has time for it.
"""

import importlib.util
from pathlib import Path

from fably.core.errors import MissingDependency, ModelRetired, ProviderError
from fably.core.types import Language, Transcript, Utterance
from fably.engines.pool import Pool
from fably.engines.table import Wanted
from fably.stt.wyoming import heard

USUAL = "tiny"
MODELS = ("tiny", "base", "small")
"""Those that are offered by name; any other is given by its folder."""


class WhisperTranscriber:
    """A `SpeechToText`. `model` is the name of one in `folder`, or the path of another folder that has model.bin in it."""

    def __init__(self, *, folder: Path, language: Language, model: str | None, pool: Pool, threads: int = 2) -> None:
        """Raises `MissingDependency` without faster-whisper, `ModelRetired` without that model."""
        if importlib.util.find_spec("faster_whisper") is None:  # looked up, not imported: it is loaded by the child
            raise MissingDependency("whisper needs faster-whisper; install it with: pip install 'fably[whisper]'")
        from fably.engines import child  # noqa: F401 - imported here, in the thread that loads, not at the first word

        self._language, self._pool = language, pool
        found = _folder_of(model or USUAL, folder)
        self.model = found.name
        arguments = ("--model", str(found), "--language", language, "--threads", str(threads))
        self._wanted = Wanted("whisper", self.model, arguments, (found / "model.bin").stat().st_size)

    async def open(self) -> None:
        """Load the model ahead of the first wish. Raises `ProviderError` for one that cannot be loaded."""
        try:
            await self._pool.load(self._wanted)
        except ProviderError as fault:
            if not fault.retryable:
                raise  # any other is left to the first wish, which tries again

    async def transcribe(self, utterance: Utterance) -> Transcript:
        """Tell the words of `utterance`, of which the first half minute counts. Raises `ProviderError`. Left in the middle, the process
        is gone."""
        async with self._pool.use(self._wanted) as child:
            return await heard(child, utterance, self._language)

    async def aclose(self) -> None:
        """The wish is understood, and the voice comes next: where there is no room to keep both, the process ends."""
        await self._pool.spare(self._wanted)


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
