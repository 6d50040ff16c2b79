"""settings.env in the state directory: what was chosen from afar, or by hand. It is read patiently, and changed a line at a time.

Whatever a person wrote there stays as it is: comments, blank lines, and what cannot be read.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from fably.core.errors import ConfigError
from fably.settings.fields import Field
from fably.settings.files import STATE, Layer, bindings, faults, is_utf8, read_text

NAME = "settings.env"
SPOILT = ".spoilt"
PREFIX = "FABLY_"
_TO_QUOTE = re.compile(r"^['\"]|\s#")


def patient(state: Path, known: Iterable[Field], complain: Callable[[str], None]) -> Layer:
    """What the file says, without what makes no sense in it; `complain` is told of that. It never fails: a box has to tell stories."""
    path = state / NAME
    try:
        found = read_text(path)
    except ConfigError as error:
        complain(str(error))
        found = None
    if not found:  # nothing to parse, and nothing to import for it
        return Layer(f"{path}: ", {}, NAME)
    lines = bindings(found)
    for fault in faults(path, lines):
        complain(fault)
    return Layer(f"{path}: ", sensible(path, {line.key: line.value for line in lines if line.key}, known, complain), NAME)


def sensible(
    path: Path, values: Mapping[str, str | None], known: Iterable[Field], complain: Callable[[str], None]
) -> Mapping[str, str | None]:
    """Those of `values` that make sense; `complain` is told of the others."""
    fields = {field.env: field for field in known}
    kept = {}
    for name, value in values.items():
        try:
            if name in fields and name != STATE and value and value.strip() and is_utf8(value):
                fields[name].parse(value.strip(), f"{path}: {name}")
                kept[name] = value
            elif name.upper().startswith(PREFIX) and name not in fields:
                raise ConfigError(f"{path}: {name} is not a setting; mend or remove it")
        except ConfigError as error:
            complain(str(error))
    return kept


def change(state: Path, changes: Mapping[str, str | None], check: Callable[[Mapping[str, str | None]], None]) -> None:
    """Change the values of variables; None takes one out. `check` is given what the file will say, and raises when that must not be.

    All of it reaches the disk, or nothing does; of two who change something at once nobody's change is lost. A file that is no text is put
    aside as settings.env.spoilt. Raises `ConfigError` and what `check` does.
    """
    from fably.core.locking import locked  # with cryptography behind it, 5 MB: for those who change something
    from fably.core.parts import sync, written

    path = state / NAME
    try:
        state.mkdir(parents=True, exist_ok=True)
        with locked(state):
            found, spoilt = _found(path)
            text = _changed(found, changes)
            values = {line.key: line.value for line in bindings(text) if line.key}
            for name, value in changes.items():
                if values.get(name) != value:
                    raise ConfigError(f"{name} cannot be kept in {path} beside what stands there; mend that first")
            check(values)
            if spoilt is not None:
                path.replace(spoilt)
            with written(path.resolve(), mode=0o600) as part:
                part.write_bytes(text.encode(errors="surrogateescape"))
                sync(part)
            sync(path.resolve().parent)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror or error}") from error


def _found(path: Path) -> tuple[str, Path | None]:
    """What the file says; and where it is to be put when that is no text."""
    try:
        return read_text(path) or "", None
    except ConfigError as error:
        if isinstance(error.__cause__, OSError):
            raise
        names = (path.with_name(NAME + SPOILT + more) for more in ("", *(f"-{number}" for number in range(2, 100))))
        return "", next(one for one in names if not one.exists())


def _changed(text: str, changes: Mapping[str, str | None]) -> str:
    """`text` with the lines of `changes`: in the place of the old one, where there was one, else at the end."""
    left = {name: _line(name, value) for name, value in changes.items() if value is not None}
    pieces = []
    for line in bindings(text):
        whole = line.original.string
        if line.key is not None and line.key in changes:
            before = whole[: len(whole) - len(whole.lstrip())]
            whole = before + left.pop(line.key, "")
        pieces.append(whole)
    kept = "".join(pieces)
    end = "" if not kept or not left or kept.endswith(("\n", "\r")) else "\n"
    return kept + end + "".join(left.values())


def _line(name: str, value: str) -> str:
    if _TO_QUOTE.search(value):
        value = "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return f"{name}={value}\n"
