"""Puts a voice into the folder of voices: both of its files, or none. What Piper sees as a voice is NAME.onnx, so that comes last."""

import asyncio
import contextlib
import fcntl
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from fably.core import parts
from fably.core.errors import ConfigError, ProviderUnavailable
from fably.voicebank.fetching import fetch, fetch_list
from fably.voicebank.listing import Listing, Offer, VoiceFile, read_listing
from fably.voicebank.part import Part, checksum
from fably.voicebank.place import Place

SPARE = 20_000_000  # bytes of the disk that are left to others
LOCAL = re.compile(r"\w[\w.-]{0,90}")


async def listing_at(place: Place, connect_seconds: float) -> Listing:
    """The voices that a place has. Raises `ProviderError`."""
    client = await asyncio.to_thread(place.client, connect_seconds)
    async with client:
        data = await fetch_list(client, place)
    try:
        return read_listing(data)
    except ValueError as error:
        said = f"what {place.service.place} gives as voices.json is no list of Piper's voices: {error}"
        raise ProviderUnavailable(said, retryable=False) from error


async def install(place: Place, offer: Offer, folder: Path, connect_seconds: float, at: Callable[[int], None]) -> bool:
    """Fetch a voice into `folder`; False when it is there already. `at` is told how many bytes of it are there.

    What came stays when it breaks off, and the next time goes on from there. Raises `ProviderError`, and `ConfigError` where the folder
    cannot take it.
    """
    with _alone(folder):
        if await asyncio.to_thread(_is_there, folder, offer):
            return False
        begun = [Part(folder / f".{file.name}.{file.md5[:12]}.part") for file in offer.files]
        _drop_others(folder, offer.name, begun)
        _room(folder, offer.name, offer.size - sum(part.size for part in begun))
        client = await asyncio.to_thread(place.client, connect_seconds)
        async with client:
            before = 0
            for file, part in zip(offer.files, begun, strict=True):
                await fetch(client, place, file, part, lambda count, before=before: at(before + count))  # type: ignore[misc]
                before += file.size
        _place(folder, offer.name, *(part.path for part in begun))
        return True


def copy_in(model: Path, folder: Path) -> bool:
    """Copy a voice from a file of one's own, NAME.onnx with NAME.onnx.json beside it; False when it is there already.

    Raises `ConfigError`, which says what is wrong with it.
    """
    name, description = model.stem, Path(f"{model}.json")
    if not LOCAL.fullmatch(name):
        raise ConfigError(f"{model}: no voice can be called so; rename both files to letters, figures, - and _")
    _look(model, description)
    with _alone(folder):
        if (folder / model.name).exists() and model.samefile(folder / model.name):
            return False
        _room(folder, name, model.stat().st_size + description.stat().st_size)
        with _copied(description, folder) as first, _copied(model, folder) as second:
            _place(folder, name, first, second)
        return True


@contextlib.contextmanager
def _copied(source: Path, folder: Path) -> Iterator[Path]:
    """A copy of a file in `folder`, which may be moved from there; else it is gone afterwards. Raises `OSError`."""
    part = parts.Part(folder / f"{source.name}.part")  # no *.onnx, which would be a voice
    try:
        shutil.copyfile(source, part.path)
        parts.sync(part.path)
        yield part.path
    finally:
        part.drop()


def _look(model: Path, description: Path) -> None:
    """See whether a person gave us a voice."""
    try:
        with model.open("rb") as file:
            begins = file.read(32)
        about = json.loads(description.read_bytes())
    except OSError as error:
        raise ConfigError(
            f"{error.filename} cannot be read: {error.strerror}; a voice is two files, NAME.onnx and NAME.onnx.json"
        ) from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{description} does not describe a voice of Piper; copy it once more") from error
    if begins.startswith(b"version https://git-lfs"):
        raise ConfigError(f"{model} is only a note of git-lfs where a voice should be; `git lfs pull` fetches it")
    if not (isinstance(about, dict) and isinstance(about.get("audio"), dict) and "phoneme_id_map" in about) or begins[:1] != b"\x08":
        raise ConfigError(f"{model} with {description.name} is no voice of Piper")


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Make the folder and keep others out of it. The system's errors become `ConfigError`s."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            with contextlib.suppress(OSError):  # a file system without locks
                _lock(number, folder)
            yield
        finally:
            os.close(number)
    except OSError as error:
        if isinstance(error, ConfigError | ProviderUnavailable):
            raise
        raise ConfigError(f"{error.filename or folder} cannot be written: {error.strerror or error}") from error


def _lock(number: int, folder: Path) -> None:
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ConfigError(f"somebody else is fetching a voice into {folder}; wait until that is done") from None


def _room(folder: Path, name: str, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if needed + SPARE > free:
        said = f"{name} needs {megabytes(needed + SPARE)}, and {folder} has room for {megabytes(free)}"
        raise ConfigError(f"{said}; make some, or name another state directory with FABLY_STATE_PATH")


def megabytes(count: int) -> str:
    """A size for people."""
    return f"{count / 1_000_000:.0f} MB"


def _drop_others(folder: Path, name: str, parts: Sequence[Part]) -> None:
    """Take away what came of the same voice as it was once."""
    wanted = [part.path for part in parts]
    for old in folder.glob(f".{name}.onnx*.part"):
        if old not in wanted:
            old.unlink()


def _is_there(folder: Path, offer: Offer) -> bool:
    def whole(file: VoiceFile) -> bool:
        path = folder / file.name
        return path.is_file() and path.stat().st_size == file.size and checksum(path) == file.md5

    return all(map(whole, offer.files))


def _place(folder: Path, name: str, description: Path, model: Path) -> None:
    """Give the files their names. Between two of these steps there is no voice, rather than one of an old half and a new one."""
    (folder / f"{name}.onnx").unlink(missing_ok=True)
    description.replace(folder / f"{name}.onnx.json")
    model.replace(folder / f"{name}.onnx")
    parts.sync(folder)
