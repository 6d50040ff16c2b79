"""One setting: how it is declared in a dataclass, what may stand in it, and how it is read from text."""

import dataclasses
import re
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin
from urllib.parse import urlsplit

from fably.core.errors import ConfigError

YES, NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


def setting(
    default: object,
    doc: str,
    *,
    env: str | None = None,
    flag: bool = True,
    secret: bool = False,
    local: bool = False,
    low: float | None = None,
    high: float | None = None,
    unit: str = "",
) -> Any:
    """Declare a setting: `doc` is its sentence in --help, .env.example and the README.

    `env` is the name in the environment when it is not FABLY_ and the field's name; `flag=False` keeps it off the command line,
    which is where a secret must never be; `local` keeps it from whoever speaks to a running box; `low` and `high` are the least and
    the greatest value, both allowed; `unit` is for people.
    """
    meta = {"doc": doc, "env": env, "flag": flag and not secret, "low": low, "high": high, "unit": unit, "secret": secret, "local": local}
    return dataclasses.field(default=default, repr=not secret, metadata=meta)


@dataclass(frozen=True, slots=True)
class Field:
    """A declared setting, ready to be read, listed and explained."""

    name: str
    kind: type
    choices: tuple[str, ...]
    default: Any
    doc: str
    env: str
    flag: str | None
    group: str
    low: float | None
    high: float | None
    unit: str
    secret: bool
    local: bool

    def parse(self, text: str, origin: str) -> Any:
        """Turn `text` into the setting's value. Raises `ConfigError` naming `origin`, the place where the text was found."""
        if self.choices:
            if text in self.choices:
                return text
            close, all_of_them = like(text, self.choices), ", ".join(self.choices)
            hint = f"did you mean {close}?" if close else f"choose one of {all_of_them}"
            fault = ConfigError(f"{origin}: {text[:60]!r} is not known; {hint}")
            raise fault.of_kind("choice_like" if close else "choice", origin=origin, given=text[:60], like=close, choices=all_of_them)
        try:
            value = _READERS[self.kind](text)
        except ValueError:
            fault = ConfigError(f"{origin}: {text[:60]!r} is not {_NAMES[self.kind]}")
            raise fault.of_kind(f"not_{self.kind.__name__.lower()}", origin=origin, given=text[:60]) from None
        if (self.low is not None and value < self.low) or (self.high is not None and value > self.high):
            fault = ConfigError(f"{origin}: {text[:60]} is out of range; it {'goes from' if self.high is not None else 'is'} {self.bounds}")
            low, high = (None if one is None else self.shown(one) for one in (self.low, self.high))
            raise fault.of_kind("too_small" if high is None else "out_of_range", origin=origin, given=text[:60], low=low, high=high)
        return value

    @property
    def bounds(self) -> str:
        """What is allowed, for people: "2 to 12 years", "64M or more". Empty where anything is."""
        low, high = (None if one is None else self.shown(one) for one in (self.low, self.high))
        return f"{low} to {high} {self.unit}".rstrip() if high is not None else f"{low} or more" if low is not None else ""

    def shown(self, value: Any) -> str:
        """A value as it would be written into a file; nothing for None."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if self.kind in (Size, Duration) and value is not None:
            return str(self.kind(value))
        return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)

    @property
    def metavar(self) -> str:
        """What stands after the flag in --help."""
        if self.choices:
            return "|".join(self.choices)
        if self.low is not None and self.high is not None and self.kind is not Duration:
            return f"{self.shown(self.low)}..{self.shown(self.high)}"
        return {
            str: "TEXT",
            int: "NUMBER",
            float: "NUMBER",
            Path: "PATH",
            Url: "URL",
            ServiceUrl: "URL",
            Size: "SIZE",
            Duration: "TIME",
        }.get(self.kind, "")


def no_setting(given: str, close: str, lists: str) -> ConfigError:
    """What is wrong with a name that is `given` and no setting; `close` is the one that is most like it, else `lists` tells them all."""
    if close:
        return ConfigError(f"{given} is not a setting; did you mean {close}?").of_kind("no_setting_like", given=given, like=close)
    return ConfigError(f"{given} is not a setting; {lists} lists them").of_kind("no_setting", given=given)


def like(word: str, known: Sequence[str]) -> str:
    """The known one that is most like a mistyped `word`; empty where none is."""
    from difflib import get_close_matches  # 2 ms, and only for people who mistyped

    return next(iter(get_close_matches(word, known, 1)), "")


def _boolean(text: str) -> bool:
    if text.lower() in YES:
        return True
    if text.lower() in NO:
        return False
    raise ValueError(text)


def _finite(text: str) -> float:
    value = float(text)
    if value - value != 0:  # nan and the infinities are numbers to Python, and to nobody else
        raise ValueError(text)
    return value


def _path(text: str) -> Path:
    if "\0" in text:
        raise ValueError(text)
    try:
        return Path(text).expanduser()
    except RuntimeError as error:  # ~somebody who is not there
        raise ValueError(text) from error


class Url(str):
    """The address of a service. A password in it is not shown."""

    __slots__ = ()

    def __repr__(self) -> str:
        password = urlsplit(self).password
        return repr(str(self).replace(password, "…") if password else str(self))


def _url(text: str) -> Url:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0 or not text.isascii() or not text.isprintable():
        raise ValueError(text)  # as urlsplit itself does for a port that is none
    return Url(text)


class ServiceUrl(Url):
    """The address of a service that may speak the Wyoming protocol: tcp://host:port."""

    __slots__ = ()


