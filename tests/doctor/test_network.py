"""The way to a service: its name, a connection, and whether it is who it says; each told apart from the others."""

import asyncio
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from recorded import unpacked

from fably.doctor import network
from fably.doctor.finding import Finding
from fably.doctor.network import check_network
from fably.providers.configured import configured
from fably.running import run
from fably.settings import load

ROUTES = "== /proc/net/route\nIface\tDestination\tGateway\tFlags\nwlan0\t00000000\t0100A8C0\t0003"
NAME = "storyteller.test"


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A server on this machine that goes by the name of a distant one, and takes connections into its backlog."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        real = socket.getaddrinfo

        def looked_up(host: str, *what: object, **more: object) -> object:
            return real("127.0.0.1" if host == NAME else host, *what, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(socket, "getaddrinfo", looked_up)
        yield server


def looked(root: Path, url: str, routes: str = ROUTES, **environ: str) -> list[Finding]:
    settings = load({}, {"HOME": ".", "FABLY_LLM_URL": url, "OPENAI_API_KEY": "sk-0123456789", **environ})
    ones = [one for one in configured(settings, "llm") if one.first]
    return run(check_network(ones, unpacked(routes, root).patient, settings))


def test_one_that_is_reached(tmp_path: Path, here: socket.socket) -> None:
    (found,) = looked(tmp_path, f"http://{NAME}:{here.getsockname()[1]}/v1")
    assert (found.status, found.subject) == ("ok", NAME)
    assert found.what in ("reached_openly", "names_slow", "way_slow")


def test_one_where_nobody_listens(tmp_path: Path, here: socket.socket) -> None:
    port = here.getsockname()[1]
    here.close()
    (found,) = looked(tmp_path, f"http://{NAME}:{port}/v1")
    assert (found.what, found.status) == ("no_connection", "failed")
    assert "nobody listens there" in found.detail


def test_a_name_that_nobody_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_what: object, **_more: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    (found,) = looked(tmp_path, f"https://{NAME}/v1")
    assert (found.what, found.status) == ("no_name", "failed")


def test_a_dns_server_that_does_not_answer_has_its_deadline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "NAME", 0.05)

    async def silent(*_what: object, **_more: object) -> object:
        return await asyncio.Event().wait()

    monkeypatch.setattr("fably.running.Loop.getaddrinfo", silent)
    (found,) = looked(tmp_path, f"https://{NAME}/v1")
    assert (found.what, found.status) == ("names_late", "failed")


def test_one_that_takes_the_connection_and_says_nothing_has_its_deadline(
    tmp_path: Path, here: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "CONNECTION", 0.2)
    (found,) = looked(tmp_path, f"https://{NAME}:{here.getsockname()[1]}/v1")
    assert (found.what, found.status) == ("connection_late", "failed")


def test_one_whom_nobody_has_vouched_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "it.pem", "-days", "2"]
    try:
        subprocess.run([*command, "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain("it.pem", "key.pem")
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *what, **more: real("127.0.0.1" if host == NAME else host, *what, **more))
    settings = {"HOME": ".", "OPENAI_API_KEY": "sk-0123456789"}

    async def asked() -> list[Finding]:
        server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0, ssl=context)
        async with server:
            port = server.sockets[0].getsockname()[1]
            chosen = load({}, {**settings, "FABLY_LLM_URL": f"https://{NAME}:{port}/v1"})
            ones = [one for one in configured(chosen, "llm") if one.first]
            return await check_network(ones, unpacked(ROUTES, tmp_path).patient, chosen)

    (found,) = run(asked())
    assert (found.what, found.status) == ("not_trusted", "failed")
    assert "nobody who is known has signed it" in found.detail
    assert "timedatectl" in found.fix


def test_where_there_is_no_way_out_that_is_said_once(tmp_path: Path) -> None:
    (found,) = looked(tmp_path, f"https://{NAME}/v1", "== /proc/net/route\nIface\tDestination\tGateway\tFlags")
    assert (found.what, found.status) == ("no_way_out", "failed")


def test_through_a_proxy_nothing_is_asked_past_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.test:3128")
    (found,) = looked(tmp_path, f"https://{NAME}/v1")
    assert (found.what, found.status) == ("through_a_proxy", "ok")


@pytest.mark.parametrize("url", ["http://127.0.0.1:8880/v1", "http://localhost:11434/v1", "http://[::1]:8880/v1"])
def test_what_is_on_this_machine_needs_no_network(tmp_path: Path, url: str) -> None:
    assert looked(tmp_path, url, "") == []
