"""The list of Piper's voices, voices.json: what there is in which language, and the files of each with size and checksum."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from fably.core.errors import ConfigError

NAME = re.compile(r"\w{2,20}-\w{1,60}-\w{1,20}")  # such as en_US-lessac-medium, pt_PT-tugão-medium: no path can be made of it
LARGEST = 2_000_000_000  # bytes of a file; the largest of them has 120 MB


@dataclass(frozen=True)
class VoiceFile:
    """One file of a voice: where it is below the list, and what it must be like."""

    path: str
    size: int
    md5: str

    @property
    def name(self) -> str:
        return PurePosixPath(self.path).name


@dataclass(frozen=True)
class Offer:
    """A voice that can be had."""

    name: str
    language: str
    """Such as en_US."""
    spoken: str
    """The language and the country for people, such as "English, United States"."""
    speakers: int
    files: tuple[VoiceFile, VoiceFile]
    """Its description, which is small, and its model."""

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)


@dataclass(frozen=True)
class Listing:
    """All voices by name, and the names that they had before."""

    offers: Mapping[str, Offer]
    aliases: Mapping[str, str]

    def offer(self, name: str) -> Offer:
        """The voice called `name`, however that is written. Raises `ConfigError`, which names those that are most like it."""
        known = {one.casefold(): one for one in [*self.aliases, *self.offers]}
        found = known.get(name.casefold(), "")
        found = self.aliases.get(found, found)
        if found:
            return self.offers[found]
        from difflib import get_close_matches  # 2 ms

        like = get_close_matches(name.casefold(), [one.casefold() for one in self.offers], 3, 0.5)
        hint = (
            f"did you mean {' or '.join(known[one] for one in like)}?" if like else "`fably voices download --list` shows those there are"
        )
        raise ConfigError(f"Piper has no voice {name[:60]!r}; {hint}")

    def of(self, language: str | None) -> list[Offer]:
        """The voices of a language: its code, with or without country, or its English name. Raises `ConfigError` where there is none."""
        wanted = (language or "").replace("-", "_").casefold()
        found = [
            one
            for one in self.offers.values()
            if wanted in ("", one.language.casefold(), one.language.partition("_")[0].casefold(), one.spoken.partition(",")[0].casefold())
        ]
        if not found:
            codes = sorted({one.language.partition("_")[0] for one in self.offers.values()})
            raise ConfigError(f"Piper has no voice for {(language or '')[:60]!r}; it speaks {', '.join(codes)}")
        return sorted(found, key=lambda one: one.name)


def read_listing(data: bytes) -> Listing:
    """Read voices.json. A voice that makes no sense is left out. Raises `ValueError` where nothing does."""
    try:
        voices = json.loads(data)
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error
    if not isinstance(voices, dict):
        raise ValueError("it is no list of voices")  # noqa: TRY004 - what is read is wrong, not what we were given
    offers: dict[str, Offer] = {}
    aliases: dict[str, str] = {}
    for name, about in voices.items():
        try:
            offers[name] = _offer(name, about)
        except (ValueError, LookupError, TypeError, AttributeError):
            continue
        old = about.get("aliases")
        aliases |= {one: name for one in (old if isinstance(old, list) else []) if isinstance(one, str)}
    if not offers:
        raise ValueError("no voice is in it")
    return Listing(offers, aliases)


def _offer(name: str, about: dict[str, Any]) -> Offer:
    if not NAME.fullmatch(name):
        raise ValueError(name)
    said = about.get("language", {})
    spoken = ", ".join(str(said[key]) for key in ("name_english", "country_english") if said.get(key))
    files = {PurePosixPath(path).name: _file(path, one) for path, one in about["files"].items()}
    return Offer(
        name, name.partition("-")[0], "".join(one for one in spoken if one.isprintable())[:80], int(about.get("num_speakers") or 1),
        (files[f"{name}.onnx.json"], files[f"{name}.onnx"]),
    )  # fmt: skip


def _file(path: str, about: dict[str, Any]) -> VoiceFile:
    size, md5 = about["size_bytes"], about["md5_digest"]
    parts = path.split("/")
    if type(size) is not int or not 0 < size < LARGEST or not re.fullmatch(r"[0-9a-f]{32}", md5):
        raise ValueError(path)
    if not all(re.fullmatch(r"\w[\w.-]*", part) for part in parts):  # no way up, no other address
        raise ValueError(path)
    return VoiceFile(path, size, md5)
