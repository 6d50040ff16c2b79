"""A terminal that gives its keys one by one, and is given back as it was, however the program ends."""

import contextlib
import os
import signal
import termios
from collections.abc import Iterator
from types import FrameType
from typing import Any

_ENDS = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
"""What ends a program on the spot. Ctrl-C is not among them: it raises, and so takes the ordinary way out."""


@contextlib.contextmanager
def keys_one_by_one(terminal: int) -> Iterator[None]:
    """Neither echo nor line editing at the file descriptor `terminal`; signals as ever. Raises `OSError`.

    Signals that somebody handles already are left to them. Only the main thread can handle signals; in others they are left alone.
    """
    before = termios.tcgetattr(terminal)
    wanted = [*before]
    wanted[3] &= ~(termios.ICANON | termios.ECHO)
    wanted[6] = [*before[6]]
    wanted[6][termios.VMIN], wanted[6][termios.VTIME] = 1, 0

    def leave(number: int, _frame: FrameType | None) -> None:
        _set(terminal, before)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    def stop(_number: int, _frame: FrameType | None) -> None:
        _set(terminal, before)
        os.kill(os.getpid(), signal.SIGSTOP)  # Ctrl-Z; what follows happens when it goes on
        _set(terminal, wanted)

    with contextlib.ExitStack() as stack:
        stack.callback(_set, terminal, before)
        for number in _ENDS:
            stack.enter_context(_handled(number, leave))
        stack.enter_context(_handled(signal.SIGTSTP, stop))
        _set(terminal, wanted)
        yield


def in_foreground(terminal: int) -> bool:
    """Whether the terminal is ours to change: who does so in the background is stopped by it."""
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:  # it controls nobody: a terminal of a program's own
        return True


def _set(terminal: int, attributes: list[Any]) -> None:
    if in_foreground(terminal):
        with contextlib.suppress(termios.error):  # it has gone
            termios.tcsetattr(terminal, termios.TCSADRAIN, attributes)


@contextlib.contextmanager
def _handled(number: int, handler: Any) -> Iterator[None]:
    if signal.getsignal(number) is not signal.SIG_DFL:
        yield
        return
    try:
        signal.signal(number, handler)
    except ValueError:  # not the main thread
        yield
        return
    try:
        yield
    finally:
        if signal.getsignal(number) is handler:
            signal.signal(number, signal.SIG_DFL)
