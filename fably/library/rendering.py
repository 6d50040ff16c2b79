"""Makes the sound of a kept story anew beside the old one, which stays until the new one is whole.

What is whole of it after each passage is noted, so whatever ends this costs at most the passage that was being spoken. In the end
info.yaml begins to speak of the new file in one step: there is no moment in which text and sound do not belong together.
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from fably.core.errors import LibraryError
from fably.core.parts import sync
from fably.core.types import AudioFormat
from fably.library.locking import translated, try_lock
from fably.library.story import OPUS, RENDERED, WAV, Story, read_story, sound_file
from fably.library.writer import change_info, replace_text
from fably.pcm.wav import HEADER, WavWriter

PART, NOTES = ".rendering.wav", ".rendering.json"


class Rendering:
    """The new sound of one story, which is locked meanwhile. All methods block, and raise `LibraryError`."""

    def __init__(self, folder: Path, voice: Mapping[str, object], format: AudioFormat) -> None:
        """Begin, or go on with what was made by this very `voice`."""
        self._folder, self._format = folder, format
        with translated(folder):
            self._lock = _locked(folder)
            try:
                self.story = _read(folder)
                self._about = {"voice": dict(voice), "rate": format.rate, "text": _mark(self.story)}
                self.ends = self._noted()
                """Where the passages end that are whole, in samples."""
                length = self.ends[-1] * format.frame if self.ends else 0
                self._file = (folder / PART).open("r+b" if length else "wb")
                self._sound = WavWriter(self._file, format, length)
            except BaseException:
                os.close(self._lock)
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with contextlib.suppress(OSError):  # a full disk says it once more
            self._file.close()
        os.close(self._lock)

    def sound(self, pcm: bytes) -> None:
        """More of the passage that is being spoken."""
        with translated(self._folder):
            self._sound.write(pcm)

    def passage_ends(self) -> None:
        """The passage is whole. It has reached the disk when this returns."""
        with translated(self._folder):
            self._file.flush()
            os.fsync(self._file.fileno())
            self.ends.append(self._sound.length // self._format.frame)
            replace_text(self._folder / NOTES, json.dumps({**self._about, "ends": self.ends}))

    def finish(self, changes: Mapping[str, object]) -> Story:
        """Put the new sound in the place of the old one, with `changes` in info.yaml."""
        with translated(self._folder):
            self._sound.finish()
            os.fsync(self._file.fileno())
            story = _read(self._folder)  # once more: it may have become a favourite meanwhile
            if _mark(story) != self._about["text"]:
                raise LibraryError(f"the text of {story.name} has changed meanwhile; begin once more")
            old = sound_file(self._folder, story.info)
            new = self._folder / (RENDERED if old.name == WAV else WAV)
            (self._folder / PART).replace(new)
            sync(self._folder)
            places = zip(story.places, [0, *self.ends], strict=False)
            passages = [{"paragraph": place[0], "character": place[1], "sample": start} for place, start in places]
            end = {"paragraph": story.end[0], "character": story.end[1]}
            about = {"sound": new.name, "rate": self._format.rate, "samples": self.ends[-1], "end": end, "passages": passages}
            change_info(story, **{**changes, **about})
            sync(self._folder)
            for name in {WAV, RENDERED, OPUS, NOTES} - {new.name}:  # a predecessor's own sound stays: nobody can make that again
                (self._folder / name).unlink(missing_ok=True)
            return _read(self._folder)

    def _noted(self) -> list[int]:
        """What is whole of an earlier attempt by the same voice at the same text."""
        try:
            notes: Any = json.loads((self._folder / NOTES).read_bytes())
            ends = list(notes["ends"])
            size = (self._folder / PART).stat().st_size - HEADER
        except (OSError, ValueError, LookupError, TypeError, RecursionError):
            return []
        known = {key: notes.get(key) for key in self._about} == self._about
        good = all(type(end) is int for end in ends) and [0, *ends] == sorted([0, *ends]) and len(ends) <= len(self.story.passages)
        return ends if ends and known and good and ends[-1] * self._format.frame <= size else []


def _locked(folder: Path) -> int:
    lock = try_lock(folder)
    if lock is None:
        raise LibraryError(f"{folder.name} is being told by somebody else")
    return lock


def _read(folder: Path) -> Story:
    story = read_story(folder)
    if story is None:
        raise LibraryError(f"{folder} holds no story that can be read")
    if not story.complete:
        raise LibraryError(f"{folder.name} broke off; `fably stories resume {folder.name}` tells its end first")
    return story


def _mark(story: Story) -> str:
    """What tells a text cut into these passages from any other."""
    return hashlib.sha256(json.dumps([[one.lead, one.text] for one in story.passages]).encode()).hexdigest()
