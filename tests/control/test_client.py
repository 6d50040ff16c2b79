"""The client, at a box that is there, is not, goes, or is none."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from toy_box import toy_box

from fably.box.remote import Changed
from fably.control import client
from fably.control.client import NobodyThere, connected
from fably.control.protocol import Refused

SOCKET, NOWHERE = Path("control"), Path("nowhere/control")


def test_several_ask_at_once_and_each_gets_his_own_answer() -> None:
    async def scene() -> None:
        async with toy_box(SOCKET), connected([NOWHERE, SOCKET]) as box:
            asked = [box.ask("volume", percent=percent) for percent in range(20, 60)]
            assert [said["now"] for said in await asyncio.gather(*asked)] == list(range(20, 60))
            with pytest.raises(Refused) as refused:
                await box.ask("dance")
            assert refused.value.word == "unknown_command"

    asyncio.run(scene())


def test_what_is_too_long_for_a_line_is_bad_input_and_the_box_is_still_there() -> None:
    async def scene() -> None:
        async with toy_box(SOCKET), connected([SOCKET]) as box:
            with pytest.raises(Refused, match="too long") as refused:
                await box.ask("tell", wish="ş" * 100_000)
            assert refused.value.word == "bad_request"
            assert (await box.ask("status"))["state"] == "idle"

    asyncio.run(scene())


def test_events_come_in_order_also_between_replies() -> None:
    async def scene() -> None:
        async with toy_box(SOCKET) as toy, connected([SOCKET]) as box:
            assert (await box.ask("watch"))["state"] == "idle"
            await box.ask("tell", wish="a fox")
            await box.ask("stop")
            events = box.events()
            heard = [await anext(events) for _ in range(3)]
            assert [(one["event"], one.get("state")) for one in heard] == [("state", "telling"), ("passage", None), ("state", "idle")]
            for _ in range(client.EVENTS + 1):  # more than anybody leaves unread
                toy.happens(Changed())
            with pytest.raises(NobodyThere, match="the box has gone"):
                async for _event in events:
                    pass

    asyncio.run(scene())


def test_who_is_not_there_is_looked_for_and_named() -> None:
    async def scene() -> None:
        with pytest.raises(NobodyThere, match=r"no box answers at nowhere/control, control; `fably --loop` is one"):
            async with connected([NOWHERE, SOCKET]):
                pass
        with pytest.raises(NobodyThere, match="yanıt veren bir kutu yok"):
            async with connected([NOWHERE], "tr"):
                pass

    asyncio.run(scene())


def test_a_box_that_goes_is_missed_by_whoever_asks_or_listens() -> None:
    async def scene() -> None:
        async with AsyncExitStack() as house, AsyncExitStack() as elsewhere:
            await elsewhere.enter_async_context(toy_box(SOCKET))
            box = await house.enter_async_context(connected([SOCKET]))
            await box.ask("watch")
            listening = asyncio.create_task(anext(box.events()))
            await elsewhere.aclose()
            with pytest.raises(NobodyThere, match="the box has gone"):
                await listening
            with pytest.raises(NobodyThere, match="the box has gone"):
                await box.ask("status")

    asyncio.run(scene())


@asynccontextmanager
async def stranger(*says: bytes) -> AsyncIterator[None]:
    """Somebody else who listens there, says something and waits for the end."""

    writers: list[asyncio.StreamWriter] = []

    def come(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.writelines(says)
        writers.append(writer)

    server = await asyncio.start_unix_server(come, SOCKET)
    try:
        yield
    finally:
        server.close()
        for writer in writers:
            writer.close()
            with contextlib.suppress(ConnectionError):  # who did not like what was said may have gone first
                await writer.wait_closed()


@pytest.mark.parametrize(
    ("says", "message"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n", "does not greet as a box does"),
        (b"[]\n", "does not greet as a box does"),
        (b'{"fably": "9.0", "protocol": 2}\n', r"is Fably 9\.0, which speaks another protocol \(2\)"),
        (b"", "does not greet as a box does"),
    ],
)
def test_who_is_no_box_or_another_one_is_not_spoken_to(says: bytes, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PATIENCE", 0.05 if not says else 30)

    async def scene() -> None:
        async with stranger(says):
            with pytest.raises(NobodyThere, match=message):
                async with connected([SOCKET]):
                    pass

    asyncio.run(scene())


def test_a_box_that_never_answers_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        async with stranger(b'{"fably": "1", "protocol": 1}\n'), connected([SOCKET]) as box:
            monkeypatch.setattr(client, "PATIENCE", 0.05)
            with pytest.raises(NobodyThere, match=r"the box has not answered for 0\.05 seconds"):
                await box.ask("status")

    asyncio.run(scene())


def test_nobody_listens_at_a_socket_that_was_left() -> None:
    with socket.socket(socket.AF_UNIX) as crashed:
        crashed.bind(str(SOCKET))

    async def scene() -> None:
        async with connected([SOCKET]):
            pass

    with pytest.raises(NobodyThere):
        asyncio.run(scene())
