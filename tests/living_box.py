#!/usr/bin/env python3
"""A whole `fably --loop` as a process of its own, at mock pins that are driven through its standard input, and what is seen of it.

As a program it is the box: living_box.py ARGUMENTS OF FABLY. A line "down" or "up" of standard input is an edge of the button.
"""

import contextlib
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

BUTTON = 17
PATIENCE = 40.0
_HEARD = re.compile(r"passage \d+ is heard: (.*)")


class LivingBox:
    """A box that lives, and whoever presses its button. It counts what it was told on its two outputs."""

    def __init__(self, *arguments: str, environment: Mapping[str, str] | None = None, under: Sequence[str] = ()) -> None:
        self.process = subprocess.Popen(
            [*under, sys.executable, __file__, "--loop", "--debug", *arguments],
            env={**os.environ, **(environment or {})}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, bufsize=1,
        )  # fmt: skip
        self.lines: list[tuple[float, str]] = []
        """What it said, with when (the monotonic clock)."""
        outputs = (self.process.stdout, self.process.stderr)
        self._readers = [threading.Thread(target=self._read, args=(one,), name="reads the box") for one in outputs]
        for one in self._readers:
            one.start()

    def _read(self, output: Iterator[str]) -> None:
        for line in output:
            self.lines.append((time.monotonic(), line.rstrip()))

    def edge(self, what: str) -> float:
        """Drive the pin "down" or "up"; gives when that was."""
        assert self.process.stdin
        self.process.stdin.write(f"{what}\n")
        self.process.stdin.flush()
        return time.monotonic()

    def press(self) -> float:
        at = self.edge("down")
        self.edge("up")
        return at

    @property
    def told(self) -> list[str]:
        """The first letters of each passage, when it began to be heard."""
        return [match[1] for _at, line in list(self.lines) if (match := _HEARD.search(line))]

    def until(self, text: str, since: int = 0) -> float:
        """Wait until it says something with `text` in it after its first `since` lines; gives when that was."""
        given_up = time.monotonic() + PATIENCE
        while not (found := [at for at, line in list(self.lines)[since:] if text in line]):
            assert time.monotonic() < given_up, f"never: {text}\n" + "\n".join(line for _at, line in self.lines[-30:])
            assert self.process.poll() is None, "it has ended\n" + "\n".join(line for _at, line in self.lines[-30:])
            time.sleep(0.002)
        return found[0]

    def ends(self, how: int | None = None) -> int:
        """End it by a signal, or wait for its own end; gives the exit code."""
        if how is not None:
            self.process.send_signal(how)
        code = self.process.wait(PATIENCE)
        for one in self._readers:
            one.join(PATIENCE)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert pipe
            with contextlib.suppress(OSError):
                pipe.close()
        return code


@contextlib.contextmanager
def living(*arguments: str, environment: Mapping[str, str] | None = None, under: Sequence[str] = ()) -> Iterator[LivingBox]:
    """A box; it has ended afterwards. `under` is a program that is given the box to run."""
    box = LivingBox(*arguments, environment=environment, under=under)
    try:
        box.until("the button is there")
        yield box
    finally:
        if box.process.poll() is None:
            box.process.kill()
        box.ends()


class Ear:
    """Fills the pipe of the sound device "ear": a quiet room, and what is to be said, `speed` times as fast as it would be heard."""

    STEP = 640

    def __init__(self, pipe: Path, room: bytes, speed: float = 10.0) -> None:
        self._room, self._speed = room, speed
        self._words = b""
        self._over = threading.Event()
        self._lock = threading.Lock()
        self.ended = 0.0
        """When the last of what was to be said has been."""
        self._pipe = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
        self._thread = threading.Thread(target=self._fill, name="fills the ear")
        self._thread.start()

    def says(self, pcm: bytes) -> None:
        with self._lock:
            self._words += pcm

    def __enter__(self) -> "Ear":
        return self

    def __exit__(self, *_exc: object) -> None:
        self._over.set()
        self._thread.join()
        os.close(self._pipe)

    def _fill(self) -> None:
        at, step = 0, self.STEP
        due = time.monotonic()
        while not self._over.wait(max(0.0, due - time.monotonic())):
            due = max(due, time.monotonic() - 0.5) + step / 32_000 / self._speed
            at = (at + step) % (len(self._room) - step)
            with self._lock:
                words = self._words[:step]
            try:
                os.write(self._pipe, words if len(words) == step else self._room[at : at + step])
            except BlockingIOError:  # nobody listens
                continue
            if words:
                with self._lock:
                    self._words = self._words[step:]
                    if not self._words:
                        self.ended = time.monotonic()


def main(arguments: Sequence[str]) -> None:
    from fably.memory.lazily import lazily

    lazily("gpiozero")  # as fably.pins says it: here it is imported before
    import gpiozero
    from gpiozero.pins.mock import MockFactory, MockPWMPin

    from fably.__main__ import run

    factory = gpiozero.Device.pin_factory = MockFactory(pin_class=MockPWMPin)

    def press() -> None:
        while (told := factory.pin(BUTTON).when_changed) is None or told.__self__.when_deactivated is None:
            time.sleep(0.001)
        print("the button is there", file=sys.stderr, flush=True)
        for line in sys.stdin:
            pin = factory.pin(BUTTON)
            pin.drive_low() if line.strip() == "down" else pin.drive_high()

    threading.Thread(target=press, daemon=True).start()
    sys.argv[1:] = arguments
    run()


if __name__ == "__main__":
    main(sys.argv[1:])
