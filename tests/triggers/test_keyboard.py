"""The space bar of a real terminal: a pseudo-terminal whose other end the test holds."""

import asyncio
import os
import select
import signal
import subprocess
import sys
import termios
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import pytest

from fably.core.errors import ConfigError
from fably.core.types import Gesture
from fably.triggers.keyboard import Keyboard
from fably.triggers.keystrokes import Keystrokes, Repeat

HOUR = 3600.0
ENDS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


def modes(terminal: int) -> object:
    return termios.tcgetattr(terminal)[:4]


def keyboard(terminal: int, first: float = 0.01, next: float = HOUR) -> AsyncGenerator[Gesture, None]:
    return Keyboard(Keystrokes(HOUR, 2 * HOUR, Repeat(first, next)), terminal).gestures()


def test_a_tap(terminal: tuple[int, int]) -> None:
    person, program = terminal

    async def main() -> None:
        async with aclosing(keyboard(program)) as gestures:
            os.write(person, b"x ")
            assert [await anext(gestures), await anext(gestures)] == [Gesture.DOWN, Gesture.SHORT]

    asyncio.run(main())


def test_plus_and_minus_with_shift_or_without(terminal: tuple[int, int]) -> None:
    person, program = terminal

    async def main() -> None:
        async with aclosing(keyboard(program, HOUR)) as gestures:
            os.write(person, b"+- =_")
            told = [await anext(gestures) for _ in range(5)]
            assert told == [Gesture.LOUDER, Gesture.SOFTER, Gesture.DOWN, Gesture.LOUDER, Gesture.SOFTER]

    asyncio.run(main())


def test_a_key_that_is_held(terminal: tuple[int, int]) -> None:
    person, program = terminal

    async def main() -> None:
        async with aclosing(keyboard(program, HOUR, 0.01)) as gestures:
            os.write(person, b"   ")
            assert [await anext(gestures) for _ in range(3)] == [Gesture.DOWN, Gesture.HELD, Gesture.RELEASED]

    asyncio.run(main())


@pytest.mark.parametrize("key", [b"q", b"Q", b"\x04"])
def test_a_person_can_leave_and_the_terminal_is_as_before(terminal: tuple[int, int], key: bytes) -> None:
    person, program = terminal
    before = modes(program)

    async def main() -> list[Gesture]:
        async with aclosing(keyboard(program, HOUR)) as gestures:
            os.write(person, b" ")
            told = [await anext(gestures)]
            assert modes(program) != before
            os.write(person, b"\x1b[A")
            os.write(person, key)
            return told + [gesture async for gesture in gestures]

    assert asyncio.run(main()) == [Gesture.DOWN]
    assert modes(program) == before


def test_closing_gives_the_terminal_back(terminal: tuple[int, int]) -> None:
    person, program = terminal
    before = modes(program)
    handlers = [signal.getsignal(one) for one in ENDS]

    async def main() -> None:
        for _ in range(2):
            async with aclosing(keyboard(program, HOUR)) as gestures:
                os.write(person, b" ")
                assert await anext(gestures) == Gesture.DOWN
            assert modes(program) == before

    asyncio.run(main())
    assert [signal.getsignal(one) for one in ENDS] == handlers


def test_a_terminal_that_is_closed_ends_it() -> None:
    person, program = os.openpty()

    async def main() -> list[Gesture]:
        async with aclosing(keyboard(program, HOUR)) as gestures:
            os.write(person, b" ")
            told = [await anext(gestures)]
            os.close(person)
            return told + [gesture async for gesture in gestures]

    assert asyncio.run(main()) == [Gesture.DOWN]
    os.close(program)


def test_standard_input_that_is_no_terminal(tmp_path: Path) -> None:
    file = tmp_path / "input"
    file.touch()

    async def main() -> None:
        with file.open() as opened:
            await anext(Keyboard(terminal=opened.fileno()).gestures())

    with pytest.raises(ConfigError, match="needs a terminal, and standard input is none; start Fably in one"):
        asyncio.run(main())


SCRIPT = """
import asyncio, sys
from fably.triggers.keyboard import Keyboard

async def main():
    async for gesture in Keyboard().gestures():
        print(gesture.name, flush=True)

try:
    asyncio.run(main())
except KeyboardInterrupt:
    sys.exit(130)
"""


def line(output: int) -> bytes:
    """What a program says next, byte by byte, so that what follows is left for others."""
    said = b""
    while not said.endswith(b"\n"):
        assert select.select([output], [], [], 60)[0]
        piece = os.read(output, 1)
        assert piece, said
        said += piece
    return said


@pytest.mark.parametrize("end", ENDS)
def test_the_terminal_is_given_back_whatever_ends_the_program(terminal: tuple[int, int], end: signal.Signals) -> None:
    person, program = terminal
    before = modes(program)
    with subprocess.Popen([sys.executable, "-c", SCRIPT], stdin=program, stdout=subprocess.PIPE, start_new_session=True) as child:
        assert child.stdout is not None
        os.write(person, b" ")
        assert line(child.stdout.fileno()) == b"DOWN\n"
        assert modes(program) != before
        child.send_signal(end)
        assert child.wait(60) in (-end, 130)
    assert modes(program) == before


def test_ctrl_z_gives_the_terminal_back_until_the_program_goes_on(terminal: tuple[int, int]) -> None:
    person, program = terminal
    before = modes(program)
    with subprocess.Popen([sys.executable, "-c", SCRIPT], stdin=program, stdout=subprocess.PIPE, process_group=0) as child:
        assert child.stdout is not None
        os.write(person, b" ")
        assert line(child.stdout.fileno()) == b"DOWN\n"
        child.send_signal(signal.SIGTSTP)
        _pid, status = os.waitpid(child.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        assert modes(program) == before
        child.send_signal(signal.SIGCONT)
        os.write(person, b"\n   q")
        assert b"HELD" in b"".join(child.stdout)
    assert modes(program) == before


IN_THE_BACKGROUND = """
import fcntl, subprocess, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
sys.exit(subprocess.run([sys.executable, "-c", sys.argv[1]], process_group=0).returncode)
"""


def test_in_the_background_the_terminal_belongs_to_somebody_else(terminal: tuple[int, int]) -> None:
    _person, program = terminal
    before = modes(program)
    done = subprocess.run(
        [sys.executable, "-c", IN_THE_BACKGROUND, SCRIPT], stdin=program, capture_output=True, text=True, timeout=60, check=False,
        start_new_session=True,
    )  # fmt: skip
    assert done.stderr.endswith("start it in the foreground\n")
    assert modes(program) == before
