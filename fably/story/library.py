"""Keeps every story that is told: a folder with its text, its sound and what was asked.

It is made under a temporary name while it is told and renamed when it is whole, so a folder without a dot can always be told;
`state` in its info.yaml says whether to the end. The disk is never waited for: an SD card that thinks for a second must not be heard.
"""

import asyncio
import contextlib
import errno
import os
import secrets
import shutil
import unicodedata
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO

from fably.core.errors import LibraryError
from fably.core.types import AudioFormat, Passage
from fably.pcm.wav import WavWriter

LONGEST_NAME = 64  # bytes of UTF-8, which leaves room for a number
MOST_WAITING = 8_000_000  # bytes of sound that may wait for the disk; more, and it counts as broken
SOUND = "story.wav"
_TAKEN = (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR)


class Library:
    """The stories below one folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def begin(self, wish: str, info: Callable[[], Mapping[str, Any]], format: AudioFormat) -> "Record":
        """Start to keep a story. What `info` gives at its end goes into its info.yaml. Raises `LibraryError`."""
        record = Record(self._root, slug(wish), info, format)
        await record.begin()
        return record


class Record:
    """One story on its way to the shelf. All its writing happens in order in one thread; what goes wrong there is told at the end."""

    def __init__(self, root: Path, name: str, info: Callable[[], Mapping[str, Any]], format: AudioFormat) -> None:
        self._root, self._name, self._info, self._format = root, name, info, format
        self._folder = root / f".telling-{name}-{secrets.token_hex(3)}"
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="library")
        self._given = self._written = 0  # bytes of sound; each is counted in one thread only
        self._error: Exception | None = None
        self._file: BinaryIO | None = None
        self._paragraphs = 0
        self._passages: list[dict[str, int]] = []

    async def begin(self) -> None:
        """Make the folder. Raises `LibraryError`."""

        def make() -> None:
            self._root.mkdir(parents=True, exist_ok=True)
            self._folder.mkdir()
            self._file = (self._folder / SOUND).open("wb")
            self._sound = WavWriter(self._file, self._format)

        try:
            await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._disk, make))
        except BaseException as error:
            # cancelled or not: what the thread makes, it also takes away, after it has made it
            self._disk.submit(self._forget)
            self._disk.shutdown(wait=False)
            if isinstance(error, OSError):
                raise LibraryError(f"{self._root}: {error.strerror or error}") from error
            raise

    def passage(self, passage: Passage) -> None:
        """Note that `passage` begins to be told; the sound that follows is its own."""
        self._do(lambda: self._write_text(passage))

    def sound(self, pcm: bytes) -> None:
        """Add sound."""
        if self._given - self._written > MOST_WAITING:
            self._error = self._error or OSError("the disk is too slow")
            return
        self._given += len(pcm)
        self._do(lambda: self._write_sound(pcm))

    async def finish(self, *, complete: bool) -> Path | None:
        """Put the story on the shelf and give its folder. One of which nothing was told leaves no trace, and None.

        Raises `LibraryError` when it could not be kept; then too nothing of it is left.
        """
        loop = asyncio.get_running_loop()
        try:
            return await asyncio.shield(loop.run_in_executor(self._disk, self._finish, complete))
        except OSError as error:
            raise LibraryError(f"{self._root}: {error.strerror or error}") from error
        finally:
            self._disk.shutdown(wait=False)

    # ---- in the thread ---------------------------------------------------------------------------------------------------

    def _do(self, work: Callable[[], None]) -> None:
        def unless_broken() -> None:
            if self._error is None:
                try:
                    work()
                except Exception as error:
                    self._error = error

        self._disk.submit(unless_broken)

    def _write_text(self, passage: Passage) -> None:
        parts = passage.text.split("\n\n")
        self._paragraphs += "\n\n" in passage.lead or not self._passages
        self._passages.append({"paragraph": self._paragraphs - 1, "starts_at_sample": self._sound.length // self._format.frame})
        for number, part in enumerate(parts):
            self._paragraphs += number > 0
            with (self._folder / f"paragraph_{self._paragraphs - 1}.txt").open("a", encoding="utf-8") as file:
                file.write((passage.lead if number == 0 and file.tell() else "") + part)

    def _write_sound(self, pcm: bytes) -> None:
        self._sound.write(pcm)
        self._written += len(pcm)

    def _finish(self, complete: bool) -> Path | None:
        try:
            if self._error is not None:
                raise self._error
            self._sound.finish()
            if not self._passages:
                return None
            self._write_info(complete)
            for path in [*self._folder.iterdir(), self._folder]:
                _sync(path)
            kept = self._name_it()
            _sync(self._root)
        except ValueError as error:  # the YAML writer's, and the file's when it is closed twice
            raise OSError(str(error)) from error
        else:
            return kept
        finally:
            self._forget()

    def _forget(self) -> None:
        """Close what is open and take away what is left of the folder: all of it, unless it has got its name."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _write_info(self, complete: bool) -> None:
        import yaml  # 13 ms, which nobody waits for here

        info = {**self._info(), "state": "complete" if complete else "partial", "sound": SOUND, "passages": self._passages}
        text = yaml.safe_dump(info, allow_unicode=True, sort_keys=False)
        (self._folder / "info.yaml").write_text(text, encoding="utf-8")

    def _name_it(self) -> Path:
        for number in range(1, 10_000):
            path = self._root / (self._name if number == 1 else f"{self._name}-{number}")
            try:
                return self._folder.rename(path)
            except OSError as error:
                if error.errno not in _TAKEN:
                    raise
        raise OSError("too many stories of the same name")


def slug(wish: str) -> str:
    """A folder's name for a wish: readable, never empty, at most `LONGEST_NAME` bytes, and never a path."""
    letters = unicodedata.normalize("NFC", wish.replace("İ", "i").lower())  # lower() makes two characters of a dotted capital
    name = "-".join("".join(one if one.isalnum() else " " for one in letters).split())
    return name.encode()[:LONGEST_NAME].decode(errors="ignore").strip("-") or "story"


def _sync(path: Path) -> None:
    """Have the kernel write `path` to the disk: after a pulled plug a renamed folder must not be an empty one."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
