"""Bad clients: whatever they do, the others are answered, and the box knows nothing of it."""

import asyncio
import contextlib
import gc
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_box import Line, ToyBox, line_to, toy_box

from fably.box.remote import Began, Changed, Told
from fably.control import connection
from fably.control.server import CLIENTS
from fably.core.types import Passage, State

SOCKET = Path("control")
GARBAGE = [
    b"\n", b"garbage\n", b"\xff\xfe\x00\n", b"[]\n", b"null\n", b"17\n", b'"status"\n', b"{}\n", b'{"do": 5}\n', b'{"do": ["status"]}\n',
    b'{"do": "status"\n', b'{"do": "press", "kind": "twice"}\n', b'{"do": "press"}\n', b'{"do": "volume", "percent": true}\n',
    b'{"do": "volume", "percent": 40.5}\n', b'{"do": "volume", "percent": 400}\n', b'{"do": "volume", "percent": 4, "by": 4}\n',
    b'{"do": "volume"}\n', b'{"do": "status", "more": 1}\n', b'{"do": "tell", "wish": {"a": 1}}\n', b'{"do": "say", "digits": "12a"}\n',
    b'{"do": "say", "digits": ""}\n', b'{"do": "say", "digits": "1234567890123"}\n', b'{"do": "set", "values": [1]}\n', b'{"do": "set"}\n',
    b'{"do": "tell", "wish": "\\ud800"}\n', b'{"do": "status", "id": NaN}\n', b'{"do": "status", "id": 1e999}\n', b"[" * 60_000 + b"\n",
    b'{"do": "volume", "percent": ' + b"9" * 5000 + b"}\n", b'{"do": "tell", "first": 3}\n', b'{"do": "tell", "wish": "a", "story": "b"}\n',
]  # fmt: skip


def test_garbage_is_answered_and_the_line_goes_on() -> None:
    async def scene() -> None:
        async with toy_box(SOCKET) as box, line_to(SOCKET) as line:
            for one in GARBAGE:
                await line.say(one)
                reply = await line.hear()
                assert (reply["ok"], reply["error"]) == (False, "bad_request"), one
                assert reply["says"]
            assert (await line.ask(id=7, do="status"))["id"] == 7
            assert (await line.ask(do="dance"))["error"] == "unknown_command"
            assert box.asked == []

    asyncio.run(scene())


@settings(max_examples=60)
@given(st.lists(st.binary(max_size=300), max_size=8))
def test_no_bytes_whatever_end_more_than_their_own_line(tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]) -> None:
    path = tmp_path_factory.mktemp("any") / "control"

    async def scene() -> None:
        async with toy_box(path) as box:
            async with line_to(path) as line:
                for piece in pieces:
                    await line.say(piece)
                await line.say(b"\n")
                assert (await line.hear())["ok"] is False
            async with line_to(path) as line:
                assert (await line.ask(do="status"))["ok"]
            assert box.asked == []

    asyncio.run(scene())


@pytest.mark.parametrize("bad", ["hello", [1], {"a": 1}, "x" * 101])
def test_what_a_request_is_called_is_sent_back_if_it_is_small(bad: object) -> None:
    async def scene() -> None:
        async with toy_box(SOCKET), line_to(SOCKET) as line:
            assert (await line.ask(do="status", id=bad))["id"] == (bad if bad == "hello" else None)

    asyncio.run(scene())


def test_a_line_that_is_too_long_ends_its_client_and_nobody_else() -> None:
    async def scene() -> None:
        async with toy_box(SOCKET), line_to(SOCKET) as good, line_to(SOCKET) as bad:
            fits = b'{"do":"status","id":1}'.ljust(65_535) + b"\n"
            await bad.say(fits)
            assert (await bad.hear())["ok"]
            await bad.say(b"x" * 70_000)
            assert (await bad.hear())["error"] == "bad_request"
            with contextlib.suppress(ConnectionError):  # what it had sent was not read to its end
                assert await bad.hear() is None
            assert (await good.ask(do="status"))["ok"]

    asyncio.run(scene())


def test_half_a_line_is_no_request_and_several_at_once_are_several() -> None:
    async def scene() -> None:
        async with toy_box(SOCKET) as box:
            async with line_to(SOCKET) as line:
                await line.say(b'{"do": "stop"}\n{"do": "pause"}\n{"do": "sto')
                assert [(await line.hear())["ok"] for _ in range(2)] == [True, True]
                line.writer.write_eof()
                assert await line.hear() is None
            assert box.asked == [("stop",), ("pause",)]

    asyncio.run(scene())


def test_who_says_all_and_hangs_up_is_answered() -> None:
    """As `echo … | socat - UNIX-CONNECT:control` does."""

    async def scene() -> None:
        async with toy_box(SOCKET), line_to(SOCKET) as line:
            await line.say({"do": "settings"})
            line.writer.write_eof()
            assert (await line.hear())["ok"]
            assert await line.hear() is None

    asyncio.run(scene())


