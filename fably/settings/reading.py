"""Where settings come from: flag > environment > settings.env in the state directory > .env here > memory mode > default."""

import contextlib
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from fably.core.errors import ConfigError
from fably.core.types import Language
from fably.settings import saved
from fably.settings.declared import Settings
from fably.settings.fields import Field, fields_of, like, no_setting
from fably.settings.files import STATE, Layer, layer
from fably.settings.modes import MODES, SHORT, in_force
from fably.settings.together import check

PREFIX = "FABLY_"


def read(flags: Mapping[str, str | bool | None], layers: Sequence[Layer], memory: Callable[[], int | None] = lambda: None) -> Settings:
    """Build the settings from flags (by field name) and layers (by environment name, the strongest first). Pure.

    `memory` gives the machine's memory in bytes; it is asked where the memory mode is auto. An empty value counts as not given. Raises
    `ConfigError`, which names the flag or the variable, for an unknown FABLY_… name, for a value that does not fit, and for two that do
    not fit together.
    """
    known = {field.env: field for field in fields_of(Settings)}
    for one in layers:
        for name in one.values:
            if name.upper().startswith(PREFIX) and name not in known:
                raise _unknown(f"{one.where}{name}", name, known)
    mode = in_force(_modes_told(known.values(), flags, layers), memory)
    last = Layer(f"the mode {mode.name}: ", {env: MODES[mode.name].get(field.name) for env, field in known.items()}, "mode")
    chosen: dict[str, Any] = {}
    origins: dict[str, str] = {}
    places: dict[str, str] = {}
    for field in known.values():
        found = _find(field, flags, [*layers, last])
        if found is not None:
            chosen[field.name] = field.parse(*found[:2])
            origins[field.name], places[field.name] = found[1:]
    named = frozenset(name for name, value in flags.items() if value not in (None, "", False))
    about = {"flags": named, "mode": mode, "given": dict(flags), "origins": places}
    settings = Settings(**chosen | {"memory_mode": "auto" if mode.auto else mode.name} | about)
    check(settings, origins)
    return settings


def _unknown(place: str, name: str, known: Collection[str]) -> ConfigError:
    close = like(name.upper().removeprefix(PREFIX), [one.removeprefix(PREFIX) for one in known if one.startswith(PREFIX)])
    return no_setting(place, close and PREFIX + close, ".env.example")


def language_told(flag: str | None, environ: Mapping[str, str] = os.environ) -> Language:
    """The language that is set, wherever that is and whatever else is wrong there; it is for telling what."""
    env = "FABLY_LANGUAGE"
    places: list[Callable[[], Mapping[str, str | None]]] = [
        lambda: {env: flag}, lambda: environ, lambda: layer(state_directory(environ) / saved.NAME, saved.NAME).values,
        lambda: layer(Path(".env"), ".env").values,
    ]  # fmt: skip
    for place in places:
        with contextlib.suppress(ConfigError):
            told = (place().get(env) or "").strip()
            if told in get_args(Language):
                return "tr" if told == "tr" else "en"
    return "en"


def _modes_told(
    fields: Collection[Field], flags: Mapping[str, str | bool | None], layers: Sequence[Layer]
) -> Iterator[dict[str, tuple[object, str]]]:
    """What each place says about the memory mode, the strongest first."""
    about = [field for field in fields if field.name == "memory_mode" or field.name in SHORT]
    for given, places in [(flags, []), *(({}, [one]) for one in layers)]:
        found = {field.name: (field, _find(field, given, places)) for field in about}
        yield {name: (field.parse(*one[:2]), one[1]) for name, (field, one) in found.items() if one is not None}


def _find(field: Field, flags: Mapping[str, str | bool | None], layers: Sequence[Layer]) -> tuple[str, str, str] | None:
    """The text of a setting, what is said of where it stands, and what that place is called."""
    given = flags.get(field.name)
    if field.flag and given not in (None, "", False):
        return str(not field.default) if given is True else str(given), field.flag, "flag"
    for one in layers:
        text = (one.values.get(field.env) or "").strip()
        if text:
            return text, f"{one.where}{field.env}", one.place
    return None


def state_directory(environ: Mapping[str, str]) -> Path:
    """Where what Fably remembers is kept: as told, else systemd's state directory (the box), else the XDG one (a person)."""
    try:
        if given := environ.get(STATE) or environ.get("STATE_DIRECTORY", "").split(":")[0]:
            return Path(given).expanduser()
        base = Path(environ.get("XDG_STATE_HOME", ""))
        return (base if base.is_absolute() else Path.home() / ".local" / "state") / "fably"
    except RuntimeError as error:
        raise ConfigError(f"{STATE}: there is no such home directory ({error}); set it to a folder that Fably may write") from error


def load(
    flags: Mapping[str, str | bool | None],
    environ: Mapping[str, str] = os.environ,
    here: Path | None = None,
    *,
    complain: Callable[[str], None] | None = None,
    instead: Mapping[str, str | None] | None = None,
) -> Settings:
    """The settings of this run: `read` on what this machine has. `here` is the folder whose .env counts, else the current one.

    With `complain`, what makes no sense in settings.env is told to it and left out; else it is an error like any other. `instead`: what
    settings.env is to say, in the place of what it says.
    """
    state = state_directory(environ)
    path = state / saved.NAME
    if instead is not None:
        ours = Layer(f"{path}: ", instead, saved.NAME)
    else:
        ours = saved.patient(state, fields_of(Settings), complain) if complain else layer(path, saved.NAME)
    others = layer((here or Path()) / ".env", ".env"), Layer("", {STATE: str(state)}, "default")
    try:
        return read(flags, [Layer("", environ), ours, *others], _memory)
    except ConfigError as error:
        if complain is None or not ours.values:
            raise
        found = read(flags, [Layer("", environ), *others], _memory)  # which raises where the fault is another's
        complain(f"{error} (so nothing in {path} counts)")
        return found


def _memory() -> int | None:
    from fably.memory.machine import machine_memory  # for those who leave the mode to us

    return machine_memory()
