"""Faults as sentences for parents: plain in English, Turkish in Turkish, and never the text of a library."""

import asyncio
import errno
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from farm import Farm

import fably
from fably import causes
from fably.cloud import Cloud, Service
from fably.core import errors
from fably.core.errors import FablyError, NothingHeard, ProviderError, ProviderTimeout, ProviderUnavailable
from fably.core.types import Message
from fably.faults import NAMES, sentence
from fably.llm.openai import OpenAIModel
from fably.texts import text
from fably.wyoming import address_of, connected

CLASSES = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, FablyError)]
RAW = re.compile(r"\[Errno|\[SSL|_ssl|Error\b|b'|bytearray|attempts failed|peer closed|disconnected|redirects|\.$")
"""What a library would say."""


def fault_of(url: str) -> ProviderError:
    """What comes of asking a language model at `url`."""

    async def ask() -> None:
        cloud = Cloud(3)
        try:
            async for _ in OpenAIModel(cloud, Service(url), model="m", temperature=None, max_tokens=9).stream(
                "", [Message("user", "a fox")]
            ):
                pass
        finally:
            await cloud.aclose()

    with pytest.raises(ProviderError) as caught:
        asyncio.run(ask())
    assert not RAW.search(str(caught.value)), str(caught.value)
    assert caught.value.place in str(caught.value)
    assert caught.value.__cause__ is not None, "what the library says is there for --debug"
    return caught.value


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """A server that says `answer` to whatever it is asked, and hangs up. Gives its host and port."""

    def serve() -> None:
        while True:
            try:
                connection, _address = listening.accept()
            except OSError:
                return
            with connection:
                connection.recv(65_536)
                connection.sendall(answer)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65_536):  # what is left unread when a server hangs up takes its answer along
                    pass

    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


@pytest.mark.parametrize(
    ("answer", "scheme", "says", "retryable"),
    [
        (b"", "http", "broke off before its answer was whole", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", "http", "broke off before its answer was whole", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nda", "http", "broke off before its answer was whole", True),
        (b"\0\1\2 SSH-2.0\r\n\r\n", "http", "answers in another language than HTTP; check the address", False),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "https", "does not speak https; check whether its address begins with http://", False),
        (
            b"HTTP/1.1 307 Elsewhere\r\nLocation: /\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
            "http",
            "sends us from one address to the next",
            False,
        ),
        (b"HTTP/1.1 307 Elsewhere\r\nContent-Length: 0\r\n\r\n", "http", "sends us on to another address (status 307)", False),
        (b"HTTP/1.1 502 Bad\r\nContent-Length: 0\r\n\r\n", "http", "failed with status 502", True),
        (b'HTTP/1.1 502 Bad\r\nContent-Length: 18\r\n\r\n{"message": "No."}', "http", "failed with status 502: No", True),
    ],
    ids=["nothing", "cut", "cut chunk", "no HTTP", "no TLS", "in a circle", "nowhere", "502", "502 with a reason"],
)
def test_a_server_that_is_none_is_a_plain_sentence(answer: bytes, scheme: str, says: str, retryable: bool) -> None:
    with answering(answer) as place:
        fault = fault_of(f"{scheme}://{place}/v1")
    assert str(fault).startswith(f"{place} {says}"), str(fault)
    assert (fault.retryable, fault.unreachable) == (retryable, False)


def test_a_server_that_is_not_there_can_be_told_from_one_that_is(farm: Farm) -> None:
    refused = fault_of(farm.refused_url)
    assert str(refused) == f"{refused.place} cannot be reached: nobody listens there"
    assert (refused.retryable, refused.unreachable) == (True, True)
    name = "x" * 64  # no host can have it, so no name server is asked
    unknown = fault_of(f"http://{name}/v1")
    assert str(unknown) == f"{name} cannot be reached: there is no network, or its name is wrong"
    assert (unknown.retryable, unknown.unreachable) == (False, True)
    farm.chat = "500"
    assert fault_of(farm.url).unreachable is False


@pytest.mark.parametrize(
    ("url", "says"),
    [("tcp://[::1%nobody]:1", "there is no network, or its name is wrong"), ("unix:///no/where", "there is no such socket")],
)
def test_the_same_for_a_wyoming_server(url: str, says: str) -> None:
    async def connect() -> None:
        async with connected(address_of(url), 5):
            pass

    with pytest.raises(ProviderUnavailable, match=says) as caught:
        asyncio.run(connect())
    assert caught.value.unreachable
    assert not RAW.search(str(caught.value))


