"""A box that has grown gives its memory back, by another that takes its place. Real processes; systemd is a socket that a test reads."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from farm import Farm

from fably.box.renewing import Renewal
from fably.control.client import connected
from fably.memory.measured import anonymous, tree

PATIENCE = 60.0


class Systemd:
    """Reads what a unit would tell."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.settimeout(PATIENCE)

    def waits_for(self, begin: str) -> str:
        while True:
            for line in self._socket.recv(4096).decode().splitlines():
                if line.startswith(begin):
                    return line.removeprefix(begin)

    def close(self) -> None:
        self._socket.close()


@contextmanager
def box(systemd: Systemd, farm: Farm) -> Iterator[subprocess.Popen[bytes]]:
    env = {
        **os.environ, "NOTIFY_SOCKET": str(systemd.path), "FABLY_STATE_PATH": "state", "FABLY_CONTROL_SOCKET": "control",
        "FABLY_REST_SECONDS": "0", "FABLY_RENEW_SECONDS": "1",
        **{f"FABLY_{one}_URL": farm.url for one in ("LLM", "TTS", "STT")},
    }  # fmt: skip
    process = subprocess.Popen([sys.executable, "-m", "fably", "--loop", "--no-button"], env=env)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def _told() -> None:
    async with connected([Path("control")], "en") as client:
        await client.ask("tell", wish="a dragon")


def test_after_a_story_from_the_cloud_another_box_takes_its_place(farm: Farm, tmp_path: Path) -> None:
    systemd = Systemd(tmp_path / "notify")
    try:
        with box(systemd, farm) as old:
            systemd.waits_for("READY=1")
            asyncio.run(_told())
            new = int(systemd.waits_for("MAINPID="))
            held = anonymous(old.pid) or 0
            try:
                assert old.wait(PATIENCE) == 0
                systemd.waits_for("READY=1")
                holds = anonymous(new) or held
                assert holds < held - 8_000_000
                assert len(farm.asked("/chat/completions")) == 1
                asyncio.run(_told())  # the socket is the new one's
            finally:
                os.kill(new, signal.SIGTERM)
    finally:
        systemd.close()


def test_a_successor_that_cannot_begin_is_none(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["fably", "--loop", "--volume", "loud"])
    named: list[int] = []
    assert asyncio.run(Renewal(named.append).prepare()) is False
    assert named == []
    assert "--volume" in capfd.readouterr().err


def test_where_no_process_can_be_started_nothing_is_left_open(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    named: list[int] = []
    before = len(list(Path("/proc/self/fd").iterdir()))
    assert asyncio.run(Renewal(named.append).prepare()) is False
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    assert "the box cannot be renewed" in caplog.text


def test_who_wants_something_meanwhile_has_the_box_stay(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "argv", ["fably", "--loop", "--no-button"])
    monkeypatch.setenv("FABLY_STATE_PATH", str(tmp_path / "state"))
    named: list[int] = []

    async def work() -> None:
        preparing = asyncio.create_task(Renewal(named.append).prepare())
        while not tree()[1:]:  # noqa: ASYNC110 - a process is waited for
            await asyncio.sleep(0.01)
        preparing.cancel()
        await asyncio.wait([preparing])
        assert preparing.cancelled()
        while tree()[1:]:  # noqa: ASYNC110 - it is killed, and will be buried
            await asyncio.sleep(0.01)

    asyncio.run(work())
    assert named == []