def _service_url(text: str) -> ServiceUrl:
    if text.startswith("tcp://") and not urlsplit(text).port:
        raise ValueError(text)
    return ServiceUrl(_url(text.replace("tcp://", "http://", 1)) and text)


class Size(int):
    """A number of bytes."""

    def __str__(self) -> str:
        """As it is written in a setting: 50M."""
        units = ((10**9, "G"), (10**6, "M"), (10**3, "K"))
        return next((f"{self // size:d}{unit}" for size, unit in units if self and self % size == 0), f"{self:d}")


class Duration(float):
    """A number of seconds."""

    def __str__(self) -> str:
        """As it is written in a setting: 20m."""
        left, parts = round(self), ""
        for size, unit in _UNITS:
            parts += f"{left // size}{unit}" if left >= size else ""
            left %= size
        return parts or "0"


_UNITS = (3600, "h"), (60, "m"), (1, "s")
_DURATION = re.compile("(?:0|" + "".join(rf"(?:([0-9]{{1,5}}){unit})?" for _size, unit in _UNITS) + ")")


def _duration(text: str) -> Duration:
    found = _DURATION.fullmatch(text.lower())
    if not found or not text:
        raise ValueError(text)
    return Duration(sum(int(count or 0) * size for count, (size, _unit) in zip(found.groups(), _UNITS, strict=True)))


def _size(text: str) -> Size:
    number, unit = (text[:-1], text[-1:].upper()) if text[-1:].isalpha() else (text, "")
    value = float(number) * {"": 1, "K": 10**3, "M": 10**6, "G": 10**9}.get(unit, float("nan"))
    if not 0 <= value < 10**15:  # which also refuses what is no number
        raise ValueError(text)
    return Size(value)


_READERS: dict[type, Callable[[str], Any]] = {
    str: str, int: int, float: _finite, bool: _boolean, Path: _path, Url: _url,
    ServiceUrl: _service_url, Size: _size, Duration: _duration,
}  # fmt: skip
_NAMES = {
    int: "a whole number", float: "a number", bool: "yes or no", Path: "a path", Url: "an address such as http://homeserver:11434/v1",
    ServiceUrl: "an address such as http://homeserver:8880/v1 or tcp://homeserver:10200", Size: "a size such as 50M or 2G",
    Duration: "a time such as 90s, 20m or 1h",
}  # fmt: skip


def _kind(annotation: Any) -> tuple[type, tuple[str, ...]]:
    """The type to read, and the allowed words if there are only some; `X | None` is read as X."""
    if get_origin(annotation) in (Union, types.UnionType):
        annotation = next(part for part in get_args(annotation) if part is not type(None))
    if get_origin(annotation) is Literal:
        return str, get_args(annotation)
    return annotation, ()


@cache
def fields_of(settings: type) -> tuple[Field, ...]:
    """All settings of a dataclass, in the order of its groups: each base class is a group, named by its docstring."""
    groups = [(cls, (cls.__doc__ or "").strip()) for cls in reversed(settings.__mro__) if "__annotations__" in vars(cls)]
    group = {name: title for cls, title in groups for name in cls.__annotations__}
    found = []
    for field in dataclasses.fields(settings):
        if not field.metadata:
            continue  # what is known of the settings, and no setting itself
        kind, choices = _kind(field.type)
        meta = field.metadata
        flag = None
        if meta["flag"]:
            flag = f"--no-{field.name}" if kind is bool and field.default else f"--{field.name}"
            flag = flag.replace("_", "-")
        found.append(
            Field(
                field.name, kind, choices, field.default, meta["doc"], meta["env"] or f"FABLY_{field.name.upper()}", flag,
                group[field.name], meta["low"], meta["high"], meta["unit"], meta["secret"], meta["local"],
            )
        )  # fmt: skip
    order = [title for _cls, title in groups]
    return tuple(sorted(found, key=lambda one: order.index(one.group)))
