"""Recordings of wishes, for parents who want them: WAV files in a folder, which is the only way for a child's voice to the disk."""

import asyncio
import contextlib
import logging
from datetime import datetime
from itertools import count
from pathlib import Path

from fably.core.parts import written
from fably.core.types import Utterance
from fably.pcm.wav import WavWriter

log = logging.getLogger(__name__)

MOST = 200
"""Recordings that are kept, 0.1 MB each or so: the card must not fill up in a year, so the oldest goes."""
_NAME = "wish-"


async def keep_recording(utterance: Utterance, folder: Path) -> None:
    """Write `utterance` into `folder`. A recording that cannot be kept is logged, and keeps nobody from their story."""
    try:
        await asyncio.to_thread(_keep, utterance, folder)
    except OSError as error:
        log.warning("the recording cannot be kept in %s: %s", folder, error.strerror or error)


def _keep(utterance: Utterance, folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # named by the time, for people; a box has no clock of its own, so two may have the same
    stamp = f"{_NAME}{datetime.now():%Y-%m-%d-%H%M%S}"
    names = (f"{stamp}{'' if number == 1 else f'-{number}'}.wav" for number in count(1))
    target = next(path for path in (folder / name for name in names) if not path.exists())
    with written(target) as path, path.open("wb") as file:
        writer = WavWriter(file, utterance.format)
        writer.write(utterance.pcm)
        writer.finish()
    dated = []
    for one in folder.glob(f"{_NAME}*.wav"):
        with contextlib.suppress(OSError):
            dated.append((one.stat().st_mtime_ns, one))
    for _time, one in sorted(dated)[:-MOST]:
        with contextlib.suppress(OSError):
            one.unlink()
