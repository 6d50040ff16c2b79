"""A story that is kept, read from its folder. Reading never fails for what is in the files: what makes no sense is left out.

    info.yaml         what was asked, who told it, its state, and for every passage where its text and its sound begin
    paragraph_N.txt   the text
    story.wav         the sound, or rendered.wav where it was made anew (info.yaml says which of them), or story.opus once it has been
                      packed; the predecessors have paragraph_N.mp3 instead

`state` is complete, or partial when the story broke off, where `text: whole` says that only the end of its last passage was not heard.
The sound is taken as far as it goes.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from fably.core.types import AudioFormat, Language, Passage
from fably.pcm.wav import HEADER, read_wav

INFO = "info.yaml"
WAV = "story.wav"
RENDERED = "rendered.wav"
OPUS = "story.opus"
WAVS = (WAV, RENDERED)
TOLD_AS = "told_as"
"""The key of info.yaml with the name for which a story is found that was spoken anew; without it that is its own."""
LEFT_AT = "left_at"
"""The key with the index of the passage with which the sleep timer began to end the last telling."""
LARGEST_INFO = 500_000  # bytes; a longer one is not ours
DEEPEST = 40  # brackets, dashes or blanks before a word
MP3_FORMAT = AudioFormat(24_000)
"""How the predecessors' sound is unpacked; it is OpenAI's."""

Place = tuple[int, int, int | None]
"""Where a passage begins: its paragraph, the character there, and the sample of the sound (None: it has none)."""

_NUMBER = re.compile(r"paragraph_(\d{1,6})\.(txt|mp3)")


@dataclass(frozen=True)
class Clip:
    """Where the sound of a passage is: `start` in samples at the rate of the story's format."""

    file: Path
    start: int = 0


@dataclass(frozen=True)
class Story:
    """A story on the shelf."""

    folder: Path
    info: Mapping[str, Any]
    passages: tuple[Passage, ...]
    places: tuple["Place", ...]
    end: tuple[int, int]
    """Where the text of the last passage ends: paragraph and character."""
    numbers: tuple[int, ...]
    """The numbers of the paragraphs' files: the predecessors count from 0 or from 1."""
    clips: tuple[Clip, ...]
    """The sound of the first passages: of all of them, unless the story broke off or its sound was lost."""
    format: AudioFormat | None
    """How the clips sound; None where there are none."""
    seconds: float = 0.0

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def complete(self) -> bool:
        return bool(self.info["state"] == "complete")

    @property
    def whole(self) -> bool:
        """Whether all of its text is there, even if it has not been heard to its end."""
        return self.complete or self.info.get("text") == "whole"

    @property
    def goes_on_at(self) -> int | None:
        """The passage with which it is to be gone on: that with which the sleep timer began to end it, or the last one of a story that
        broke off. None where it was told to its end."""
        at = self.info.get(LEFT_AT)
        if isinstance(at, int) and 0 <= at < len(self.passages):
            return at
        return None if self.complete else len(self.passages) - 1

    @property
    def query(self) -> str:
        return str(self.info.get("query") or "")

    @property
    def title(self) -> str:
        """What a person calls it: what a parent has called it, else what was wished for."""
        return str(self.info.get("title") or self.query)

    @property
    def language(self) -> Language:
        return "tr" if self.info.get("language") == "tr" else "en"

    @property
    def favourite(self) -> bool:
        return bool(self.info.get("favourite"))

    @property
    def created(self) -> str:
        """When it was told, to the second, as far as the clock was right."""
        at = self.info.get("created")
        return at.isoformat(" ")[:19] if isinstance(at, datetime) else str(at or "")[:19].replace("T", " ")

    @property
    def text(self) -> str:
        return "".join(one.lead + one.text for one in self.passages)


def read_story(folder: Path, *, unpacks: bool = True) -> Story | None:
    """The story in `folder`; None when nothing there can be told. `unpacks`: whether packed sound is of any use here."""
    texts = _numbered(folder, "txt")
    numbers = tuple(number for number, _path in texts)
    paragraphs = [_text(path) for _number, path in texts]
    if not any(one.strip() for one in paragraphs):
        return None
    info = read_info(folder)
    if "state" not in info:
        info = {**info, "state": "complete" if info else "partial"}  # the predecessors have none; neither has one that was lost
    places = _places(info.get("passages"), paragraphs)
    end = _end(info, places, paragraphs)
    passages = tuple(_passages(paragraphs, places, end))
    if "passages" not in info and (sounds := dict(_numbered(folder, "mp3"))):
        files = [sounds.get(numbers[place[0]]) for place in places]
        heard = files.index(None) if None in files else len(files)
        clips = tuple(Clip(file) for file in files[:heard] if file is not None and unpacks)
        return Story(folder, info, passages, places, end, numbers, clips, MP3_FORMAT if clips else None)
    file = sound_file(folder, info)
    format, samples = _sound_of(file, info, unpacks=unpacks)
    heard = _heard([place[2] for place in places], samples, ended=info.get("samples") is not None)
    clips = tuple(Clip(file, place[2] or 0) for place in places[:heard])
    return Story(folder, info, passages, places, end, numbers, clips, format, samples / format.rate if format and clips else 0.0)


def sound_file(folder: Path, info: Mapping[str, Any]) -> Path:
    """Where the sound of a story of ours is, by its info.yaml."""
    return folder / next((one for one in (OPUS, RENDERED) if info.get("sound") == one), WAV)


