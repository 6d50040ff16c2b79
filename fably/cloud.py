"""One door to all OpenAI-compatible services: a shared connection pool, and their errors in our words.

Model, voice and (later) recogniser use it alike. It belongs to one event loop, as every async client does.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from fably.core.errors import (
    AuthenticationFailed,
    ModelRetired,
    ProviderError,
    ProviderTimeout,
    ProviderUnavailable,
    QuotaExceeded,
)

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

T = TypeVar("T")
OPENAI = "https://api.openai.com/v1"


class Cloud:
    """Makes clients that share connections and certificates, which would cost each 40 ms and 2 MB of its own."""

    def __init__(self, connect_seconds: float) -> None:
        self._connect_seconds = connect_seconds
        self._pools: dict[str, httpx2.AsyncClient] = {}

    def client(self, url: str | None, key: str | None) -> AsyncOpenAI:
        """A client for the service at `url` (OpenAI itself when None). Imports `openai`: call it in a thread. Raises `ProviderError`.

        Retries and deadlines are the callers' business (`providers/deadlines.py`), so the client has none but for connecting.
        """
        if not (key or "").isascii():
            raise AuthenticationFailed(f"the key for {place(url)} has letters that no key has; check OPENAI_API_KEY")
        from openai import AsyncOpenAI

        scheme = urlsplit(url or OPENAI).scheme
        try:
            pool = self._pools.get(scheme) or self._pools.setdefault(scheme, self._pool(scheme))
        except (OSError, ImportError, ValueError) as error:  # certificates that are not there, a proxy of a kind that is not installed
            raise ProviderUnavailable(f"no connection to {place(url)} can be made: {_cause(error)}") from error
        # a home server wants no key, but the client insists on one
        return AsyncOpenAI(base_url=url or OPENAI, api_key=key or "none", max_retries=0, timeout=pool.timeout, http_client=pool)

    def _pool(self, scheme: str) -> httpx2.AsyncClient:
        import ssl

        import httpx2

        patience = httpx2.Timeout(None, connect=self._connect_seconds)
        if scheme == "https":
            return httpx2.AsyncClient(timeout=patience, follow_redirects=True)
        # Reading the system's certificates takes 40 ms, and a home server without TLS needs none. Should it send us to one with TLS,
        # this context trusts nobody, so that fails instead of being insecure.
        return httpx2.AsyncClient(timeout=patience, follow_redirects=True, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))

    async def aclose(self) -> None:
        for pool in self._pools.values():
            await pool.aclose()


async def read(answer: AsyncIterator[T], close: Callable[[], Awaitable[None]]) -> AsyncGenerator[T, None]:
    """The items of a client's `answer`. When the reader leaves early, the answer is closed and then read to where it breaks.

    The client builds its streams of generators that read from generators, and closes none of the inner ones. Left alone they are
    finalised by the garbage collector, in tasks of their own and with noise on standard error; read once more, each of them ends.
    """
    try:
        async for item in answer:
            yield item
    finally:
        await close()
        with contextlib.suppress(Exception):
            while True:
                await anext(answer)


@contextlib.contextmanager
def translated(where: str, model: str) -> Iterator[None]:
    """Turn what the client raises into our errors, each one sentence that says what to do. `where` names the service."""
    import httpx2
    import openai

    try:
        yield
    except openai.AuthenticationError as error:
        raise AuthenticationFailed(f"{where} does not accept the key; check OPENAI_API_KEY") from error
    except openai.PermissionDeniedError as error:
        raise AuthenticationFailed(f"{where} does not allow this key to use {model!r}: {_reason(error)}") from error
    except openai.NotFoundError as error:
        raise ModelRetired(f"{where} does not have {model!r}: {_reason(error)}; choose another model or check the address") from error
    except openai.RateLimitError as error:
        raise QuotaExceeded(f"{where} wants no more requests for now: {_reason(error)}") from error
    except openai.APITimeoutError as error:
        raise ProviderTimeout(f"{where} cannot be reached: no connection in time") from error
    except openai.APIConnectionError as error:
        # the client calls it that, too, when a connection is lost in the middle of an answer
        lost = isinstance(error.__cause__, (httpx2.RemoteProtocolError, httpx2.ReadError))
        raise ProviderUnavailable(f"{where} {'broke off' if lost else 'cannot be reached'}: {_cause(error)}") from error
    except openai.APIStatusError as error:
        raise ProviderUnavailable(f"{where} failed with status {error.status_code}: {_reason(error)}") from error
    except (openai.OpenAIError, httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL) as error:
        raise ProviderUnavailable(f"{where} broke off: {_cause(error)}") from error
    except (ValueError, TypeError, AttributeError, LookupError) as error:
        # half a JSON line, or JSON of another shape: the client hands these on as they come
        if isinstance(error, ProviderError):
            raise
        raise ProviderUnavailable(f"{where} gave an answer that makes no sense ({type(error).__name__})") from error


def _reason(error: object) -> str:
    """What the service itself says, short enough for one line."""
    body = getattr(error, "body", None)
    said = body.get("message") if isinstance(body, dict) else None
    return " ".join(str(said or "no reason given").split())[:160]


def _cause(error: BaseException) -> str:
    return " ".join(str(error.__cause__ or error).split())[:160] or type(error).__name__


def is_openai(url: str | None) -> bool:
    """Whether the service is OpenAI itself, and no other that speaks its protocol."""
    return urlsplit(url or OPENAI).hostname == urlsplit(OPENAI).hostname


def place(url: str | None) -> str:
    """A service's name for messages: its host, without path, user or password."""
    parts = urlsplit(url or OPENAI)
    if is_openai(url):
        return "OpenAI"
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
