"""Who is logged in. It outlives the page, which leaves when nobody looks: a browser that has been let in once comes in again."""

import contextlib
import hashlib
import json
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from fably.core.parts import written

LIFE = 30 * 86_400.0
"""Seconds after which somebody has to log in again."""
MOST = 32
"""Sessions at once; the oldest gives way. A family has fewer browsers."""


class Sessions:
    """The sessions that are kept in `file`: of each a hash and when it ends, so that the file lets nobody in.

    Where the file cannot be written, they last as long as the page. `now` is the time of day in seconds.
    """

    def __init__(self, file: Path, now: Callable[[], float] = time.time) -> None:
        self._file, self._now = file, now
        self._ends: dict[str, float] = {}
        self._seen = -1
        self._refresh()

    def begin(self) -> str:
        """Let somebody in; gives the secret by which their browser is known again."""
        self._refresh()
        token = secrets.token_urlsafe(32)
        self._ends[_hash(token)] = self._now() + LIFE
        self._keep()
        return token

    def knows(self, token: str) -> bool:
        """Whether this is the secret of a session that has not ended."""
        self._refresh()
        ends = self._ends.get(_hash(token), 0.0) if token else 0.0
        return 0.0 <= ends - self._now() <= LIFE  # a clock that was years ahead when it began lets nobody stay for years

    def end(self, token: str) -> None:
        """Log out."""
        if self._ends.pop(_hash(token), None) is not None:
            self._keep()

    def end_all(self) -> None:
        """Log everybody out."""
        self._ends.clear()
        self._keep()

    def _keep(self) -> None:
        now = self._now()
        lasting = sorted(((ends, name) for name, ends in self._ends.items() if ends > now), reverse=True)[:MOST]
        self._ends = {name: ends for ends, name in lasting}
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with written(self._file) as part:
                part.chmod(0o600)
                part.write_text(json.dumps(self._ends), encoding="utf-8")
            self._seen = self._file.stat().st_mtime_ns

    def _refresh(self) -> None:
        """Read the file, if somebody else has written it: `fably web password` logs everybody out."""
        with contextlib.suppress(OSError):
            if self._seen != (changed := self._file.stat().st_mtime_ns):
                self._seen, self._ends = changed, self._read()

    def _read(self) -> dict[str, float]:
        with contextlib.suppress(OSError, ValueError):
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            if isinstance(kept, dict):
                return {str(name): float(ends) for name, ends in kept.items() if isinstance(ends, int | float)}
        return {}


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
