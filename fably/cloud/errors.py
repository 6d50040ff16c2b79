"""What clients raise, in our words: each one sentence that says what to do, and none with a key in it."""

import contextlib
import json
import math
import re
from collections.abc import Iterator, Mapping

from fably.cloud.service import Service
from fably.core.errors import (
    AuthenticationFailed,
    ModelRetired,
    ProviderError,
    ProviderTimeout,
    ProviderUnavailable,
    QuotaExceeded,
)

_RETRYABLE = {408, 409, 425, 500, 502, 503, 504, 529}
_EMPTY_ACCOUNT = re.compile(r"insufficient_quota|quota_exceeded|billing|balance|credit", re.IGNORECASE)
_NO_SUCH_KEY = re.compile(r"API_KEY_INVALID|API key (?:not valid|expired)", re.IGNORECASE)  # Google says 400 to a wrong key
_KEYS = re.compile(r"\b(?:(?:sk|pk|rk|xi)[-_]|AIza)[\w*.-]{8,}", re.IGNORECASE)


@contextlib.contextmanager
def translated(service: Service, model: str) -> Iterator[None]:
    """Turn what the `openai` client raises into our errors."""
    import openai

    with http_translated(service):
        try:
            yield
        except openai.APITimeoutError as error:
            raise ProviderTimeout(f"{service.place} cannot be reached: no connection in time") from error
        except openai.APIConnectionError as error:
            raise _unreachable(service, error.__cause__ or error) from error
        except openai.APIStatusError as error:
            raise refused(service, model, error.status_code, error.body, error.response.headers) from error
        except openai.APIError as error:  # an error in the middle of a stream
            raise ProviderUnavailable(f"{service.place} broke off: {_scrubbed(service, error.message)}") from error
        except openai.OpenAIError as error:
            raise ProviderUnavailable(f"{service.place} broke off: {_scrubbed(service, str(error))}") from error


@contextlib.contextmanager
def http_translated(service: Service) -> Iterator[None]:
    """Turn what `httpx2` raises, and what reading an answer of an odd shape raises, into our errors."""
    import httpx2

    try:
        yield
    except httpx2.ConnectTimeout as error:
        raise ProviderTimeout(f"{service.place} cannot be reached: no connection in time") from error
    except (httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL) as error:
        raise _unreachable(service, error) from error
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        # half a JSON line, JSON of another shape or too deep: the client hands these on as they come
        if isinstance(error, ProviderError):
            raise
        what = f"gave an answer that makes no sense ({type(error).__name__})"
        raise ProviderUnavailable(f"{service.place} {what}", retryable=False) from error


def refused(service: Service, model: str, status: int, body: object, headers: Mapping[str, str]) -> ProviderError:
    """The error for an answer with an HTTP `status` of 400 or more. `body` is what the service says of it: parsed, text or bytes."""
    place, why = service.place, said(service, body)
    if status == 401 or (status == 400 and _NO_SUCH_KEY.search(str(body))):
        return AuthenticationFailed(f"{place} does not accept the key; check {service.key_name}")
    if status == 403:
        return AuthenticationFailed(f"{place} does not allow this key to use {model!r}: {why}")
    if status in (404, 410):
        return ModelRetired(f"{place} does not have {model!r}: {why}; choose another model or check the address")
    if status in (402, 429):
        empty = status == 402 or bool(_EMPTY_ACCOUNT.search(str(body)))
        what = "wants no more requests from this account" if empty else "wants no more requests for now"
        return QuotaExceeded(f"{place} {what}: {why}", retryable=not empty, after=_seconds(headers))
    return ProviderUnavailable(f"{place} failed with status {status}: {why}", retryable=status in _RETRYABLE, after=_seconds(headers))


def broken_off(service: Service, body: object) -> ProviderError:
    """The error for what a service says in the middle of its answer."""
    return ProviderUnavailable(f"{service.place} broke off: {said(service, body)}")


def reason(body: object) -> str:
    """What a service says in the body of an error, whichever of the usual shapes it has; in one line."""
    if isinstance(body, bytes):
        body = body.decode("utf-8", "replace")
    if isinstance(body, str):
        with contextlib.suppress(ValueError, RecursionError):
            body = json.loads(body)
    for name in ("error", "detail", "message", "msg"):  # OpenAI and Google, FastAPI and ElevenLabs, everybody else
        if isinstance(body, list) and body:
            body = body[0]
        if isinstance(body, dict) and body.get(name):
            body = body[name]
    # cut by whoever shows it, and not before keys are looked for: the half of one would not be found
    return " ".join(body.split()) if isinstance(body, str) and not body.lstrip().startswith("<") else "no reason given"


def said(service: Service, body: object) -> str:
    """What an answer that makes no sense says of itself, in one short line without a key."""
    return _scrubbed(service, reason(body))


def _unreachable(service: Service, error: BaseException) -> ProviderError:
    """The error for a connection that was not made, or was lost."""
    import httpx2

    if isinstance(error, httpx2.ConnectTimeout):
        return ProviderTimeout(f"{service.place} cannot be reached: no connection in time")
    what = "cannot be reached" if isinstance(error, (httpx2.ConnectError, httpx2.ProxyError)) else "broke off"
    return ProviderUnavailable(f"{service.place} {what}: {_scrubbed(service, str(error)) or type(error).__name__}")


def _scrubbed(service: Service, said: str) -> str:
    """One short line without a key: services like to quote the one that they refuse."""
    line = " ".join(said[:10_000].split())
    if service.key:
        line = line.replace(service.key, "…")
    return _KEYS.sub("…", line)[:160]


def _seconds(headers: Mapping[str, str]) -> float | None:
    """How long the service asks us to wait (RFC 9110, Retry-After in seconds; as a date it is not worth a clock that may be wrong)."""
    try:
        seconds = float(headers["retry-after"])
    except (KeyError, ValueError):
        return None
    return max(0.0, seconds) if math.isfinite(seconds) else None  # "inf" and "nan" are floats too, and no time to sleep
