"""The page is there when somebody looks, from the first request on, and gone when nobody does."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from page import HANDED, PASSWORD, PATIENCE, ROOT, Page, a_box, listening, page
from ran import ran
from shelves import fill

from fably.web.command import duration
from fably.web.passwords import Password

pytest.importorskip("gradio", reason="gradio is not installed; ./tools/test installs it")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    fill(tmp_path / "state" / "stories")
    return tmp_path


def fably(home: Path, *args: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    return ran(*args, given="short\n", **{"FABLY_STATE_PATH": str(home / "state"), **environ})


def test_the_first_request_is_answered_before_gradio_is_there_and_the_page_replaces_itself(house: Path) -> None:
    with a_box(house) as box, page(house, ready=False) as one:
        first = one.ask("GET", "/", Accept_Language="tr")
        assert first.status == 503
        assert first.headers["retry-after"] == "1"
        assert 'http-equiv="refresh"' in first.text
        assert "Bir dakika" in first.text
        assert one.ask("POST", "/login", {"password": "x"}).status == 503
        one.wait()
        assert one.ask("GET", "/", Accept_Language="tr").headers["location"] == "/tr/"
        assert "window.gradio_config" in one.ask("GET", "/tr/").text
        assert ("room",) in box.asked, "the box has let its idle engines go for it"


def test_nothing_that_is_asked_while_the_page_comes_is_lost(house: Path) -> None:
    """Of those who ask without a pause, three at a time, each gets an answer: first one of them, then the other."""
    answers: list[int] = []
    faults: list[Exception] = []
    enough = threading.Event()

    def asks(one: Page) -> None:
        while not enough.is_set():
            try:
                answers.append(one.ask("GET", "/favicon.ico").status)
            except (OSError, http.client.HTTPException) as fault:
                faults.append(fault)

    with page(house, ready=False) as one:
        threads = [threading.Thread(target=asks, args=(one,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            until = time.monotonic() + PATIENCE
            while answers.count(204) < 50:
                assert time.monotonic() < until
                time.sleep(0.01)
        finally:
            enough.set()
            for thread in threads:
                thread.join()
    assert not faults
    assert set(answers) == {503, 204}


def test_it_leaves_when_nobody_looks_and_comes_back_to_who_was_logged_in(house: Path) -> None:
    Password(house / "state" / "web" / "password").set(PASSWORD)
    with listening("0.0.0.0") as door:  # noqa: S104 - that is what it is about
        with page(house, "--idle-exit", "5s", door=door) as one:
            assert one.log_in().status == 303
            cookie = one.cookie
            assert one.process.wait(PATIENCE) == 0
        early = socket.create_connection(("127.0.0.1", one.port), timeout=PATIENCE)  # nobody is there yet
        early.sendall(f"GET /favicon.ico HTTP/1.1\r\nHost: 127.0.0.1:{one.port}\r\n\r\n".encode())
        with early, page(house, door=door) as again:
            assert early.recv(12) in (b"HTTP/1.1 503", b"HTTP/1.1 204")
            again.cookie = cookie
            assert again.ask("GET", "/en/").status == 200


def test_an_open_page_keeps_it_and_a_closed_one_does_not(house: Path) -> None:
    with page(house, "--idle-exit", "3s", ready=False) as one:
        stream = None
        until = time.monotonic() + PATIENCE
        while stream is None:
            assert time.monotonic() < until
            connection = http.client.HTTPConnection("127.0.0.1", one.port, timeout=PATIENCE)
            connection.request("GET", "/alive")
            answer = connection.getresponse()
            stream = answer if answer.status == 200 else None
        assert b"hello" in stream.readline() + stream.readline() + stream.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            one.process.wait(9)
        stream.close()
        connection.close()
        assert one.process.wait(PATIENCE) == 0


def test_it_ends_when_it_is_told_to_though_somebody_looks(house: Path) -> None:
    with page(house) as one:
        connection = http.client.HTTPConnection("127.0.0.1", one.port, timeout=PATIENCE)
        connection.request("GET", "/alive")
        stream = connection.getresponse()
        assert stream.readline()
        one.process.terminate()
        assert one.process.wait(PATIENCE) == 0
        stream.read()  # it has been ended
        connection.close()


def test_nobody_is_left_behind_by_a_page_that_is_killed_while_it_loads(house: Path) -> None:
    with page(house, ready=False) as one:
        assert one.ask("GET", "/").status == 503
        children = Path(f"/proc/{one.process.pid}/task/{one.process.pid}/children").read_text(encoding="utf-8").split()
        assert children
        one.process.send_signal(signal.SIGKILL)
        one.process.wait(PATIENCE)
        until = time.monotonic() + PATIENCE
        while any(Path(f"/proc/{child}/exe").exists() for child in children):
            assert time.monotonic() < until
            time.sleep(0.02)


def test_it_is_there_without_systemd_too(house: Path) -> None:
    with listening() as taken:
        port = taken.getsockname()[1]
        done = fably(house, "web", "--port", str(port))
        assert done.returncode == 2
        assert f"--port {port}" in done.stderr


@pytest.mark.parametrize(("args", "said"), [
    (["--systemd"], "--systemd"), (["--idle-exit", "soon"], "--idle-exit"), (["--host", "nowhere.invalid"], "nowhere.invalid"),
    (["--no-web"], "switched off"), (["--port", "99999999"], "--port"), (["password"], "8 to 200"),
])  # fmt: skip
def test_what_makes_no_sense_is_said_in_a_sentence(house: Path, args: list[str], said: str) -> None:
    done = fably(house, "web", *args)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_where_the_button_alone_is_listened_to_there_is_no_page(house: Path) -> None:
    done = fably(house, "web", FABLY_GPIO_ONLY="yes")
    assert done.returncode == 2
    assert "FABLY_GPIO_ONLY" in done.stderr


def test_another_descriptor_is_no_socket_of_ours(house: Path) -> None:
    script = HANDED.replace("int(sys.argv[1])", "0")
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "FABLY_STATE_PATH": str(house)}
    done = subprocess.run(
        [sys.executable, "-c", script, "stdin", "web", "--systemd"], env=environ, capture_output=True, text=True, timeout=PATIENCE,
        check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 2
    assert "descriptor 3" in done.stderr


@pytest.mark.parametrize(("text", "seconds"), [("10m", 600.0), ("90s", 90.0), ("1h", 3600.0), ("0", 0.0), ("45", 45.0)])
def test_a_time_is_read(text: str, seconds: float) -> None:
    assert duration(text) == seconds
