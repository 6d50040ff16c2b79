"""The password of the page: what is kept of it is a hash that takes its time to compute."""

import base64
import contextlib
import hashlib
import hmac
import secrets
import unicodedata
from pathlib import Path

from fably.core.errors import ConfigError
from fably.core.parts import written

SHORTEST, LONGEST = 8, 200
"""Characters of a password."""
COST, BLOCK, LANES = 2**14, 8, 1
"""Of scrypt: 16 MB and 50 ms of x86 for each try, ten times that on a Pi."""


def hashed(password: str) -> str:
    """What may be kept of `password`: scrypt's numbers, a salt of its own, and the hash."""
    salt = secrets.token_bytes(16)
    return "$".join(["scrypt", str(COST), str(BLOCK), str(LANES), *map(_text, (salt, _scrypt(password, salt, COST, BLOCK, LANES)))])


def fits(password: str, kept: str) -> bool:
    """Whether `kept` was made of `password`. What makes no sense fits nothing."""
    kind, _, rest = kept.strip().partition("$")
    try:
        cost, block, lanes, salt, digest = rest.split("$")
        if kind != "scrypt" or not len(password) <= LONGEST or int(cost) * int(block) > COST * BLOCK * 8:
            return False
        made = _scrypt(password, base64.b64decode(salt), int(cost), int(block), int(lanes))
        return hmac.compare_digest(made, base64.b64decode(digest))
    except ValueError:
        return False


def _scrypt(password: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    same = unicodedata.normalize("NFKC", password)  # two keyboards may spell a ğ differently
    return hashlib.scrypt(same.encode(errors="replace"), salt=salt, n=cost, r=block, p=lanes, maxmem=2**28, dklen=32)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


class Password:
    """The password that is kept in `file`, if there is one."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @property
    def is_set(self) -> bool:
        return bool(self._kept())

    def fits(self, password: str) -> bool:
        """Whether this is the password. Takes its time."""
        kept = self._kept()
        return bool(kept) and fits(password, kept)

    def set(self, password: str) -> None:
        """Keep another one. Raises `ConfigError`: it is too short or too long, or it cannot be kept."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise ConfigError(f"a password has {SHORTEST} to {LONGEST} characters; choose another one")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with written(self._file) as part:
                part.chmod(0o600)
                part.write_text(hashed(password) + "\n", encoding="utf-8")
        except OSError as error:
            raise ConfigError(f"the password cannot be kept in {self._file}: {error.strerror or error}") from error

    def _kept(self) -> str:
        with contextlib.suppress(OSError, ValueError):
            return self._file.read_text(encoding="utf-8").strip()
        return ""
