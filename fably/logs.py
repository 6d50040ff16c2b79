"""What --debug shows, without a secret in it: what a service says of a key may well quote it."""

import logging
import sys
from typing import TextIO
from urllib.parse import urlsplit

from fably.core.secrecy import without
from fably.settings import Settings, Url, fields_of


def start(settings: Settings) -> None:
    """Show what Fably logs on standard error, with times."""
    logging.basicConfig(handlers=[handler(settings, sys.stderr)])
    logging.getLogger("fably").setLevel(logging.DEBUG)


def handler(settings: Settings, stream: TextIO) -> logging.Handler:
    """Writes to `stream` what is logged, without the secrets of the settings."""
    made = logging.StreamHandler(stream)
    made.setFormatter(_Discreet(secrets_of(settings)))
    return made


def secrets_of(settings: Settings) -> list[str]:
    """The keys that are set, and the passwords in addresses; long ones first, for one may be a part of another."""
    found = []
    for field in fields_of(Settings):
        value = getattr(settings, field.name)
        if value and field.secret:
            found.append(str(value))
        if isinstance(value, Url):
            found.append(urlsplit(value).password or "")
    return sorted(filter(None, found), key=len, reverse=True)


class _Discreet(logging.Formatter):
    def __init__(self, secrets: list[str]) -> None:
        super().__init__("%(relativeCreated)7.0f ms  %(name)s: %(message)s")
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        shown = super().format(record)  # tracebacks too
        for secret in self._secrets:
            shown = without(secret, shown)
        return shown
