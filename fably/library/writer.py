"""The hand that writes a story into its folder: with each passage the sound so far, then the text, then info.yaml reach the disk.

So whatever info.yaml speaks of is there, and a pulled plug costs at most the sentence that was being heard. Blocks; `Record` has a
thread for it.
"""

import contextlib
import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from fably.core.errors import LibraryError
from fably.core.locking import locked
from fably.core.parts import sync, written
from fably.core.types import AudioFormat, Passage
from fably.library.locking import mark, try_lock, unmark
from fably.library.names import TELLING, free
from fably.library.story import INFO, WAV, Place, Story, read_info
from fably.pcm.wav import HEADER, WavWriter

_PLAIN = re.compile(r"[a-z_]+")
_NOT_WORDS = ("null", "true", "false", "yes", "no", "on", "off", "y", "n")
_UNSEEN = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_OURS = ("state", "text", "sound", "rate", "samples", "end", "passages")
"""The keys of info.yaml that are the writer's; the others are given to it."""
_PARENTS = ("favourite", "title")
"""The keys that belong to nobody but the parents."""


class Writer:
    """Writes one story. While it does, the folder is locked, and that of a new one has a name that begins with `TELLING`.

    All methods raise `OSError`.
    """

    def __init__(self, root: Path, name: str, info: Mapping[str, Any], format: AudioFormat, story: Story | None = None) -> None:
        """Begin a story called `name`, or go on with `story`."""
        self._root, self._format, self._story, self._name = root, format, story, name
        self._file: BinaryIO | None = None
        self._lock: int | None = None
        self._state = "partial"
        self._whole = story is not None and story.whole
        self._places: list[Place] = []
        self._end = (0, 0)
        root.mkdir(parents=True, exist_ok=True)
        with locked(root):  # or else a sweep could take the folder for one that was left behind
            self._folder = story.folder if story else _make(root, name)
            self._lock = _lock(self._folder)
        try:
            self._open(story)
            self._info = info
            if story is None:
                self._write_info()
        except BaseException:
            self.abandon()
            raise

    def _open(self, story: Story | None) -> None:
        length = 0
        if story is not None:
            self._state = str(story.info["state"])
            self._places, self._end = list(story.places), story.end
            self._cut_text(story)
            length = self._length_heard(story)
            for index in range(self.heard, len(self._places)):  # the first of them begins where the sound ends
                sample = length // self._format.frame if index == self.heard else None
                self._places[index] = (*self._places[index][:2], sample)
        wav = self._folder / WAV
        if wav.exists() and not wav.is_file():
            raise LibraryError(f"{wav} is no file")
        self._file = wav.open("r+b" if length else "wb")
        self._sound = WavWriter(self._file, self._format, length)

    heard = 0
    """How many passages have their sound already; what is told of them need not be written down again."""

    def passage(self, passage: Passage, *, sounds: bool = True) -> None:
        """`passage` begins to be heard here. One that is known gets its sound's place, another one is added. Without `sounds` its
        sound is not written down, for that before it is missing."""
        assert self._file is not None  # noqa: S101 - it has been opened
        self._file.flush()
        os.fsync(self._file.fileno())
        sample = self._sound.length // self._format.frame if sounds else None
        if passage.index < len(self._places):
            self._places[passage.index] = (*self._places[passage.index][:2], sample)
        else:
            self._places.append((*self._write_text(passage), sample))
        self._write_info()

    def whole(self) -> None:
        """The text is whole: a plug that is pulled now costs no more than the sound of its last passage."""
        if not self._whole:
            self._whole = True
            self._write_info()

    def sound(self, pcm: bytes) -> None:
        """The next piece of it."""
        self._sound.write(pcm)

    def finish(self, *, complete: bool, name: str, info: Mapping[str, Any]) -> Path | None:
        """Put the folder on the shelf as `name`, or back in its place. None when nothing was told, which leaves nothing."""
        assert self._file is not None  # noqa: S101
        try:
            if not self._places:
                return None
            self._sound.finish()
            os.fsync(self._file.fileno())
            self._state = "complete" if complete else self._state
            self._info = info
            # Only a story that was heard to its end has the end of its sound as well; else the last passage will be spoken again.
            self._write_info(self._sound.length // self._format.frame if complete else None)
            return self._shelve(name)
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Let go, whatever has gone wrong: what was told is kept as it is, and what was not even begun is taken away."""
        if self._file is not None:
            with contextlib.suppress(OSError):  # a full disk says it once more
                self._file.close()
            self._file = None
        with contextlib.suppress(OSError):
            if self._folder.name.startswith(TELLING):
                if self._places:
                    self._shelve(self._name)
                else:
                    with locked(self._root):
                        shutil.rmtree(self._folder, ignore_errors=True)
                        unmark(self._root, self._folder.name.removeprefix(TELLING))
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    # ---- the pieces ------------------------------------------------------------------------------------------------------

    def _write_text(self, passage: Passage) -> tuple[int, int]:
        """Add the text of a new passage and give its place."""
        paragraph, _character = self._end
        lead = passage.lead if self._places else ""
        if "\n\n" in lead:
            paragraph, lead = paragraph + 1, ""
        place = None
        for number, part in enumerate(passage.text.split("\n\n")):
            paragraph += number > 0
            with self._text_file(paragraph).open("a", encoding="utf-8", newline="") as file:
                before = self._end[1] if paragraph == self._end[0] else 0
                file.write(lead + part)
                file.flush()
                os.fsync(file.fileno())
            place = place or (paragraph, before + len(lead))
            self._end = (paragraph, before + len(lead) + len(part))
            lead = ""
        assert place is not None  # noqa: S101 - a text has at least one part
        return place

    def _text_file(self, paragraph: int) -> Path:
        numbers = self._story.numbers if self._story else (0,)
        more = paragraph - len(numbers) + 1
        return self._folder / f"paragraph_{numbers[-1] + more if more > 0 else numbers[paragraph]}.txt"

    def _cut_text(self, story: Story) -> None:
        """Take away what was being written, behind the last passage, when the power went. Only a text of ours knows where it ends."""
        if "end" not in story.info:
            return
        last, character = self._end
        for paragraph in range(last + 1, len(story.numbers)):
            self._text_file(paragraph).unlink()
        text = self._text_file(last).read_bytes().decode(errors="replace")
        if len(text) > character:
            os.truncate(self._text_file(last), len(text[:character].encode()))

    def _length_heard(self, story: Story) -> int:
        """How many bytes of the WAV that is there are kept: as far as its passages are whole, and sound as this one will."""
        if not story.clips or story.clips[0].file.name != WAV or story.format != self._format:
            return 0
        self.heard = len(story.clips)
        if self.heard == len(story.places):
            return (self._folder / WAV).stat().st_size - HEADER
        return (story.places[self.heard][2] or 0) * self._format.frame

    def _write_info(self, samples: int | None = None) -> None:
        """Write info.yaml anew and put it in the place of the old one, so that there is a whole one at any moment."""
        lines = [
            _header(self._info if self._story is None else {**self._info, **_of_parents(self._folder)}),
            "text: whole\n" if self._whole and self._state != "complete" else "",
            f"state: {self._state}\nsound: {WAV}\nrate: {self._format.rate}\n",
            f"samples: {samples}\n" if samples is not None else "",
            f"end: {{paragraph: {self._end[0]}, character: {self._end[1]}}}\npassages:{'' if self._places else ' []'}\n",
            *(_line(place) for place in self._places),
        ]
        replace_text(self._folder / INFO, "".join(lines))

    def _shelve(self, name: str) -> Path:
        sync(self._folder)
        with locked(self._root):
            # its name was set aside for it when it began; another one is free if it is really its own
            own = self._folder.name.removeprefix(TELLING)
            if self._folder.name != own:
                self._folder = self._folder.rename(self._root / (own if name == self._name else next(free(self._root, name))))
                unmark(self._root, own)
        sync(self._root)
        return self._folder


def replace_text(path: Path, text: str) -> None:
    """Write the file so that at any moment the old one or the new one is there, also after a pulled plug, and whoever else writes it."""
    with written(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    sync(path.parent)  # or else the old one is back for as long as the file system waits with its journal: five seconds of a story


def change_info(story: Story, **changes: object) -> None:
    """Change keys of a story's info.yaml; what is not ours there stays. None takes a key away."""
    now = read_info(story.folder)  # it may have been gone on with since it was read
    if "state" not in now:  # a predecessor's, or lost
        now = dict(story.info)
    replace_text(story.folder / INFO, yaml({key: value for key, value in {**now, **changes}.items() if value is not None}))


def _of_parents(folder: Path) -> Mapping[str, Any]:
    """What a parent may have changed while the story is told once more."""
    info = read_info(folder)
    return {key: info.get(key) for key in _PARENTS} if info else {}


def _header(info: Mapping[str, Any]) -> str:
    given = {key: value for key, value in info.items() if key not in _OURS and (value is not None or key not in _PARENTS)}
    return yaml(given) if given else ""


def yaml(info: Mapping[str, Any]) -> str:
    """The keys as YAML, a line each. A value is written as JSON, which YAML is a superset of: PyYAML would cost a megabyte here."""
    return "".join(f"{_value(str(key))}: {_value(value)}\n" for key, value in info.items())


def _value(value: Any) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value not in _NOT_WORDS:
        return value
    # what JSON allows in a string and YAML does not is escaped, as both of them read it
    return _UNSEEN.sub(lambda found: f"\\U{ord(found[0]):08x}", json.dumps(value, ensure_ascii=False, default=str))


def _line(place: Place) -> str:
    paragraph, character, sample = place
    return f"- {{paragraph: {paragraph}, character: {character}, sample: {'null' if sample is None else sample}}}\n"


def _make(root: Path, name: str) -> Path:
    for one in free(root, name):
        folder = root / (TELLING + one)
        with contextlib.suppress(FileExistsError):
            mark(root, one)
            folder.mkdir()
            return folder
    raise OSError("too many stories of the same name")


def _lock(folder: Path) -> int:
    try:
        lock = try_lock(folder)
    except FileNotFoundError as error:
        raise LibraryError(f"{folder.name} is gone") from error
    if lock is None:
        raise LibraryError(f"{folder.name} is being told by somebody else")
    return lock
