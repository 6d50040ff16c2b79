"""Files of NAME=value lines: how one is read, and what is wrong with it."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fably.core.errors import ConfigError

if TYPE_CHECKING:
    from dotenv.parser import Binding

STATE = "FABLY_STATE_PATH"
LARGEST = 1_000_000  # bytes; a larger one is not ours


@dataclass(frozen=True)
class Layer:
    """One place that settings come from. `where` goes before a name in messages ("settings.env: "); for the environment it is empty.
    `place` is what the place is called."""

    where: str
    values: Mapping[str, str | None]
    place: str = "environment"


def layer(path: Path, place: str) -> Layer:
    """What the file says; one that is not there is empty. Raises `ConfigError` when something in it makes no sense."""
    found = read_text(path)
    if found is None:
        return Layer(str(path), {}, place)
    lines = list(bindings(found))
    if wrong := next(faults(path, lines), None):
        raise ConfigError(wrong)
    return Layer(f"{path}: ", {line.key: line.value for line in lines if line.key}, place)


def read_text(path: Path) -> str | None:
    """The text of a file of settings; None where there is none, or only one that another user keeps to himself: the box's keys are not for
    its page. Bytes that are no UTF-8, as an editor elsewhere may write them, stay what they are (surrogateescape). Raises `ConfigError`
    for what is no text at all."""
    try:
        if not path.is_file():  # a pipe would be waited for
            return None
        if path.stat().st_size > LARGEST:
            raise ValueError("it is far too large")
        found = path.read_bytes().decode(errors="surrogateescape")
        if "\0" in found:
            raise ValueError("there are zeros in it")
    except (OSError, ValueError) as error:
        if isinstance(error, PermissionError) and _is_of_another(path):
            return None
        raise ConfigError(f"{path} cannot be read ({error}); mend it or remove it") from error
    return found


def _is_of_another(path: Path) -> bool:
    try:
        return path.stat().st_uid != os.geteuid()
    except OSError:
        return False


def bindings(text: str) -> "list[Binding]":
    """The lines of such a text; put together, what they were made of is the text again.

    They are read with dotenv's parser, and not its `dotenv_values`: that one passes over a line it cannot read, and takes a $ in a key
    for something else.
    """
    from io import StringIO

    from dotenv.parser import parse_stream  # 13 ms, for those who have such a file

    return list(parse_stream(StringIO(text, newline="")))


def is_utf8(value: str | None) -> bool:
    """Whether a value that was read is text."""
    return value is None or not any("\ud800" <= one <= "\udfff" for one in value)


def faults(path: Path, lines: "list[Binding]") -> Iterator[str]:
    """What is wrong with lines, as far as that can be told without knowing what may be set."""
    for line in lines:
        if line.error:
            shown = line.original.string.strip()[:20]
            yield f"{path}: line {line.original.line} cannot be read: {shown!r}…; mend or remove it"
        elif line.key and not is_utf8(line.key + (line.value or "")):
            yield f"{path}: line {line.original.line} is not in UTF-8; write it anew, and have your editor save it as UTF-8"
        elif line.key == STATE and line.value:
            yield f"{path}: {STATE} decides which files are read, so it can be set in the environment only"
