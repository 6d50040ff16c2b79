"""One door to all OpenAI-compatible services: a shared connection pool, and their errors in our words.

Model, voice and (later) recogniser use it alike. It belongs to one event loop, as every async client does.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fably.core.errors import (
    AuthenticationFailed,
    ConfigError,
    ModelRetired,
    ProviderError,
    ProviderTimeout,
    ProviderUnavailable,
    QuotaExceeded,
)

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

OPENAI = "https://api.openai.com/v1"


class Cloud:
    """Makes clients that share one pool of connections and one set of certificates (2 MB and 20 ms each, otherwise)."""

    def __init__(self, connect_seconds: float) -> None:
        self._connect_seconds = connect_seconds
        self._pool: httpx2.AsyncClient | None = None

    def client(self, url: str | None, key: str | None) -> AsyncOpenAI:
        """A client for the service at `url` (OpenAI itself when None). Imports `openai`: call it in a thread.

        Retries and deadlines are the callers' business (`providers/deadlines.py`), so the client has none but for connecting.
        """
        if url is not None and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
            raise ConfigError(f"{url!r} is not an address; it should look like http://homeserver:11434/v1")
        import httpx2
        from openai import AsyncOpenAI

        if self._pool is None:
            patience = httpx2.Timeout(None, connect=self._connect_seconds)
            self._pool = httpx2.AsyncClient(timeout=patience, follow_redirects=True)
        # a home server wants no key, but the client insists on one
        return AsyncOpenAI(base_url=url or OPENAI, api_key=key or "none", max_retries=0, timeout=self._pool.timeout, http_client=self._pool)

    async def aclose(self) -> None:
        if self._pool is not None:
            await self._pool.aclose()




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
        raise ProviderUnavailable(f"{where} cannot be reached: {_cause(error)}") from error
    except openai.APIStatusError as error:
        raise ProviderUnavailable(f"{where} failed with status {error.status_code}: {_reason(error)}") from error
    except (openai.OpenAIError, httpx2.HTTPError, httpx2.StreamError) as error:
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


def place(url: str | None) -> str:
    """A service's name for messages: its host, without path, user or password."""
    parts = urlsplit(url or OPENAI)
    if parts.hostname == "api.openai.com":
        return "OpenAI"
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
