"""A DNS server that never answers: the story begins after the deadline for a connection, and the program ends after the story; and what
stops it."""

import asyncio
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from fably.core.errors import ProviderTimeout
from fably.running import run, stop_on_signals
from fably.settings import load
from fably.terminal import tell_story
from fably.wyoming import address_of, connected

LONG = 20.0
"""Seconds: as long as no test may take."""
Asked = list[str]


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    """A resolver that is asked and says nothing until the test is over; the names that it was asked for."""
    asked: Asked = []
    over = threading.Event()

    def getaddrinfo(host: Any, *_what: Any) -> list[Any]:
        asked.append(host.decode() if isinstance(host, bytes) else host)
        over.wait(LONG)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    yield asked
    over.set()


def test_the_story_begins_and_the_program_ends(silence: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    environ = {"OPENAI_API_KEY": "sk-0123456789abcdef", "FABLY_CONNECT_SECONDS": "0.2", "FABLY_OUTPUT": "story.wav", "FABLY_OPENER": "no"}
    begun = time.monotonic()
    assert tell_story(load({}, environ), "a dragon") == 0
    assert time.monotonic() - begun < LONG / 2
    shown = capsys.readouterr()
    assert "dragon" in shown.out
    assert shown.err.count("OpenAI cannot be reached: no connection in time") == 1, "the voice need not find out once more"
    assert set(silence) == {"api.openai.com"}


def test_whoever_asks_meanwhile_gets_the_same_answer(silence: Asked) -> None:
    async def reached() -> None:
        async with connected(address_of("tcp://piper.home:10200"), 0.1):
            raise AssertionError("nobody is there")

    async def main() -> list[BaseException | None]:
        return await asyncio.gather(*(reached() for _ in range(20)), return_exceptions=True)

    before = threading.active_count()
    faults = run(main())
    assert {type(one) for one in faults} == {ProviderTimeout}
    assert silence == ["piper.home"], "one thread a name, however often it is asked for"
    assert threading.active_count() <= before + 1


def test_an_answer_and_a_fault_are_those_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    async def look_up(host: str) -> list[Any]:
        return await asyncio.get_running_loop().getaddrinfo(host, 80, type=socket.SOCK_STREAM)

    assert run(look_up("localhost")) == socket.getaddrinfo("localhost", 80, type=socket.SOCK_STREAM)
    with pytest.raises(socket.gaierror):
        run(look_up("nobody.invalid"))
    with pytest.raises(UnicodeError):
        run(look_up("a" * 70))

    def no_thread(_self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", no_thread)
    with pytest.raises(OSError, match="new thread"):
        run(look_up("localhost"))


def test_processes_can_be_waited_for() -> None:
    async def ended() -> int:
        return await (await asyncio.create_subprocess_exec("true")).wait()

    assert run(ended()) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_what_runs_and_one_that_is_ignored_does_not(number: signal.Signals) -> None:
    async def hit() -> str:
        stop_on_signals()
        os.kill(os.getpid(), number)
        try:
            await asyncio.sleep(0.2)
        except asyncio.CancelledError:
            return "stopped"
        return "went on"

    before = signal.getsignal(number)
    try:
        assert run(hit()) == "stopped"
        signal.signal(number, signal.SIG_IGN)
        assert run(hit()) == "went on"
    finally:
        signal.signal(number, before)
