"""The connections of one event loop, shared by all who speak to a service. It belongs to that loop, as every async client does."""

from __future__ import annotations

import contextlib
import re
from importlib import import_module
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fably.cloud.service import OPENAI_KEY, Service
from fably.core.errors import AuthenticationFailed, ProviderUnavailable
from fably.memory.lazily import lazily

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import httpx2
    from openai import AsyncOpenAI

LARGEST_ANSWER = 8_000_000
"""Bytes of one answer: ten times the speech of our longest passage. A server gone mad must not fill the memory of a Pi."""
_PACKED = re.compile(r"gzip|deflate|br|zstd|compress", re.IGNORECASE)


class Cloud:
    """Makes clients that share connections and certificates, which would cost each 40 ms and 2 MB of its own.

    Retries and deadlines are the callers' business (`providers/`), so a client has none but for connecting.
    """

    def __init__(self, connect_seconds: float) -> None:
        self.connect_seconds = connect_seconds
        self._pools: dict[str, httpx2.AsyncClient] = {}

    def http(self, service: Service) -> httpx2.AsyncClient:
        """Plain HTTP for `service`. Imports `httpx2`: call it in a thread. Raises `ProviderError`."""
        check_key(service)
        import httpx2

        scheme = urlsplit(service.url).scheme
        try:
            return self._pools.get(scheme) or self._pools.setdefault(scheme, self._pool(scheme))
        # certificates that are not there, a proxy that is of a kind that is not installed or whose address is none
        except (OSError, ImportError, ValueError, httpx2.InvalidURL) as error:
            said = f"no connection to {service.place} can be made: {unmade(error)}"
            raise ProviderUnavailable(said, retryable=False, place=service.place, kind="no_connection") from error

    def client(self, service: Service) -> AsyncOpenAI:
        """A client of the OpenAI protocol for `service`. Imports `openai`: call it in a thread. Raises `ProviderError`."""
        check_key(service)
        lazily("openai.types")
        from openai import AsyncOpenAI

        pool = self.http(service)
        # a home server wants no key, but the client insists on one
        key = service.key or "none"
        client = AsyncOpenAI(base_url=service.url, api_key=key, max_retries=0, timeout=pool.timeout, http_client=pool)
        if service.key_name != OPENAI_KEY:
            # OPENAI_ORG_ID, OPENAI_PROJECT_ID and OPENAI_CUSTOM_HEADERS, which the client reads by itself, go where that key goes
            client.organization = client.project = None
            client._custom_headers = {}
        return client

    def _pool(self, scheme: str) -> httpx2.AsyncClient:
        import ssl

        import httpx2

        with contextlib.suppress(ImportError):
            import_module("anyio._backends._asyncio")  # else the first request imports it, and the loop stands still meanwhile
        # Reading the system's certificates takes 40 ms, and a home server without TLS needs none. Should it send us to one with TLS,
        # this context trusts nobody, so that fails instead of being insecure.
        verify = True if scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        return httpx2.AsyncClient(
            timeout=httpx2.Timeout(None, connect=self.connect_seconds),
            follow_redirects=True,
            verify=verify,
            headers={"Accept-Encoding": "identity"},  # what is packed has no size that could be bounded, and costs a Pi more than it saves
            event_hooks={"response": [_bounded]},
        )

    async def aclose(self) -> None:
        for pool in self._pools.values():
            await pool.aclose()


def check_key(service: Service) -> None:
    """Raise `AuthenticationFailed` for a key that cannot even be sent."""
    key = service.key or ""
    if not key.isascii() or not key.isprintable():
        said = f"the key for {service.place} has letters that no key has; check {service.key_name}"
        raise AuthenticationFailed(said, place=service.place, kind="key_odd", detail=service.key_name)


def unmade(error: Exception) -> str:
    """Why there cannot be any connection, in our words."""
    if isinstance(error, OSError):
        return "the certificates that this machine trusts cannot be read; check SSL_CERT_FILE and SSL_CERT_DIR"
    if isinstance(error, ImportError):
        return "a SOCKS proxy needs the package socksio; install it, or name a proxy that begins with http://"
    return "the address of the proxy is none; check HTTP_PROXY, HTTPS_PROXY and ALL_PROXY"


async def _bounded(response: httpx2.Response) -> None:
    """Let a response be read as far as `LARGEST_ANSWER` and no farther. One that is packed, unasked, is none: it may become a
    thousand times as much."""
    import httpx2

    if _PACKED.search(response.headers.get("content-encoding", "")):
        raise httpx2.DecodingError("its answer is packed, though nobody asked for that")

    class Bounded(httpx2.AsyncByteStream):
        def __init__(self, stream: httpx2.AsyncByteStream) -> None:
            self._stream = stream

        async def __aiter__(self) -> AsyncGenerator[bytes, None]:
            count = 0
            async for piece in self._stream:
                count += len(piece)
                if count > LARGEST_ANSWER:
                    raise httpx2.ReadError(f"its answer is longer than {LARGEST_ANSWER // 1_000_000} MB")
                yield piece

        async def aclose(self) -> None:
            await self._stream.aclose()

    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = Bounded(response.stream)
