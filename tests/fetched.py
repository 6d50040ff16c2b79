"""Fetching a voice in a test: in this process, or by the command."""

import asyncio
import subprocess
from pathlib import Path

from mirror import Mirror
from ran import ran

from fably.voicebank.installing import install, listing_at
from fably.voicebank.place import Place

NAME = "en_US-lessac-medium"
VOICES = Path("state/voices")


def fetched(mirror: Mirror, name: str = NAME, progress: list[int] | None = None) -> bool:
    async def scene() -> bool:
        place = Place(mirror.url)
        offer = (await listing_at(place, 3)).offer(name)
        return await install(place, offer, VOICES, 3, (progress if progress is not None else []).append)

    return asyncio.run(scene())


def files() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in VOICES.iterdir()} if VOICES.is_dir() else {}


def fably(*args: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return ran("voices", "download", *args, **{"FABLY_STATE_PATH": "state", **environ})
