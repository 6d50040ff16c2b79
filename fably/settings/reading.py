"""Where settings come from: flag > environment > settings.env in the state directory > .env here > memory mode > default."""

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fably.core.errors import ConfigError
from fably.settings.declared import Settings
from fably.settings.fields import Field, fields_of, nearest
from fably.settings.modes import MODES, SHORT, in_force
from fably.settings.together import check

PREFIX = "FABLY_"
STATE = "FABLY_STATE_PATH"


@dataclass(frozen=True)
class Layer:
    """One place that settings come from. `where` goes before a name in messages ("settings.env: "); for the environment it is empty."""

    where: str
    values: Mapping[str, str | None]


def read(flags: Mapping[str, str | bool | None], layers: Sequence[Layer], memory: Callable[[], int | None] = lambda: None) -> Settings:
    """Build the settings from flags (by field name) and layers (by environment name, the strongest first). Pure.

    `memory` gives the machine's memory in bytes; it is asked where the memory mode is auto. An empty value counts as not given. Raises
    `ConfigError`, which names the flag or the variable, for an unknown FABLY_… name, for a value that does not fit, and for two that do
    not fit together.
    """
    known = {field.env: field for field in fields_of(Settings)}
    for layer in layers:
        for name in layer.values:
            if name.upper().startswith(PREFIX) and name not in known:
                like = nearest(name.upper().removeprefix(PREFIX), [one.removeprefix(PREFIX) for one in known if one.startswith(PREFIX)], "")
                hint = like.replace("mean ", f"mean {PREFIX}") or ".env.example lists them"
                raise ConfigError(f"{layer.where}{name} is not a setting; {hint}")
    mode = in_force(_modes_told(known.values(), flags, layers), memory)
    last = Layer(f"the mode {mode.name}: ", {env: MODES[mode.name].get(field.name) for env, field in known.items()})
    chosen: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for field in known.values():
        found = _find(field, flags, [*layers, last])
        if found is not None:
            chosen[field.name] = field.parse(*found)
            origins[field.name] = found[1]
    given = frozenset(name for name, value in flags.items() if value not in (None, "", False))
    settings = Settings(**chosen | {"memory_mode": "auto" if mode.auto else mode.name}, flags=given, mode=mode)
    check(settings, origins)
    return settings


def _modes_told(
    fields: Collection[Field], flags: Mapping[str, str | bool | None], layers: Sequence[Layer]
) -> Iterator[dict[str, tuple[object, str]]]:
    """What each place says about the memory mode, the strongest first."""
    about = [field for field in fields if field.name == "memory_mode" or field.name in SHORT]
    for given, places in [(flags, []), *(({}, [layer]) for layer in layers)]:
        found = {field.name: (field, _find(field, given, places)) for field in about}
        yield {name: (field.parse(*one), one[1]) for name, (field, one) in found.items() if one is not None}


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
        from dotenv.parser import parse_stream  # 13 ms, for those who have such a file

        # its parser, and not dotenv_values: that one passes over a line it cannot read, and takes a $ in a key for something else
        with path.open(encoding="utf-8") as file:
            lines = list(parse_stream(file))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read ({error}); mend it or remove it") from error
    for line in lines:
        if line.error:
            raise ConfigError(
                f"{path}: line {line.original.line} cannot be read: {line.original.string.strip()[:20]!r}…; mend or remove it"
            )
    values = {line.key: line.value for line in lines if line.key}
    if values.get(STATE):
        raise ConfigError(f"{path}: {STATE} decides which files are read, so it can be set in the environment only")
    return Layer(f"{path}: ", values)


def state_directory(environ: Mapping[str, str]) -> Path:
    """Where what Fably remembers is kept: as told, else systemd's state directory (the box), else the XDG one (a person)."""
    try:
        if given := environ.get(STATE) or environ.get("STATE_DIRECTORY", "").split(":")[0]:
            return Path(given).expanduser()
        base = Path(environ.get("XDG_STATE_HOME", ""))
        return (base if base.is_absolute() else Path.home() / ".local" / "state") / "fably"
    except RuntimeError as error:
        raise ConfigError(f"{STATE}: there is no such home directory ({error}); set it to a folder that Fably may write") from error


def load(flags: Mapping[str, str | bool | None], environ: Mapping[str, str] = os.environ, here: Path | None = None) -> Settings:
    """The settings of this run: `read` on what this machine has. `here` is the folder whose .env counts, else the current one."""
    state = state_directory(environ)
    files = [_file(state / "settings.env"), _file((here or Path()) / ".env")]
    return read(flags, [Layer("", environ), *files, Layer("", {STATE: str(state)})], _memory)


def _memory() -> int | None:
    from fably.memory.machine import machine_memory  # for those who leave the mode to us

    return machine_memory()
