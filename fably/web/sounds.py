"""The sound of stories, and whole stories, for a browser: by the name that a story has in the library, never by a path."""

import asyncio
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from fably.library.names import is_name
from fably.library.story import OPUS, WAVS, Story, read_story, sound_file

PIECE = 65_536
"""Bytes that are read at once."""
TYPES = {".opus": "audio/ogg", ".wav": "audio/wav"}


class Sounds:
    """Answers with what is below `root`, the library."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def routes(self) -> list[Route]:
        return [
            Route("/library/{name}/sound", self._sound, methods=["GET"]),
            Route("/library/{name}/story.zip", self._zip, methods=["GET"]),
        ]

    async def _sound(self, request: Request) -> Response:
        """The sound as it lies on the disk; a part of it where a part is asked for, so that a listener may skip."""
        story = await asyncio.to_thread(kept, self._root, request.path_params["name"])
        file = sound(story) if story else None
        if file is None:
            return PlainTextResponse("There is no such sound.", 404)
        return FileResponse(file, media_type=TYPES[file.suffix], headers={"cache-control": "private, no-cache"})

    async def _zip(self, request: Request) -> Response:
        story = await asyncio.to_thread(kept, self._root, request.path_params["name"])
        if story is None:
            return PlainTextResponse("There is no such story.", 404)
        ascii = story.name.encode("ascii", "ignore").decode().replace('"', "") or "story"
        return StreamingResponse(
            zipped(story), media_type="application/zip", headers={"content-disposition": f'attachment; filename="{ascii}.zip"'}
        )


def kept(root: Path, name: str) -> Story | None:
    """The story of exactly this name, if it is a folder of the library itself."""
    if not is_name(name) or (root / name).is_symlink() or not (root / name).is_dir():
        return None
    return read_story(root / name)


def sound(story: Story) -> Path | None:
    """The file with the sound of a story; None where it has none of ours."""
    file = sound_file(story.folder, story.info)
    if file.name in WAVS and not file.exists():
        file = story.folder / OPUS  # it was packed in this very moment
    return file if story.clips and file.suffix in TYPES and file.is_file() and not file.is_symlink() else None


def zipped(story: Story) -> Iterator[bytes]:
    """A ZIP with the text and the sound of a story, made while it is sent: nothing of it is held."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr(f"{story.name}.txt", story.text + "\n")
        yield sink.taken()
        file = sound(story)
        if file is not None:
            with archive.open(zipfile.ZipInfo(f"{story.name}{file.suffix}"), "w", force_zip64=True) as entry, file.open("rb") as source:
                for piece in _pieces(source):
                    entry.write(piece)
                    yield sink.taken()
    yield sink.taken()


def _pieces(source: BinaryIO) -> Iterator[bytes]:
    while piece := source.read(PIECE):
        yield piece


class _Sink:
    """A file that is handed on as it is written."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._written.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """There is nothing behind it."""

    def close(self) -> None:
        """There is nothing to close."""

    def taken(self) -> bytes:
        """What was written since."""
        data = b"".join(self._written)
        self._written.clear()
        return data
