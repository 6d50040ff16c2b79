"""A real box at a bedside: `fably --loop` as a process of its own, in a room in which a test speaks to it. Nobody waits for seconds, but
for what the box says of itself and for the sound that it has taken."""

import audioop
import os
import pty
import subprocess
import sys
import termios
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import sound_card
from waking import RATE

SIZE = 2 * RATE // 50
"""Bytes of 20 ms."""
PIPE = 65_536
"""Bytes that wait in a pipe."""
PATIENCE = 200.0
"""Seconds for all that is waited for; on a quiet machine it takes twenty."""
CARD_SPEED = 2_000_000
"""Bytes a second that the loudspeaker takes: forty times as fast as a story is heard."""


class Room:
    """What the microphone "ear" hears: a quiet room, and in it what is said, as fast as it is said. Where nobody listens two seconds of it
    wait in the pipe, and then it all waits."""

    def __init__(self, pipe: Path) -> None:
        self._number = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
        self._random = Random(0)  # noqa: S311
        self._said: deque[bytes] = deque()
        self._over = threading.Event()
        self.taken = 0
        """Pieces of 20 ms that the pipe has taken."""
        self._sounding = threading.Thread(target=self._sound, name="a room")
        self._sounding.start()

    def say(self, pcm: bytes) -> None:
        """Say it, after what is being said."""
        self._said.extend(pcm[at : at + SIZE] for at in range(0, len(pcm), SIZE))

    def close(self) -> None:
        self._over.set()
        self._sounding.join()
        os.close(self._number)

    def _sound(self) -> None:
        due = time.monotonic()
        while not self._over.is_set():
            said = self._said.popleft() if self._said else b""
            noise = audioop.mul(self._random.randbytes(SIZE), 2, 0.0006)  # -70 dBFS
            piece = audioop.add(said.ljust(SIZE, b"\0"), noise, 2)
            while not self._over.is_set():
                try:
                    os.write(self._number, piece)
                except BlockingIOError:  # nobody listens
                    self._over.wait(0.02)
                    due = time.monotonic()
                else:
                    break
            self.taken += 1
            due += 0.02
            self._over.wait(max(0.0, due - time.monotonic()))


class Box:
    """The process, its terminal, and what it says on standard error."""

    def __init__(self, process: "subprocess.Popen[bytes]", terminal: int, said: Path, room: Room) -> None:
        self.process, self.room = process, room
        self._terminal, self._said = terminal, said
        self._read = 0
        self._latest = time.monotonic() + PATIENCE

    @property
    def said(self) -> str:
        return self._said.read_text(encoding="utf-8")

    def until_says(self, line: str) -> None:
        """Wait until it says `line`, after what was waited for before."""
        while (at := self.said.find(line, self._read)) < 0:
            self._a_moment(f"{line!r} was not said")
        self._read = at + len(line)

    def until_listens(self, seconds: float) -> None:
        """Wait until the microphone has been open for so long."""
        while self.room.taken < PIPE // SIZE:
            self._a_moment("the room is silent")
        begin = self.room.taken
        while self.room.taken < begin + seconds * 50:
            self._a_moment("nobody listens")

    def until_has_keys(self) -> None:
        """Wait until a key that is pressed arrives at once."""
        while termios.tcgetattr(self._terminal)[3] & termios.ICANON:
            self._a_moment("it does not take the keyboard")

    def press(self) -> None:
        os.write(self._terminal, b" ")

    def _a_moment(self, what: str) -> None:
        assert self.process.poll() is None, f"the box has ended with {self.process.returncode}: {self.said}"
        assert time.monotonic() < self._latest, f"{what}; the box said: {self.said}"
        time.sleep(0.02)


@contextmanager
def bedside(pipe: Path, card: Path, *flags: str) -> Iterator[Box]:
    """A box with these flags. It is stopped afterwards as systemd stops it."""
    sound_card.install(Path(os.environ["HOME"]), card, CARD_SPEED, pipe)
    person, program = pty.openpty()
    said = Path("said").absolute()
    with said.open("wb") as errors, subprocess.Popen(
        [sys.executable, "-m", "fably", "--loop", "--microphone-device", "ear", *flags],
        stdin=program, stdout=subprocess.DEVNULL, stderr=errors, start_new_session=True,
    ) as process:  # fmt: skip
        room = Room(pipe)
        try:
            yield Box(process, person, said, room)
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            finally:
                process.kill()
                room.close()
                os.close(person)
                os.close(program)
