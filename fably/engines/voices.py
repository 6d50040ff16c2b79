"""The voices of Piper on this machine: NAME.onnx, and NAME.onnx.json beside it, in one folder."""

import contextlib
import json
import re
from pathlib import Path

from fably.core.errors import ProviderUnavailable, VoiceUnknown
from fably.core.types import Language

QUALITIES = ("x_low", "low", "medium", "high")
"""Of Piper's voices, by size: 20 MB, 60, 60 and 110 of weights."""
_NAMED = re.compile(r"([a-z]{2,3})_[A-Z]{2}-")  # such as en_US-lessac-medium


def installed(folder: Path) -> dict[str, Path]:
    """The voices in `folder`, by name."""
    return {file.stem: file for file in folder.glob("*.onnx") if file.exists()}  # a link may lead nowhere


def file_of(voice: str, folder: Path) -> Path:
    """The voice of that name, in any case, or the one in that file. Raises `VoiceUnknown`."""
    if voice.endswith(".onnx"):
        with contextlib.suppress(OSError, RuntimeError, ValueError):  # a name that no file can have, the home of nobody
            if (file := Path(voice).expanduser().absolute()).is_file():
                return file
    else:
        for name, file in installed(folder).items():
            if name.casefold() == voice.casefold():
                return file.absolute()
    raise VoiceUnknown(f"piper has no voice {voice!r}; {_there_is(folder)}")


def of_language(language: Language, folder: Path, quality: str) -> Path:
    """The best voice of `language` up to `quality`, by the names that all of Piper's have: en_US-lessac-medium.
    Where there is none so small it is the smallest. Raises `VoiceUnknown` where there is none at all."""
    found = [name for name in sorted(installed(folder)) if name.casefold().startswith((f"{language}_", f"{language}-"))]
    bound = QUALITIES.index(quality)
    if found:
        # the least that is too good, or else the best; of those that are alike, min takes the first
        taken = min(found, key=lambda name: (max(0, quality_of(name) - bound), -quality_of(name)))
        return installed(folder)[taken].absolute()
    raise VoiceUnknown(f"piper has no voice for the language {language!r}; {_there_is(folder)}")


def quality_of(name: str) -> int:
    """The place of a voice's quality in `QUALITIES`. One whose name does not tell may be as large as any."""
    last = name.casefold().rpartition("-")[2]
    return QUALITIES.index(last) if last in QUALITIES else len(QUALITIES) - 1


def speaks(voice: str, language: Language) -> bool:
    """Whether a voice may speak that language: its name, or its file's, does not tell of another, as those of all of Piper's do."""
    known = _NAMED.match(Path(voice).name)
    return known is None or known[1] == language


def smaller(voice: str | None, language: Language, folder: Path, quality: str) -> str:
    """The small voice that takes over where `voice`, or else that of `language`, does not fit; empty where there is none, as in most
    languages."""
    try:
        small = of_language(language, folder, QUALITIES[0])
        chosen = file_of(voice, folder) if voice else of_language(language, folder, quality)
    except VoiceUnknown:  # which is said when it is loaded
        return ""
    return small.stem if quality_of(small.stem) == 0 and small != chosen else ""


def _there_is(folder: Path) -> str:
    names = ", ".join(sorted(installed(folder)))
    return (
        f"in {folder} there is {names}" if names else f"in {folder} there is none yet; `fably voices download --list` shows which there are"
    )


def rate_of(voice: Path) -> int:
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
