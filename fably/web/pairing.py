"""Letting somebody in who can hear the box: it says six digits, and they type them."""

import contextlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fably.core.errors import FablyError
from fably.core.parts import written

DIGITS = 6
TRIES = 3
LIFE = 180.0
"""Seconds for which a code is good."""
DAY = 86_400.0
MOST = 10
"""Codes a day. Who guesses at all of them is let in once in 33 333 days, and somebody hears the box say them."""


class TooManyCodes(FablyError):
    """No more codes are said today."""


@dataclass
class _Code:
    digits: str
    ends: float
    tries: int = 0


class Pairing:
    """The code that is being waited for, at most one; a new one takes the place of the one before. How many there were is kept in `file`,
    for the page comes and goes. `now` is the time of day in seconds."""

    def __init__(self, file: Path, now: Callable[[], float] = time.time) -> None:
        self._file, self._now = file, now
        self._code: tuple[str, _Code] | None = None

    def begin(self) -> tuple[str, str]:
        """A new code: who asked for it is known by the first of the two, and the second is for the box to say. Raises `TooManyCodes`."""
        now = self._now()
        said = [one for one in self._said() if abs(now - one) < DAY]
        if len(said) >= MOST:
            raise TooManyCodes("the box has said enough codes for today")
        self._keep([*said, now])
        code = _Code(f"{secrets.randbelow(10**DIGITS):0{DIGITS}}", now + LIFE)
        asker = secrets.token_urlsafe(16)
        self._code = (asker, code)
        return asker, code.digits

    def take_back(self) -> None:
        """The last code has not been said: it is good for nothing, and does not count."""
        self._code = None
        self._keep(self._said()[:-1])

    def waits_for(self, asker: str) -> bool:
        """Whether the code that `asker` asked for is still good."""
        return self._of(asker) is not None

    def fits(self, asker: str, digits: str) -> bool:
        """Whether `asker` has heard the code. It is good for one visit, and for three tries."""
        code = self._of(asker)
        if code is None:
            return False
        code.tries += 1
        right = hmac.compare_digest("".join(one for one in digits if one in "0123456789").encode(), code.digits.encode())
        if right or code.tries >= TRIES:
            self._code = None
        return right

    def _of(self, asker: str) -> _Code | None:
        if self._code is None or not hmac.compare_digest(self._code[0].encode(), asker.encode(errors="replace")):
            return None
        code = self._code[1]
        return code if 0.0 < code.ends - self._now() <= LIFE else None

    def _said(self) -> list[float]:
        with contextlib.suppress(OSError, ValueError):
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            return [float(one) for one in kept if isinstance(one, int | float)] if isinstance(kept, list) else []
        return []

    def _keep(self, said: list[float]) -> None:
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with written(self._file) as part:
                part.chmod(0o600)
                part.write_text(json.dumps(said), encoding="utf-8")