def certificate(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed (_ssl.c:1006)")
    error.verify_code = code
    return error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (OSError(errno.ENETUNREACH, "Network is unreachable"), "route"),
        (OSError(errno.EHOSTUNREACH, "No route to host"), "route"),
        (ConnectionResetError(errno.ECONNRESET, "reset"), "hung_up"),
        (PermissionError(errno.EACCES, "no"), "forbidden"),
        (OSError(errno.ETIMEDOUT, "timed out"), "late"),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure"), "name"),
        (ExceptionGroup("all of them", [ConnectionRefusedError(), ConnectionRefusedError()]), "refused"),
        (certificate(10), "certificate"),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)"), "no_tls"),
    ],
    ids=lambda one: one if isinstance(one, str) else type(one).__name__,
)
def test_the_cause_is_found_however_deep_it_lies(error: Exception, kind: str) -> None:
    outer = RuntimeError("All connection attempts failed")
    outer.__cause__ = OSError("All connection attempts failed")
    outer.__cause__.__context__ = error
    cause = causes.of_system(outer)
    assert cause is not None
    assert cause.kind == kind
    assert not RAW.search(cause.clause)


def test_a_certificate_says_what_is_wrong_with_it() -> None:
    clauses = {causes.of_system(certificate(code)).clause for code in (9, 10, 18, 20, 62, 64, 1)}  # type: ignore[union-attr]
    assert len(clauses) == 7
    assert not any(map(RAW.search, clauses))


@pytest.mark.parametrize("kind", CLASSES, ids=lambda one: one.__name__)
def test_every_class_has_a_turkish_sentence(kind: type[FablyError]) -> None:
    assert kind in NAMES
    said = sentence("tr", kind("it is so."))
    if kind is NothingHeard:
        assert said == "it is so", "it is in the language of the story already"
        said = sentence("tr", kind())
    assert said.removesuffix(" (it is so)")[0].isupper()
    assert said.removesuffix(" (it is so)") != "it is so"
    assert not said.endswith(".")
    assert sentence("en", kind("it is so.")) == "it is so"


def kinds() -> set[str]:
    """Every kind of fault that our source names."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in Path(fably.__file__).parent.rglob("*.py"))
    named = set(re.findall(r'kind="([a-z_]+)"', source)) | set(re.findall(r'kind="[a-z_]+" if \w+ else "([a-z_]+)"', source))
    return named | {one.kind for one in vars(causes).values() if isinstance(one, causes.Cause)} | {"packed", "too_long", "certificate"}


def test_every_kind_of_fault_has_a_turkish_sentence() -> None:
    assert len(kinds()) > 30
    for kind in kinds():
        fault = ProviderUnavailable("it cannot be so", place="homeserver", kind=kind, detail="x-1")
        said = sentence("tr", fault)
        assert said.startswith("homeserver: ")
        assert "cannot" not in said
        assert "{" not in said
        without = sentence("tr", ProviderUnavailable("no", kind=kind))
        assert without[0].isupper()
        assert not without.startswith("{")


def test_in_turkish_a_refused_connection_has_no_english_in_it(farm: Farm) -> None:
    fault = fault_of(farm.refused_url)
    notice = text("tr", "notice.words_begin", reason=sentence("tr", fault), next="çevrimdışı masalcı")
    assert notice == f"{fault.place}: bağlantı kurulamadı; orada dinleyen bir sunucu yok. Masalı çevrimdışı masalcı anlatıyor."


def test_in_turkish_the_key_that_is_wrong_is_named(farm: Farm) -> None:
    farm.chat = "401"
    assert sentence("tr", fault_of(farm.url)).endswith("anahtar kabul edilmedi; OPENAI_API_KEY değerini denetleyin")


def test_what_is_not_known_in_turkish_is_not_lost() -> None:
    fault = ProviderTimeout("homeserver said nothing for 5 seconds")
    assert sentence("tr", fault) == "Zamanında yanıt gelmedi (homeserver said nothing for 5 seconds)"