def test_two_hundred_at_once_and_those_who_were_first_are_served() -> None:
    async def scene() -> None:
        async with toy_box(SOCKET):
            first = [Line(*await asyncio.open_unix_connection(SOCKET)) for _ in range(CLIENTS)]
            for line in first:
                assert await line.hear()
            many = [Line(*await asyncio.open_unix_connection(SOCKET)) for _ in range(200 - CLIENTS)]
            for line in many:
                assert await line.hear()
                assert (await line.hear())["error"] == "busy"
                assert await line.hear() is None
            for line in first:
                assert (await line.ask(do="status"))["ok"]
            for line in [*first, *many]:
                line.writer.close()
                await line.writer.wait_closed()
            while True:  # until the box has seen them go
                line = Line(*await asyncio.open_unix_connection(SOCKET))
                await line.hear()
                found = await line.ask(do="status")
                line.writer.close()
                if found["ok"]:
                    break

    asyncio.run(scene())


def test_a_client_that_does_not_read_is_dropped_and_the_box_does_not_wait() -> None:
    async def scene() -> None:
        async with toy_box(SOCKET) as box, line_to(SOCKET) as good:
            async with line_to(SOCKET) as slow:
                assert (await slow.ask(do="watch"))["ok"]
                assert (await good.ask(do="watch"))["ok"]
                slow.reader._transport.pause_reading()  # type: ignore[attr-defined]  # nobody is as slow as one who does nothing
                news = Began(Told("a-fox", "a fox"), Passage(3, "a" * 2000))
                happened = 0
                while len(box.listeners) == 2:
                    box.happens(news)
                    happened += 1
                    assert (await good.hear())["index"] == 3
                assert happened * 2000 < 2 * (connection.UNREAD + 1_000_000), "that is what a kernel may hold, and we"
            assert (await good.ask(do="stop"))["event"] == "state"

    asyncio.run(scene())


def test_a_client_that_is_gone_in_the_middle_of_a_reply_is_no_matter(caplog: pytest.LogCaptureFixture) -> None:
    async def scene() -> None:
        async with toy_box(SOCKET) as box:
            for _ in range(30):
                _reader, writer = await asyncio.open_unix_connection(SOCKET)
                writer.write(b'{"do": "watch"}\n' + b'{"do": "settings"}\n' * 20)
                await writer.drain()
                writer.transport.abort()
                box.happens(Changed())
            async with line_to(SOCKET) as line:
                assert (await line.ask(do="status"))["ok"]
            while box.listeners:  # noqa: ASYNC110 - the box notes it nowhere else
                await asyncio.sleep(0)

    asyncio.run(scene())
    assert [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []


def test_a_fault_of_ours_is_told_and_logged_and_costs_nobody_his_line(caplog: pytest.LogCaptureFixture) -> None:
    async def scene() -> None:
        async with toy_box(SOCKET), line_to(SOCKET) as line:
            assert (await line.ask(id="a", do="preview", voice="broken")) | {"says": ""} == {
                "id": "a", "ok": False, "error": "fault", "says": "",
            }  # fmt: skip
            assert (await line.ask(do="status"))["ok"]

    asyncio.run(scene())
    assert "ZeroDivisionError" in caplog.text


def test_a_watcher_hears_the_status_first_and_then_each_thing_once() -> None:
    async def scene() -> None:
        async with toy_box(SOCKET) as box, line_to(SOCKET) as one, line_to(SOCKET) as other:
            assert (await one.ask(do="watch"))["state"] == "idle"
            assert (await one.ask(do="watch"))["ok"], "once more is not twice"
            assert (await other.ask(do="tell", wish=" A  Fox\n"))["ok"]
            assert box.now.state is State.TELLING
            heard = [await one.hear(), await one.hear()]
            assert [event["event"] for event in heard] == ["state", "passage"]
            assert (heard[0]["state"], heard[0]["story"]["title"]) == ("telling", "A Fox")
            assert (heard[1]["index"], heard[1]["text"]) == (0, "Once upon a time,")
            assert (await other.ask(do="volume", by=5))["now"] == 45
            assert await one.hear() == {"event": "volume", "now": 45, "least": 10, "most": 80}

    asyncio.run(scene())


def test_the_reply_to_a_restart_has_gone_before_it_begins() -> None:
    async def scene() -> None:
        async with toy_box(SOCKET) as box, line_to(SOCKET) as line:
            assert (await line.ask(do="restart"))["ok"]
            await box.restarted.wait()
            box.restarted.clear()
            async with line_to(SOCKET) as line:
                await line.say({"do": "restart"})  # who does not wait for the reply is not obeyed the less
            await box.restarted.wait()

    asyncio.run(scene())


def test_nothing_is_left_of_a_thousand_clients() -> None:
    async def scene() -> None:
        async with toy_box(SOCKET) as box:
            for turn in range(1000):
                async with line_to(SOCKET) as line:
                    assert (await line.ask(do="watch" if turn % 2 else "status"))["ok"]
                if turn == 10:
                    await _settled(box)
                    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
            await _settled(box)
            gc.collect()
            assert len(os.listdir("/proc/self/fd")) <= before  # noqa: PTH208
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(scene())


async def _settled(box: ToyBox) -> None:
    """Until the box has seen everybody go."""
    while box.listeners or len(asyncio.all_tasks()) > 1:  # noqa: ASYNC110 - tasks have no event
        await asyncio.sleep(0)
