"""Packs the sound of stories: an hour of WAV takes 160 MB, an hour of Ogg/Opus 11.

The newest stories stay as they are, so that they begin at once. A plug may be pulled at any moment: the packed file appears as a whole,
then info.yaml speaks of it, then the WAV goes.
"""

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from fably.core.errors import AudioError
from fably.library.locking import try_lock
from fably.library.names import is_name
from fably.library.story import OPUS, WAVS, read_info, read_story
from fably.library.writer import change_info

NEWEST = 3  # stories that stay WAV

Pack = Callable[[Path, Path], Awaitable[None]]
"""Makes a packed file of a WAV, checked, or raises `AudioError`."""


async def pack_story(folder: Path, pack: Pack) -> bool:
    """Pack one story. False when there is nothing to do, or somebody is telling it. Raises `AudioError` and `OSError`."""
    lock = await asyncio.to_thread(try_lock, folder)
    if lock is None:
        return False
    try:
        story = await asyncio.to_thread(read_story, folder)
        if story is None or not story.complete or story.format is None or len(story.clips) < len(story.passages):
            return False
        wav = story.clips[0].file
        if wav.name not in WAVS:
            await asyncio.to_thread(_drop_wavs, folder)  # the plug was pulled before they went
            return False
        await pack(wav, folder / OPUS)
        await asyncio.to_thread(change_info, story, sound=OPUS, rate=story.format.rate, samples=round(story.seconds * story.format.rate))
        await asyncio.to_thread(_drop_wavs, folder)
        return True
    finally:
        os.close(lock)


def _drop_wavs(folder: Path) -> None:
    for name in WAVS:
        (folder / name).unlink(missing_ok=True)


async def pack_old(root: Path, pack: Pack, *, newest: int = NEWEST) -> int:
    """Pack all stories but the `newest`, one after the other, and give how many were. To be cancelled at any moment.

    A story that cannot be packed stays as it is, and the others are packed. Raises the first such `AudioError` in the end.
    """
    count, fault = 0, None
    for folder in await asyncio.to_thread(lambda: list(_old(root, newest))):
        try:
            count += await pack_story(folder, pack)
        except (AudioError, OSError) as error:
            fault = fault or error
    if fault is not None:
        raise fault if isinstance(fault, AudioError) else AudioError(f"{root}: {fault}") from fault
    return count


def _old(root: Path, newest: int) -> Iterator[Path]:
    """The stories that have a WAV, longest ago first, without the newest."""
    found = []
    with os.scandir(root) as entries:
        for entry in entries:
            if is_name(entry.name):
                times = []
                for name in WAVS:
                    with contextlib.suppress(OSError):
                        times.append(os.stat(os.path.join(entry.path, name)).st_mtime_ns)  # noqa: PTH116, PTH118
                if times:
                    found.append((max(times), Path(entry.path)))
    for _told, folder in sorted(found)[: max(0, len(found) - newest)]:
        if read_info(folder).get("state") == "complete":
            yield folder
