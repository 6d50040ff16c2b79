"""The space bar of a terminal in the place of a button, for computers that have none."""

import asyncio
import os
import re
import sys
import termios
from collections.abc import AsyncGenerator
from contextlib import aclosing

from fably.core.errors import ConfigError
from fably.core.types import Gesture
from fably.triggers.inbox import Inbox, recognised
from fably.triggers.keystrokes import Keystrokes
from fably.triggers.terminal import in_foreground, keys_one_by_one

KEY = ord(" ")
VOLUME = {ord("+"): Gesture.LOUDER, ord("="): Gesture.LOUDER, ord("-"): Gesture.SOFTER, ord("_"): Gesture.SOFTER}
"""With Shift or without: + stands above = on many keyboards."""
LEAVE = frozenset(b"qQ\x04")
"""q, and Ctrl-D. Ctrl-C is a signal, as everywhere."""
_ESCAPES = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|O.|.)?", re.DOTALL)
"""What arrows and function keys send, which may hold a q or a space."""
_AT_ONCE = 256


class Keyboard:
    """A trigger: the space bar of the terminal at standard input. A tap is a short press, two are a double, and a key that is held is held;
    + and - are louder and softer.

    The stream ends when somebody presses q.
    """

    def __init__(self, keystrokes: Keystrokes | None = None, terminal: int | None = None) -> None:
        self._keystrokes, self._given = keystrokes or Keystrokes(), terminal

    async def gestures(self) -> AsyncGenerator[Gesture, None]:
        """What is done to the space bar. Raises `ConfigError` where there is no terminal, or it belongs to somebody else."""
        terminal = self._terminal()
        inbox: Inbox[int | Gesture] = Inbox()
        loop = asyncio.get_running_loop()

        def read() -> None:
            try:
                typed = os.read(terminal, _AT_ONCE)
            except OSError:  # the window has been closed
                typed = b""
            keys = _ESCAPES.sub(b"", typed)
            for key in keys:
                if key == KEY or key in VOLUME:
                    inbox.put(VOLUME.get(key, key))
            if not typed or LEAVE & set(keys):
                loop.remove_reader(terminal)
                inbox.close()

        try:
            with keys_one_by_one(terminal):
                loop.add_reader(terminal, read)
                try:
                    async with aclosing(recognised(inbox, self._keystrokes)) as gestures:
                        async for gesture in gestures:
                            yield gesture
                finally:
                    loop.remove_reader(terminal)
        except termios.error as error:
            raise ConfigError(f"--keyboard: the terminal cannot be used ({error}); start without --keyboard") from error

    def _terminal(self) -> int:
        terminal = self._given
        if terminal is None:
            terminal = sys.stdin.fileno() if sys.stdin is not None else -1
        if not os.isatty(terminal):
            raise ConfigError("--keyboard needs a terminal, and standard input is none; start Fably in one, or without --keyboard")
        if not in_foreground(terminal):
            raise ConfigError("--keyboard: Fably runs in the background, where no keys arrive; start it in the foreground")
        return terminal
