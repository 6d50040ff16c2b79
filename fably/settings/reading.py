"""Where settings come from: flag > environment > settings.env in the state directory > .env here > default."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fably.core.errors import ConfigError
from fably.settings.declared import Settings
from fably.settings.fields import Field, fields_of, nearest

PREFIX = "FABLY_"
STATE = "FABLY_STATE_PATH"


@dataclass(frozen=True)
class Layer:
    """One place that settings come from. `where` goes before a name in messages ("settings.env: "); for the environment it is empty."""

    where: str
    values: Mapping[str, str | None]


def read(flags: Mapping[str, str | bool | None], layers: Sequence[Layer]) -> Settings:
    """Build the settings from flags (by field name) and layers (by environment name, the strongest first). Pure.

    An empty value counts as not given. Raises `ConfigError`, which names the flag or the variable, for an unknown FABLY_… name and
    for a value that does not fit.
    """
    known = {field.env: field for field in fields_of(Settings)}
    for layer in layers:
        for name in layer.values:
            if name.startswith(PREFIX) and name not in known:
                like = nearest(name.removeprefix(PREFIX), [one.removeprefix(PREFIX) for one in known if one.startswith(PREFIX)], "")
                hint = like.replace("mean ", f"mean {PREFIX}") or "`fably --help` lists them"
                raise ConfigError(f"{layer.where}{name} is not a setting; {hint}")
    chosen: dict[str, Any] = {}
    for field in known.values():
        found = _find(field, flags, layers)
        if found is not None:
            chosen[field.name] = field.parse(*found)
    return Settings(**chosen)


def _find(field: Field, flags: Mapping[str, str | bool | None], layers: Sequence[Layer]) -> tuple[str, str] | None:
    given = flags.get(field.name)
    if field.flag and given not in (None, "", False):
        return str(not field.default) if given is True else str(given), field.flag
    for layer in layers:
        text = (layer.values.get(field.env) or "").strip()
        if text:
            return text, f"{layer.where}{field.env}"
    return None


def _file(path: Path) -> Layer:
    """A file of NAME=value lines; one that is not there is empty."""
    try:
        if not path.is_file():
            return Layer(str(path), {})
        from dotenv import dotenv_values  # 13 ms, for those who have such a file

        # without `interpolate` a key that holds a $ stays what it is
        return Layer(f"{path}: ", dotenv_values(path, interpolate=False))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read ({error}); mend it or remove it") from error


def state_directory(environ: Mapping[str, str]) -> Path:
    """Where what Fably remembers is kept: as told, else systemd's state directory (the box), else the XDG one (a person)."""
    if given := environ.get(STATE) or environ.get("STATE_DIRECTORY", "").split(":")[0]:
        return Path(given).expanduser()
    base = environ.get("XDG_STATE_HOME")
    return (Path(base) if base else Path.home() / ".local" / "state") / "fably"


def load(flags: Mapping[str, str | bool | None], environ: Mapping[str, str] = os.environ, here: Path | None = None) -> Settings:
    """The settings of this run: `read` on what this machine has. `here` is the folder whose .env counts, else the current one."""
    state = state_directory(environ)
    files = [_file(state / "settings.env"), _file((here or Path()) / ".env")]
    return read(flags, [Layer("", environ), *files, Layer("", {STATE: str(state)})])
