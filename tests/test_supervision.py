"""What systemd is told, by a real socket: ready, what the box does, and that it lives, as long as its work gets done."""

import asyncio
import gc
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from fably.box.supervision import OFTEN, Supervisor, supervised, supervisor
from fably.pulse import Pulse


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[socket.socket]:
    """Where systemd would listen."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
        one.bind(str(tmp_path / "notify"))
        one.settimeout(60)
        yield one


@pytest.fixture
def told(systemd: socket.socket, monkeypatch: pytest.MonkeyPatch) -> socket.socket:
    """The same, for this process, with a watchdog that wants news every 20 ms."""
    monkeypatch.setenv("NOTIFY_SOCKET", systemd.getsockname())
    monkeypatch.setenv("WATCHDOG_USEC", str(20_000 * OFTEN))
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()))
    return systemd


def test_a_pulse_is_late_only_while_there_is_work() -> None:
    clock = Clock()
    pulse = Pulse("sound", 5.0, clock)
    clock.now += 1000
    pulse.beat()
    assert not pulse.failing, "it has nothing to do"
    with pulse.working():
        clock.now += 5
        assert not pulse.failing
        pulse.beat()
        clock.now += 5.1
        assert (pulse.failing, round(pulse.still, 3)) == (True, 5.1)
    assert (pulse.failing, pulse.still) == (False, 0.0)


def test_what_is_told(systemd: socket.socket) -> None:
    one = Supervisor(systemd.getsockname())
    one.ready("waits\nfor a press")
    one.status("tells")
    one.status("")
    one.stopping()
    one.close()
    one.status("is gone")
    assert [systemd.recv(999) for _ in range(3)] == [b"READY=1\nSTATUS=waits for a press", b"STATUS=tells", b"STOPPING=1"]
    systemd.setblocking(False)
    with pytest.raises(BlockingIOError):
        systemd.recv(999)


def test_the_watchdog_is_fed_by_progress_and_the_blame_is_told_once(systemd: socket.socket, caplog: pytest.LogCaptureFixture) -> None:
    one, clock = Supervisor(systemd.getsockname(), 90.0), Clock()
    sound, story = Pulse("sound", 5.0, clock), Pulse("story", 200.0, clock)
    one.watch(sound)
    one.watch(story)
    with sound.working(), story.working():
        assert one.look()
        clock.now += 100
        assert [one.look(), one.look()] == [False, False]
        sound.beat()
        assert one.look()
        clock.now += 201
        sound.beat()
        assert not one.look()
    assert one.look()
    one.close()
    expected = ["WATCHDOG=1", "STATUS=no progress: sound", "WATCHDOG=1", "STATUS=no progress: story", "WATCHDOG=1"]
    assert [systemd.recv(999).decode() for _ in expected] == expected
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]


def test_whoever_is_gone_is_not_watched_but_a_thread_that_is_stuck_is(systemd: socket.socket) -> None:
    one, over, stuck = Supervisor(systemd.getsockname(), 90.0), threading.Event(), threading.Event()

    def feed(pulse: Pulse) -> None:
        with pulse.working():
            stuck.set()
            over.wait()

    thread = threading.Thread(target=feed, args=(one.pulse("sound", 0.0),))
    thread.start()
    try:
        assert stuck.wait(60)
        gc.collect()
        assert not one.look(), "its owner has let go of it, and it still hangs in the sound card"
    finally:
        over.set()
        thread.join()
    gc.collect()
    assert one.look()
    one.close()


def test_the_event_loop_feeds_it_until_the_work_stands_still(told: socket.socket) -> None:
    async def main() -> None:
        async with supervised() as one:
            one.ready()
            for _ in range(5):
                await asyncio.to_thread(told.recv, 999)
            pulse = one.pulse("sound", 0.0)
            with pulse.working():
                while await asyncio.to_thread(told.recv, 999) != b"STATUS=no progress: sound":
                    pass
            while await asyncio.to_thread(told.recv, 999) != b"WATCHDOG=1":
                pass

    asyncio.run(main())
    while told.recv(999) != b"STOPPING=1":
        pass


def test_a_killed_box_leaves_in_the_journal_where_it_hung(told: socket.socket) -> None:
    program = """
import asyncio, time
from fably.box.supervision import supervised

def stuck_in_a_driver(one):
    one.ready()
    time.sleep(600)

async def main():
    async with supervised() as one:
        stuck_in_a_driver(one)

asyncio.run(main())
"""
    environ = {name: value for name, value in os.environ.items() if name != "WATCHDOG_PID"}
    done = subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE, text=True, env=environ)
    assert told.recv(999) == b"READY=1"
    done.send_signal(signal.SIGABRT)
    assert "in stuck_in_a_driver" in done.communicate(timeout=60)[1]
    assert done.returncode == -signal.SIGABRT


@pytest.mark.parametrize(
    ("environ", "patience", "heard"),
    [
        ({}, None, False),
        ({"NOTIFY_SOCKET": "vsock:2:9"}, None, False),
        ({"NOTIFY_SOCKET": "@fably-test-{pid}"}, None, True),
        ({"NOTIFY_SOCKET": "@fably-test-{pid}", "WATCHDOG_USEC": "90000000"}, 90.0, True),
        ({"NOTIFY_SOCKET": "@fably-test-{pid}", "WATCHDOG_USEC": "90000000", "WATCHDOG_PID": "{pid}"}, 90.0, True),
        ({"NOTIFY_SOCKET": "@fably-test-{pid}", "WATCHDOG_USEC": "90000000", "WATCHDOG_PID": "1"}, None, True),
        ({"NOTIFY_SOCKET": "@fably-test-{pid}", "WATCHDOG_USEC": "soon"}, None, True),
    ],
)
def test_what_the_environment_says(environ: dict[str, str], patience: float | None, heard: bool) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as abstract:
        abstract.bind(f"\0fably-test-{os.getpid()}")
        abstract.setblocking(False)
        one = supervisor({name: value.format(pid=os.getpid()) for name, value in environ.items()}, os.getpid())
        one.ready()
        assert one.patience == patience
        if heard:
            assert abstract.recv(99) == b"READY=1"
        else:
            with pytest.raises(BlockingIOError):
                abstract.recv(99)
        one.close()


def test_a_supervisor_that_is_gone_harms_nobody_and_without_one_nobody_looks(tmp_path: Path) -> None:
    one = Supervisor(str(tmp_path / "nobody"), 0.01)
    one.ready()
    assert one.look()
    one.close()
    asyncio.run(Supervisor(None).keep_looking())  # returns
