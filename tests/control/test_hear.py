"""A sound over the control socket: in pieces, bounded, of one client at a time, and nowhere but in memory."""

import asyncio
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from toy_box import WISH, Line, line_to, toy_box

from fably.control import sound as floor
from fably.control.client import connected
from fably.control.protocol import PIECE, SOUND, Refused

SOCKET = Path("control")
PCM = bytes(range(256)) * (SOUND // 256)
Asked = dict[str, Any]


def piece(pcm: bytes, **more: object) -> Asked:
    return {"do": "hear", "sound": b64encode(pcm).decode(), **more}


@pytest.mark.parametrize("size", [2, PIECE, PIECE + 2, SOUND])
def test_a_sound_arrives_whole_in_as_many_pieces_as_it_takes(size: int) -> None:
    async def scene() -> None:
        async with toy_box(SOCKET) as box, connected([SOCKET]) as line:
            assert await line.hear(PCM[:size], "tr") == {"wish": f"{WISH} of {size}", "sure": True}
            box.sure = False
            assert await line.hear(bytes(size), "en") == {"wish": "", "sure": False}, "once more is another one"
            assert box.asked == [("hear", size, "tr"), ("hear", size, "en")]

    asyncio.run(scene())


def test_by_hand_it_is_a_line_or_several() -> None:
    async def scene() -> None:
        async with toy_box(SOCKET) as box, line_to(SOCKET) as line:
            assert await line.ask(id=1, **piece(b"abcd")) == {"id": 1, "ok": True, "wish": f"{WISH} of 4", "sure": True}
            assert await line.ask(**piece(b"abc", more=True)) == {"id": None, "ok": True}
            assert (await line.ask(**piece(b"d", at=3, more=True)))["ok"], "pieces are cut anywhere"
            assert (await line.ask(**piece(b"", at=4, language="en")))["wish"] == f"{WISH} of 4"
            assert [one[1:] for one in box.asked] == [(4, None), (4, "en")]

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"do": "hear"}, "hear needs sound"),
        ({"do": "hear", "sound": [1, 2]}, "sound does not fit"),
        ({"do": "hear", "sound": "b" * 64_004}, "sound does not fit"),
        ({"do": "hear", "sound": "not base64!"}, "base64"),
        ({"do": "hear", "sound": "YWJj ZGVm"}, "base64"),
        ({"do": "hear", "sound": "şşşş"}, "base64"),
        (piece(b"abc"), "in the middle of a sample"),
        (piece(b"ab", at=2), "the next one begins at 0"),
        (piece(b"ab", at=-2), "at does not fit"),
        (piece(b"ab", at=SOUND + 2), "at does not fit"),
        (piece(b"ab", more="yes"), "more does not fit"),
        (piece(b"ab", language="de"), "language does not fit"),
        (piece(b"ab", rate=8000), "hear takes no rate"),
    ],
)
def test_what_is_no_sound_is_refused_and_the_line_goes_on(wrong: Asked, says: str) -> None:
    async def scene() -> None:
        async with toy_box(SOCKET) as box, line_to(SOCKET) as line:
            reply = await line.ask(**wrong)
            assert (reply["ok"], reply["error"]) == (False, "bad_request")
            assert says in reply["says"]
            assert box.asked == []
            assert (await line.ask(**piece(b"ab")))["ok"]

    asyncio.run(scene())


def test_what_is_too_long_is_refused_however_it_is_sent() -> None:
    async def scene() -> None:
        async with toy_box(SOCKET) as box, connected([SOCKET]) as line, line_to(SOCKET) as rude:
            with pytest.raises(Refused, match="20 seconds are the most") as refused:
                await line.hear(PCM + b"ab", "en")
            assert refused.value.word == "bad_request"
            for at in range(0, 2 * SOUND, PIECE):  # who does not wait for a reply
                await rude.say(piece(PCM[:PIECE], at=min(at, SOUND), more=at + PIECE < 2 * SOUND))
            replies = [await rude.hear() for _ in range(0, 2 * SOUND, PIECE)]
            assert [one["ok"] for one in replies] == [at + PIECE <= SOUND for at in range(0, 2 * SOUND, PIECE)]
            assert box.asked == [], "what follows a piece that was refused is no sound of its own"

    asyncio.run(scene())


def test_one_is_heard_at_a_time_and_nobody_else_waits() -> None:
    async def scene() -> None:
        async with toy_box(SOCKET) as box, line_to(SOCKET) as one, line_to(SOCKET) as other, line_to(SOCKET) as third:
            assert (await one.ask(**piece(b"ab", more=True)))["ok"]
            assert (await other.ask(**piece(b"ab")))["error"] == "busy"
            box.understands.clear()
            await one.say(piece(b"cd", at=2))
            while not box.asked:  # noqa: ASYNC110 - the box notes it nowhere else
                await asyncio.sleep(0)
            assert (await other.ask(**piece(b"ab")))["error"] == "busy"
            assert (await third.ask(do="stop"))["ok"], "while it understands it does whatever else it is asked"
            box.understands.set()
            assert (await one.hear())["wish"] == f"{WISH} of 4"
            assert (await other.ask(**piece(b"ab")))["ok"]

    asyncio.run(scene())


async def until_free(line: Line) -> None:
    while not (await line.ask(**piece(b"ab")))["ok"]:
        pass


def test_who_goes_or_sleeps_in_the_middle_of_it_leaves_the_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        async with toy_box(SOCKET) as box, line_to(SOCKET) as line, line_to(SOCKET) as sleeper:
            async with line_to(SOCKET) as gone:
                assert (await gone.ask(**piece(b"ab", more=True)))["ok"]
                assert (await line.ask(**piece(b"ab")))["error"] == "busy"
            await until_free(line)
            assert (await sleeper.ask(**piece(b"ab", more=True)))["ok"]
            monkeypatch.setattr(floor, "PATIENCE", 0.0)
            assert (await line.ask(**piece(b"abcd")))["ok"]
            assert (await sleeper.ask(**piece(b"cd", at=2)))["error"] == "bad_request", "it begins anew"
            assert {size for _do, size, _language in box.asked} == {2, 4}

    asyncio.run(scene())


def test_a_box_that_listens_to_a_child_says_so() -> None:
    async def scene() -> None:
        async with toy_box(SOCKET) as box, line_to(SOCKET) as line:
            box.deaf = "a child is first"
            reply = await line.ask(**piece(b"ab"))
            assert (reply["error"], reply["says"]) == ("busy", "a child is first")
            box.deaf = ""
            assert (await line.ask(**piece(b"ab")))["ok"], "the floor is free again"

    asyncio.run(scene())


_opened: list[str] | None = None


def _note(event: str, given: tuple[Any, ...]) -> None:
    if _opened is not None and event in ("open", "os.rename", "os.mkdir", "tempfile.mkstemp", "shutil.copyfile"):
        _opened.append(f"{event} {given}")


@contextmanager
def files_noted() -> Iterator[list[str]]:
    """What is opened, made or renamed by this process."""
    global _opened  # a hook stays for good, and so it must be told
    _opened = []
    try:
        yield _opened
    finally:
        _opened = None


sys.addaudithook(_note)


def test_nothing_of_it_touches_a_file() -> None:
    async def scene() -> None:
        async with toy_box(SOCKET), connected([SOCKET]) as line:
            with files_noted() as noted:
                assert (await line.hear(PCM, "en"))["sure"]
            assert noted == []
            with files_noted() as noted:
                Path("canary").write_bytes(PCM)  # noqa: ASYNC240 - it would be noted
            assert noted

    asyncio.run(scene())
