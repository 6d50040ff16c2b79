"""What --debug shows, without a secret in it: what a service says of a key may well quote it."""

import contextlib
import logging
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

from fably.core.secrecy import without
from fably.kept_lines import NAME, Kept
from fably.settings import Settings, Url, fields_of


def start(settings: Settings) -> None:
    """Show what Fably logs on standard error, with times."""
    logging.basicConfig(handlers=[handler(settings, sys.stderr)])
    logging.getLogger("fably").setLevel(logging.DEBUG)


@contextlib.contextmanager
def kept(state: Path, secrets: Sequence[str] = ()) -> Iterator[None]:
    """Until the block ends, keep what is logged in the directory `state`, through crashes and power cuts, without `secrets`, for
    `fably doctor`. A fault that ends the block is logged."""
    logger = logging.getLogger("fably")
    keeper = Kept(state / NAME)
    keeper.setFormatter(_Discreet(secrets, "%(name)s: %(message)s"))
    shown = logging.lastResort if not logger.hasHandlers() else None  # which Python leaves out where there is another handler
    handlers = [keeper, shown] if shown is not None else [keeper]
    level = logger.level
    if logger.getEffectiveLevel() > logging.INFO:
        logger.setLevel(logging.INFO)
    for one in handlers:
        logger.addHandler(one)
    try:
        yield
    except Exception:
        logger.info("it ends by a fault", exc_info=True)  # whoever called shows it; a warning would show it twice
        raise
    finally:
        for one in handlers:
            logger.removeHandler(one)
        logger.setLevel(level)
        keeper.close()


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
    def __init__(self, secrets: Sequence[str], form: str = "%(relativeCreated)7.0f ms  %(name)s: %(message)s") -> None:
        super().__init__(form)
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        shown = super().format(record)  # tracebacks too
        for secret in self._secrets:
            shown = without(secret, shown)
        return shown
