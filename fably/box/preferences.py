"""The settings of a running box, for whoever looks at them from afar: listed without what is secret, and changed for the next start."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from fably.control.protocol import Refused
from fably.core.errors import ConfigError
from fably.faults import sentence
from fably.settings import Field, Settings, Url, fields_of, load, saved
from fably.settings.saved import change
from fably.texts import text

KINDS: Mapping[type, str] = {bool: "yes_no", int: "whole", float: "number"}
"""What a value is, for a page that asks for it; all others are text, and choice where there are only some."""
LONGEST = 2000  # characters of a value
Check = Callable[[Settings, Settings, Collection[str]], None]
"""Is given the settings before and after a change, and the names of those that it sets."""
ENDS = 12
"""Characters from which on the end of a secret tells nothing about the rest."""


@dataclass(frozen=True)
class Saved:
    """What a change comes to."""

    restart: list[str]
    """Those that the running box has otherwise."""
    overruled: dict[str, str]
    """Those that something stronger sets, and what that is."""


class Preferences:
    """The settings of the box that began with `settings`. `check` raises `ConfigError` for a change that is not to
    be."""

    def __init__(self, settings: Settings, check: Check = lambda _before, _then, _changed: None) -> None:
        self._settings, self._check = settings, check
        self._fields = {field.name: field for field in fields_of(Settings) if not field.local}

    def listed(self) -> tuple[list[dict[str, object]], list[str]]:
        """All that can be set, as it is set now, and what in settings.env makes no sense. Blocks. Raises `Refused`."""
        complaints: list[str] = []
        now = self._load(complaints.append)
        return [self._about(field, now) for field in self._fields.values()], complaints

    def _about(self, field: Field, now: Settings) -> dict[str, object]:
        value, running = getattr(now, field.name), getattr(self._settings, field.name)
        about: dict[str, object] = {
            "name": field.name, "env": field.env, "group": field.group,
            "kind": "choice" if field.choices else KINDS.get(field.kind, "text"),
            "default": _plain(field, field.default), "choices": list(field.choices),
            "low": _plain(field, field.low), "high": _plain(field, field.high), "unit": field.unit, "help": field.doc,
            "secret": field.secret, "origin": now.origins.get(field.name, "default"), "waits": value != running,
        }  # fmt: skip
        if field.secret:
            return {**about, "set": value is not None, "ends": value[-2:] if value is not None and len(value) >= ENDS else ""}
        return {**about, "value": _plain(field, value)}

    def change(self, values: Mapping[str, object]) -> Saved:
        """Check the values and save them, all or none. Blocks. Raises `Refused`."""
        changes = {self._field(name).env: self._text(name, value) for name, value in values.items()}
        try:
            change(self._settings.state, changes, partial(self._whole, set(values)))
        except ConfigError as error:
            raise self._wrong(error) from error
        now = self._load(lambda _complaint: None)
        places = {name: now.origins.get(name, "default") for name in values}
        return Saved(
            restart=[name for name in values if getattr(now, name) != getattr(self._settings, name)],
            overruled={name: place for name, place in places.items() if place in ("flag", "environment")},
        )

    def _field(self, name: str) -> Field:
        if name not in self._fields:
            known = any(name == field.name for field in fields_of(Settings))
            key = "local_setting" if known else "unknown_setting"
            raise Refused("wrong_setting", text(self._settings.language, f"control.{key}", name=name[:40]))
        return self._fields[name]

    def _text(self, name: str, value: object) -> str | None:
        """What the file is to say; None where nothing."""
        said = _said(value).strip()
        if not said:
            return None
        if not said.isprintable() or len(said) > LONGEST:  # a line that begins inside a value would be a setting of its own
            raise Refused("wrong_setting", text(self._settings.language, "control.unwritable", name=name))
        try:
            self._field(name).parse(said, name)
        except ConfigError as error:
            raise self._wrong(error) from error
        return said

    def _whole(self, changed: Collection[str], values: Mapping[str, str | None]) -> None:
        """See that a box could begin with such a file. What made no sense in it before is no reason against a change."""
        known = saved.sensible(self._settings.state / saved.NAME, values, fields_of(Settings), lambda _complaint: None)
        self._check(self._load(lambda _complaint: None), load(self._settings.given, instead=known), changed)

    def _load(self, complain: Callable[[str], None]) -> Settings:
        try:
            return load(self._settings.given, complain=complain)
        except ConfigError as error:  # in the environment, or in .env
            raise self._wrong(error) from error

    def _wrong(self, error: ConfigError) -> Refused:
        return Refused("wrong_setting", sentence(self._settings.language, error))


def _said(value: object) -> str:
    """A value from JSON, as it would be typed."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _plain(field: Field, value: Any) -> object:
    """A value as JSON has it. A password in an address is secret too."""
    if isinstance(value, Url) and (password := urlsplit(value).password):
        return str(value).replace(f":{password}@", ":…@")
    return value if value is None or type(value) in (bool, int, float) else field.shown(value)
