"""How far something is that takes minutes: a bar on a terminal, and elsewhere a line every tenth, for a log has no carriage to return."""

import sys
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self

import click

from fably.screen import show


class Progress(AbstractContextManager["Progress"]):
    """Shows on standard error how much of `whole` is done. `quiet` shows nothing."""

    def __init__(self, title: str, whole: int, *, quiet: bool = False) -> None:
        self._title, self._whole, self._quiet = title, max(1, whole), quiet
        self._done = 0
        self._tenths = 0
        on_terminal = sys.stderr is not None and sys.stderr.isatty() and not quiet
        self._bar = click.progressbar(length=self._whole, label=title, file=sys.stderr) if on_terminal else None

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.__exit__(kind, error, trace)

    def at(self, done: int) -> None:
        """So much is done; less than before where something had to be begun anew."""
        if self._bar is not None:
            self._bar.update(done - self._done)
        elif not self._quiet and done * 10 // self._whole > self._tenths:
            show(f"{self._title}: {done * 10 // self._whole * 10} %\n", sys.stderr)
        self._done = done
        self._tenths = max(self._tenths, done * 10 // self._whole)