def read_info(folder: Path) -> dict[str, Any]:
    """What is in the folder's info.yaml; empty when that makes no sense."""
    import yaml  # 13 ms, which a story that is new need not wait for

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        if not (folder / INFO).is_file() or (folder / INFO).stat().st_size > LARGEST_INFO:
            return {}
        text = (folder / INFO).read_bytes().decode()
        info = {} if _is_deep(text) else yaml.load(text, loader)  # noqa: S506 - it is the safe one
    except (OSError, ValueError, RecursionError, yaml.YAMLError):
        return {}
    return info if isinstance(info, dict) and not _is_vast(info) else {}


def _is_vast(info: dict[str, Any]) -> bool:
    """Whether there is more in it than a file of that size can hold: by references to references, which would be written out."""
    waiting: list[Any] = [info]
    for _ in range(LARGEST_INFO):
        if not waiting:
            return False
        one = waiting.pop()
        waiting.extend([*one, *one.values()] if isinstance(one, dict) else one if isinstance(one, list) else ())
        if len(waiting) > LARGEST_INFO:
            break
    return True


def _is_deep(text: str) -> bool:
    """Whether more is nested in `text` than in any info.yaml: the parser, which is written in C, would run out of its stack."""
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest > DEEPEST or re.search(rf"^[ ]{{{DEEPEST},}}|(?:[-?:][ ]+){{{DEEPEST}}}", text, re.MULTILINE) is not None


def _sound_of(file: Path, info: Mapping[str, Any], *, unpacks: bool) -> tuple[AudioFormat | None, int]:
    """The format and the length in samples of the story's one sound file, if it has one."""
    rate, samples = info.get("rate"), info.get("samples")
    try:
        if file.name == OPUS:
            if isinstance(rate, int) and isinstance(samples, int) and rate > 0 and unpacks and file.stat().st_size:
                return AudioFormat(rate), samples
            return None, 0
        if not file.is_file():  # a pipe would be waited for
            return None, 0
        format, _pieces = read_wav(file)
        return format, (file.stat().st_size - HEADER) // format.frame
    except (OSError, ValueError):
        return None, 0


def _heard(starts: Sequence[int | None], length: int, *, ended: bool) -> int:
    """How many passages have all of their sound: the last one only when its end is known."""
    whole = 0
    for index, start in enumerate(starts):
        end = starts[index + 1] if index + 1 < len(starts) else length if ended else None
        if start is None or end is None or not start <= end <= length or length == 0:
            break
        whole += 1
    return whole


def _places(raw: object, paragraphs: Sequence[str]) -> tuple[Place, ...]:
    """The passages' places, as far as they make sense: in order, and inside the text. Else each paragraph is one."""
    places: list[Place] = []
    for one in raw if isinstance(raw, list) else []:
        paragraph, character, sample = (
            (one.get(key) for key in ("paragraph", "character", "sample")) if isinstance(one, dict) else 3 * [None]
        )
        if not isinstance(paragraph, int) or not isinstance(character, int) or not 0 <= paragraph < len(paragraphs):
            break
        if not 0 <= character < len(paragraphs[paragraph]) or (places and (paragraph, character) <= places[-1][:2]):
            break
        places.append((paragraph, character, sample if isinstance(sample, int) and sample >= 0 else None))
    if places and places[0][:2] == (0, 0):
        return tuple(places)
    return tuple((number, 0, None) for number, text in enumerate(paragraphs) if text.strip())


def _end(info: Mapping[str, Any], places: Sequence[Place], paragraphs: Sequence[str]) -> tuple[int, int]:
    """Where the last passage ends: what stands behind that was being written when the power went."""
    end = info.get("end")
    paragraph, character = (end.get("paragraph"), end.get("character")) if isinstance(end, dict) else (None, None)
    if not isinstance(paragraph, int) or not isinstance(character, int):
        return len(paragraphs) - 1, len(paragraphs[-1])
    if paragraph < len(paragraphs) and (not places or (paragraph, character) > places[-1][:2]):
        return paragraph, character
    return len(paragraphs) - 1, len(paragraphs[-1])


def _passages(paragraphs: Sequence[str], places: Sequence[Place], end: tuple[int, int]) -> list[Passage]:
    passages: list[Passage] = []
    lead = ""
    for index, (paragraph, character, _sample) in enumerate(places):
        to, until = end if index + 1 == len(places) else places[index + 1][:2]
        parts = list(paragraphs[paragraph : to + 1])
        parts[-1] = parts[-1][:until]  # before the first is cut: they may be the same
        parts[0] = parts[0][character:]
        whole = "\n\n".join(parts)
        text = whole.rstrip()
        passages.append(Passage(index, text.lstrip(), lead))
        lead = whole[len(text) :]
    return passages


def _numbered(folder: Path, kind: str) -> list[tuple[int, Path]]:
    """The files paragraph_N.`kind`, in the order of their numbers."""
    try:
        found = [(match, path) for path in folder.iterdir() if (match := _NUMBER.fullmatch(path.name)) and path.is_file()]
    except OSError:
        return []
    return sorted((int(match[1]), path) for match, path in found if match[2] == kind)


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode(errors="replace")  # as it is: where a passage begins is counted in it
    except OSError:
        return ""
