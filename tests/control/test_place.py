"""Where the socket is, whose it is, and what is there already."""

import asyncio
import errno
import grp
import os
import socket
import stat
from pathlib import Path

import pytest
from toy_box import line_to, toy_box

from fably.control.client import connected
from fably.control.place import listening, place, places
from fably.core.errors import ConfigError

SOCKET = Path("control")


def test_it_is_where_it_was_set_or_systemds_or_the_users_or_in_the_state_directory() -> None:
    everything = {"RUNTIME_DIRECTORY": "/run/a:/run/b", "XDG_RUNTIME_DIR": "/run/user/1000"}
    state = Path("/state")
    assert place(Path("/given"), everything, state) == Path("/given")
    assert place(None, everything, state) == Path("/run/a/control")
    assert place(None, {"XDG_RUNTIME_DIR": "/run/user/1000"}, state) == Path("/run/user/1000/fably/control")
    assert place(None, {"XDG_RUNTIME_DIR": "relative"}, state) == place(None, {}, state) == Path("/state/control")


def test_a_client_looks_where_any_of_these_would_be_and_where_the_service_is() -> None:
    assert places(Path("/given"), {}, Path("/state")) == [Path("/given")]
    assert [str(one) for one in places(None, {"XDG_RUNTIME_DIR": "/run/user/1"}, Path("/state"))] == [
        "/run/user/1/fably/control", "/state/control", "/run/fably/control",
    ]  # fmt: skip


def test_it_is_for_its_user_alone_whatever_the_umask() -> None:
    before = os.umask(0)
    try:
        with listening(Path("new/folder/control"), None):
            assert _mode(Path("new/folder/control")) == 0o600
            assert _mode(Path("new/folder")) == 0o700
    finally:
        os.umask(before)
    assert not Path("new/folder/control").exists()


def test_a_group_may_be_let_in() -> None:
    mine = grp.getgrgid(os.getgroups()[0] if os.getgroups() else os.getgid())
    with listening(SOCKET, mine.gr_name):
        assert _mode(SOCKET) == 0o660
        assert SOCKET.stat().st_gid == mine.gr_gid
    with (
        pytest.raises(ConfigError, match="FABLY_CONTROL_GROUP: there is no group called 'nobody-is-in-it'"),
        listening(SOCKET, "nobody-is-in-it"),
    ):
        pass


def test_a_group_that_it_has_anyway_asks_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service is not even allowed to ask (systemd/fably.service)."""

    def refused(*_what: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "chown", refused)
    with listening(SOCKET, grp.getgrgid(os.getegid()).gr_name):
        assert _mode(SOCKET) == 0o660


def test_what_a_crashed_box_has_left_is_taken_over() -> None:
    with socket.socket(socket.AF_UNIX) as crashed:
        crashed.bind(str(SOCKET))
        crashed.listen()
    assert SOCKET.is_socket()

    async def scene() -> None:
        async with toy_box(SOCKET), line_to(SOCKET) as line:
            assert (await line.ask(do="status"))["ok"]

    asyncio.run(scene())
    assert not SOCKET.exists()


def test_a_living_box_keeps_its_socket_even_if_it_answers_nobody() -> None:
    with socket.socket(socket.AF_UNIX) as busy, socket.socket(socket.AF_UNIX) as one, socket.socket(socket.AF_UNIX) as other:
        busy.bind(str(SOCKET))
        busy.listen(0)
        for client in (one, other):  # nobody is let in, and there is no place left to wait in
            client.setblocking(False)
            client.connect_ex(str(SOCKET))
        with pytest.raises(ConfigError, match="another Fably is the box already"), listening(SOCKET, None):
            pass
        assert SOCKET.is_socket()


def test_the_second_of_two_boxes_is_told_so_and_the_first_goes_on() -> None:
    async def scene() -> None:
        async with toy_box(SOCKET), line_to(SOCKET) as line:
            with pytest.raises(ConfigError, match="another Fably is the box already, with its control socket at control; stop it first"):
                async with toy_box(SOCKET):
                    pass
            assert (await line.ask(do="status"))["ok"]
            async with line_to(SOCKET) as another:
                assert (await another.ask(do="status"))["ok"]

    asyncio.run(scene())


def test_of_many_that_begin_at_once_one_is_the_box() -> None:
    with socket.socket(socket.AF_UNIX) as crashed:
        crashed.bind(str(SOCKET))

    async def begin(over: asyncio.Event) -> bool:
        try:
            async with toy_box(SOCKET):
                await over.wait()
        except ConfigError:
            return False
        return True

    async def scene() -> None:
        over = asyncio.Event()
        boxes = [asyncio.create_task(begin(over)) for _ in range(20)]
        while sum(box.done() for box in boxes) < 19:  # noqa: ASYNC110 - tasks have no event
            await asyncio.sleep(0)
        over.set()
        assert sum(await asyncio.gather(*boxes)) == 1

    asyncio.run(scene())


def test_what_is_no_socket_is_left_alone() -> None:
    SOCKET.write_text("precious", encoding="utf-8")
    with pytest.raises(ConfigError, match="it is no socket; remove it, or set FABLY_CONTROL_SOCKET"), listening(SOCKET, None):
        pass
    assert SOCKET.read_text(encoding="utf-8") == "precious"
    with pytest.raises(ConfigError, match=r"the control socket control/below cannot be made: "), listening(SOCKET / "below", None):
        pass


def test_a_socket_that_another_has_put_in_its_place_is_not_taken_away() -> None:
    with listening(SOCKET, None):
        SOCKET.unlink()
        SOCKET.write_text("another's", encoding="utf-8")
    assert SOCKET.exists()


def test_a_long_path_is_no_matter(tmp_path: Path) -> None:
    """A socket's address may have 107 bytes."""
    path = tmp_path / ("deep/" * 30 + "er") / "control"

    async def scene() -> None:
        async with toy_box(path), connected([path]) as box:
            assert (await box.ask("status"))["state"] == "idle"

    asyncio.run(scene())
    assert len(str(path)) > 150
    assert not path.exists()


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
