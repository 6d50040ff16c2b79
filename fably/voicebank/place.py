"""Where voices are fetched from, and the connection to it: the official place over HTTPS, or a copy of it at home."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from fably.cloud import Service
from fably.cloud.connections import unmade
from fably.core.errors import ConfigError, ProviderUnavailable

if TYPE_CHECKING:
    import httpx2

OFFICIAL = "https://huggingface.co/rhasspy/piper-voices/resolve/main"


@dataclass(frozen=True)
class Place:
    """`url` is the address below which voices.json lies."""

    url: str = OFFICIAL

    def __post_init__(self) -> None:
        """Raises `ConfigError` for an address that is none."""
        try:
            parts = urlsplit(self.url)
            good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            good = False
        if not good or not self.url.isascii() or not self.url.isprintable():
            raise ConfigError(f"--from: {self.url[:60]!r} is not an address such as http://homeserver:8000/piper-voices")

    @property
    def service(self) -> Service:
        return Service(self.url)

    def at(self, path: str) -> str:
        """The address of a file."""
        return f"{self.url.rstrip('/')}/{quote(path)}"

    def client(self, connect_seconds: float) -> httpx2.AsyncClient:
        """A connection to it. Imports `httpx2`: call it in a thread. Raises `ProviderUnavailable`."""
        import httpx2

        try:
            return httpx2.AsyncClient(
                timeout=httpx2.Timeout(None, connect=connect_seconds),
                follow_redirects=True,
                headers={"Accept-Encoding": "identity"},  # or else its size says nothing
                event_hooks={"request": [self._may_be_asked]},
            )
        # certificates that are not there, a proxy that is of a kind that is not installed or whose address is none
        except (OSError, ImportError, ValueError, httpx2.InvalidURL) as error:
            raise ProviderUnavailable(f"no connection to {self.service.place} can be made: {unmade(error)}", retryable=False) from error

    async def _may_be_asked(self, request: httpx2.Request) -> None:
        """Follow to other addresses with https only; a copy at home may stay at home."""
        at_home = self.url.startswith("http://") and request.url.host == urlsplit(self.url).hostname
        if request.url.scheme != "https" and not at_home:
            where = self.service.place
            raise ProviderUnavailable(f"{where} sends us on to {request.url.host} without https, where nobody goes", retryable=False)
