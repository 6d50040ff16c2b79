"""By which names the page may be called, and from where."""

import pytest

from fably.web.names import Names, hostname, is_loopback, names, same_place
from fably.web.pages import preferred

HOME = Names(frozenset({"localhost", "fably", "fably.local"}), loopback=False)
HERE = Names(frozenset({"localhost"}), loopback=True)


@pytest.mark.parametrize(
    "host", ["fably.local", "FABLY.local:7860", "fably.local.", "192.168.1.7:7860", "[fe80::1]:7860", "localhost", "127.0.0.1"]
)
def test_a_page_at_home_is_called_by_its_names_or_by_an_address(host: str) -> None:
    assert HOME.take(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "fably.local.evil.example",
        "localhost@evil.example",
        "evil\\.local",
        "127.0.0.1.evil.example",
        "fably.local/x",
        "ş",
        "fably:x",
        "[::1",
    ],
)
def test_it_is_called_by_no_other_name(host: str) -> None:
    assert not HOME.take(host)


@pytest.mark.parametrize(
    ("host", "taken"), [("localhost:7860", True), ("127.0.0.1", True), ("[::1]:80", True), ("192.168.1.7", False), ("fably.local", False)]
)
def test_a_page_for_this_machine_alone_is_called_by_its_own_names_only(host: str, taken: bool) -> None:
    assert HERE.take(host) is taken


def test_names_can_be_added() -> None:
    assert names(loopback=True, more=["", " Stories.Example. "]).names == {"localhost", "stories.example"}
    assert names(loopback=False).take("localhost")


@pytest.mark.parametrize(("origin", "host", "same"), [
    ("http://fably.local:7860", "fably.local:7860", True), ("https://fably.local", "Fably.local", True),
    ("http://fably.local", "fably.local:7860", False), ("http://evil.example", "fably.local", False), ("null", "null", False),
    ("", "", False), ("ftp://a", "a", False), ("http://a.evil", "a", False),
])  # fmt: skip
def test_only_a_page_of_ours_is_the_same_place(origin: str, host: str, same: bool) -> None:
    assert same_place(origin, host) is same


@pytest.mark.parametrize(("address", "loopback"), [("127.0.0.2", True), ("::1", True), ("::", False), ("192.168.1.2", False), ("x", False)])
def test_an_address_that_only_this_machine_reaches(address: str, loopback: bool) -> None:
    assert is_loopback(address) is loopback


def test_a_host_has_no_port_in_its_name() -> None:
    assert hostname("[::1]:80") == "::1"


@pytest.mark.parametrize(("accepts", "language"), [
    ("tr-TR,tr;q=0.9,en;q=0.8", "tr"), ("de,en-GB;q=0.7,tr;q=0.3", "en"), ("de", "tr"), ("", "tr"), ("en;q=0,de", "tr"),
    ("en;q=x", "tr"), ("en;q=0.2,tr", "tr"),
])  # fmt: skip
def test_the_language_of_the_browser_counts_before_ours(accepts: str, language: str) -> None:
    assert preferred(accepts, "tr") == language
