"""The speakers of a Piper voice that has several: which of them is meant by a name or a number."""

import json
from pathlib import Path

from fably.core.errors import ProviderUnavailable, VoiceUnknown

MOST_NAMED = 20
"""Speakers that a message names; some voices have nine hundred."""


def speaker_of(file: Path, wanted: str) -> int:
    """The number of the speaker `wanted`, a name or a number, of the voice in `file`. A name comes first: some are called by numbers.

    Raises `VoiceUnknown`, which names those there are, and `ProviderUnavailable` where the voice's description cannot be read.
    """
    known = Path(f"{file}.json")
    try:
        about = json.loads(known.read_text(encoding="utf-8"))
        count = int(about.get("num_speakers") or 1)
        names = {str(name): int(number) for name, number in (about.get("speaker_id_map") or {}).items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ProviderUnavailable(f"{known} does not describe a voice of Piper; download it again", retryable=False) from error
    for name, number in names.items():
        if name.casefold() == wanted.casefold():
            return number
    if wanted.isascii() and wanted.isdigit() and int(wanted[:9]) < count:
        return int(wanted[:9])
    raise VoiceUnknown(f"the voice {file.stem} has no speaker {wanted[:60]!r}; {_those(names, count)}")


def _those(names: dict[str, int], count: int) -> str:
    if count < 2:
        return "it has only one, so leave --tts-speaker out"
    shown = sorted(names, key=lambda name: names[name])[:MOST_NAMED]
    more = f" and {len(names) - len(shown)} more" if len(names) > len(shown) else ""
    return f"it has {', '.join(shown)}{more}" if shown else f"it has the numbers 0 to {count - 1}"
