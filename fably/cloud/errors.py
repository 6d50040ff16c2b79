"""What clients raise, in our words: each one sentence that says what to do, and none with a key in it."""

import contextlib
import json
import math
import re
from collections.abc import Iterator, Mapping

from fably import causes
from fably.causes import Cause
from fably.cloud.connections import LARGEST_ANSWER
from fably.cloud.service import Service
from fably.core.errors import (
    AuthenticationFailed,
    ModelRetired,
    ProviderError,
    ProviderTimeout,
    ProviderUnavailable,
    QuotaExceeded,
)
from fably.core.secrecy import without

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
        except openai.APIConnectionError as error:  # also one that took too long
            raise _lost(service, error) from error
        except openai.APIStatusError as error:
            raise refused(service, model, error.status_code, error.body, error.response.headers) from error
        except openai.APIError as error:  # an error in the middle of a stream
            raise broken_off(service, error.message) from error
        except openai.OpenAIError as error:
            raise broken_off(service, None) from error


@contextlib.contextmanager
def http_translated(service: Service) -> Iterator[None]:
    """Turn what `httpx2` raises, and what reading an answer of an odd shape raises, into our errors."""
    import httpx2

    try:
        yield
    except (httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL) as error:
        raise _lost(service, error) from error
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        # half a JSON line, JSON of another shape or too deep: the client hands these on as they come
        if isinstance(error, ProviderError):
            raise
        said = f"{service.place} gave an answer that makes no sense; check the address"
        raise ProviderUnavailable(said, retryable=False, place=service.place, kind="nonsense") from error


def refused(service: Service, model: str, status: int, body: object, headers: Mapping[str, str]) -> ProviderError:
    """The error for an answer with an HTTP `status` of 400 or more. `body` is what the service says of it: parsed, text or bytes."""
    place, why = service.place, said(service, body)
    because = why and f": {why}"
    if status == 401 or (status == 400 and _NO_SUCH_KEY.search(str(body))):
        return AuthenticationFailed(
            f"{place} does not accept the key; check {service.key_name}", place=place, kind="key_refused", detail=service.key_name
        )
    if status == 403:
        what = f"{place} does not allow this key to use {model!r}{because}"
        return AuthenticationFailed(what, place=place, kind="key_forbids", detail=model + because)
    if status in (404, 410):
        what = f"{place} does not have {model!r}{because}; choose another model or check the address"
        return ModelRetired(what, place=place, kind="model_gone", detail=model + because)
    if status in (402, 429):
        empty = status == 402 or bool(_EMPTY_ACCOUNT.search(str(body)))
        what = f"{place} wants no more requests {'from this account' if empty else 'for now'}{because}"
        return QuotaExceeded(what, retryable=not empty, after=_seconds(headers), place=place, kind="empty" if empty else "too_many")
    if 300 <= status < 400:
        what = f"{place} sends us on to another address (status {status}); check the address"
        return ProviderUnavailable(what, retryable=False, place=place, kind="redirect", detail=str(status))
    what, retryable = f"{place} failed with status {status}{because}", status in _RETRYABLE
    return ProviderUnavailable(what, retryable=retryable, after=_seconds(headers), place=place, kind="status", detail=f"{status}{because}")


def broken_off(service: Service, body: object) -> ProviderError:
    """The error for what a service says in the middle of its answer."""
    why = said(service, body)
    return ProviderUnavailable(
        f"{service.place} broke off{why and f': {why}'}", place=service.place, kind="broke_off" if why else "hung_up", detail=why
    )


def reason(body: object) -> str:
    """What a service says in the body of an error, whichever of the usual shapes it has; in one line.
    Empty where it gives none."""
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
    return " ".join(body.split()).rstrip(" .") if isinstance(body, str) and not body.lstrip().startswith("<") else ""


def said(service: Service, body: object) -> str:
    """What an answer that makes no sense says of itself, in one short line without a key."""
    return _scrubbed(service, reason(body))


def _lost(service: Service, error: BaseException) -> ProviderError:
    """The error for a connection that was not made, or was lost."""
    cause, place = _cause(service, error), service.place
    kind = ProviderTimeout if cause is causes.LATE else ProviderUnavailable
    retryable = cause.retryable and cause is not causes.LATE
    return kind(f"{place} {cause.clause}", retryable=retryable, unreachable=cause.unreachable, place=place, kind=cause.kind)


def _cause(service: Service, error: BaseException) -> Cause:
    """Why it was not made, or was lost."""
    import httpx2

    raised = next((one for one in causes.chain(error) if isinstance(one, (httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL))), error)
    match raised:
        case httpx2.TimeoutException():
            return causes.LATE
        case httpx2.TooManyRedirects():
            return causes.ROUND
        case httpx2.UnsupportedProtocol() | httpx2.InvalidURL():
            return causes.NO_ADDRESS
        case httpx2.ProxyError():
            return causes.PROXY
        case httpx2.DecodingError():
            return Cause("packed", "sends its answer packed, though nobody asked for that")
        case httpx2.ReadError() if raised.__cause__ is None and "longer" in str(raised):  # ours: see connections.py
            return Cause("too_long", f"gives an answer that is longer than {LARGEST_ANSWER // 1_000_000} MB")
        case httpx2.ProtocolError():
            hung_up = any(one in str(raised) for one in ("closed", "disconnected"))
            return causes.HUNG_UP if hung_up else causes.NO_HTTP
    cause = causes.of_system(raised)
    if cause is not None and cause.kind in ("certificate", "no_tls") and service.url.startswith("http://"):
        return causes.SENT_ON  # it is where we were sent that is not trusted, see connections.py
    if cause is None:
        return causes.ELSEWHERE if isinstance(raised, httpx2.ConnectError) else causes.HUNG_UP
    return cause


def _scrubbed(service: Service, said: str) -> str:
    """One short line without a key: services like to quote the one that they refuse."""
    line = " ".join(said[:10_000].split())
    if service.key:
        line = without(service.key, line)
    return _KEYS.sub("…", line)[:160].rstrip(" .")


def _seconds(headers: Mapping[str, str]) -> float | None:
    """How long the service asks us to wait (RFC 9110, Retry-After in seconds; as a date it is not worth a clock that may be wrong)."""
    try:
        seconds = float(headers["retry-after"])
    except (KeyError, ValueError):
        return None
    return max(0.0, seconds) if math.isfinite(seconds) else None  # "inf" and "nan" are floats too, and no time to sleep
