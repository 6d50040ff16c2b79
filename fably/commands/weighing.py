"""What `fably memory …` does: what Fably may take of this machine's memory."""

import sys
from collections.abc import Iterator

from fably.memory.machine import machine_memory
from fably.screen import show
from fably.settings import Settings, fields_of
from fably.settings.modes import AUTO, MODES, NAMES, SET, suggested
from fably.texts import text

_GAP = 2


def show_modes(settings: Settings) -> None:
    """Show the table of the modes, with the values that are in force beside them."""
    show("\n".join([*_table(settings), "", *_said(settings, machine_memory())]) + "\n", sys.stdout)


def _table(settings: Settings) -> Iterator[str]:
    """A row for each setting that depends on the mode: its name, what each mode gives it, what it is now."""
    head = ["", *(f"[{name}]" if name == settings.mode.name else name for name in NAMES), text(settings.language, "memory.mode_now")]
    rows = [head]
    for field in (one for one in fields_of(Settings) if one.name in SET):
        given = [MODES[name].get(field.name, "") for name in NAMES]
        usual = field.shown(field.default)
        cells = [f"{text} *" if text else usual or "-" for text in given]
        rows.append([str(field.flag), *cells, field.shown(getattr(settings, field.name)) or "-"])
    widths = [max(len(row[at]) for row in rows) + _GAP for at in range(len(head))]
    for row in rows:
        yield "".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def _said(settings: Settings, memory: int | None) -> Iterator[str]:
    def say(key: str, **values: object) -> str:
        return text(settings.language, f"memory.{key}", **values)

    yield say("modes_marks")
    mode, suits = settings.mode, suggested(memory)
    why = say("mode_auto" if mode.auto else "mode_named" if mode.origin else "mode_unnamed", origin=mode.origin)
    yield say("mode_in_force", mode=mode.name, why=why)
    has = say("memory_unknown") if memory is None else say("memory_known", gigabytes=f"{memory / 1e9:.2f}")
    yield say("mode_suits", has=has, mode=suits) + ("" if mode.auto else " " + say("mode_by_itself", auto=AUTO))
