"""Why a connection was not made, or was lost: the class of the cause in plain words, never the text of a library."""

import errno
import socket
from collections.abc import Iterator
from typing import NamedTuple


class Cause(NamedTuple):
    """`clause` goes on from the name of the service; `kind` is the name of the sentence in the locale (`faults.py`)."""

    kind: str
    clause: str
    retryable: bool = True
    unreachable: bool = False


NAME = Cause("name", "cannot be reached: there is no network, or its name is wrong", retryable=False, unreachable=True)
REFUSED = Cause("refused", "cannot be reached: nobody listens there", unreachable=True)
ROUTE = Cause("route", "cannot be reached: there is no way to it; check the network", unreachable=True)
LATE = Cause("late", "cannot be reached: no connection in time", unreachable=True)
NO_SOCKET = Cause("no_socket", "cannot be reached: there is no such socket; check the path", unreachable=True)
FORBIDDEN = Cause("forbidden", "cannot be reached: this machine does not allow it", retryable=False, unreachable=True)
ELSEWHERE = Cause("unreachable", "cannot be reached; check the network and the address", unreachable=True)
HUNG_UP = Cause("hung_up", "broke off before its answer was whole")
NO_HTTP = Cause("no_http", "answers in another language than HTTP; check the address", retryable=False)
NO_TLS = Cause("no_tls", "does not speak https; check whether its address begins with http://", retryable=False)
SENT_ON = Cause("sent_on", "sends us on to an address with https://; give that one", retryable=False)
ROUND = Cause("round", "sends us from one address to the next without an end; check the address", retryable=False)
NO_ADDRESS = Cause("no_address", "has an address that is none; check it", retryable=False)
PROXY = Cause("proxy", "cannot be reached: the proxy lets nobody through; check HTTP_PROXY and HTTPS_PROXY")

_ROUTES = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.EADDRNOTAVAIL}
_SELF_SIGNED, _UNKNOWN = "nobody who is known has signed it", "who signed it is not known to this machine"
_CERTIFICATES = {
    9: "it is not valid yet; check the clock of this machine",
    10: "it has run out, or the clock of this machine is wrong",
    18: _SELF_SIGNED,
    19: _SELF_SIGNED,
    20: _UNKNOWN,
    21: _UNKNOWN,
    62: "it is for another name",
    64: "it is for another address",
}
"""What is wrong with a certificate, by the numbers of OpenSSL (x509_vfy.h)."""


def chain(error: BaseException) -> Iterator[BaseException]:
    """`error`, what it came from, and so on; where several attempts failed, the first of them."""
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        first = one.exceptions[0] if isinstance(one, BaseExceptionGroup) else None
        one = first or one.__cause__ or one.__context__


def of_system(error: BaseException) -> Cause | None:
    """What the system says of a connection that failed with `error`; None where it says nothing that is known."""
    import ssl

    for one in chain(error):
        if isinstance(one, ssl.SSLCertVerificationError):
            why = _CERTIFICATES.get(one.verify_code, "check the address")
            return Cause("certificate", f"has a certificate that is not trusted: {why}", retryable=False)
        if isinstance(one, ssl.SSLError):
            return NO_TLS
        if isinstance(one, (socket.gaierror, UnicodeError)):  # UnicodeError: a name that no host can have
            return NAME
        if isinstance(one, ConnectionRefusedError):
            return REFUSED
        if isinstance(one, ConnectionError):  # reset, or a pipe that is broken
            return HUNG_UP
        if isinstance(one, FileNotFoundError):
            return NO_SOCKET
        if isinstance(one, PermissionError):
            return FORBIDDEN
        if isinstance(one, OSError) and one.errno in _ROUTES:
            return ROUTE
        if isinstance(one, OSError) and one.errno == errno.ETIMEDOUT:
            return LATE
    return None
