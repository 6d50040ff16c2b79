"""What `fably memory report` shows: what Fably's processes take now, and what was noted of it."""

import json as json_
import os
import platform
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from fably.core.errors import ConfigError
from fably.memory.journal import NAME, Note, read
from fably.memory.limits import Limits, limits, meminfo
from fably.memory.measured import shares
from fably.memory.plot import svg
from fably.memory.programs import program, roots
from fably.memory.summary import checkpoints, events, number, runs, sitting, totals, waited, word
from fably.screen import show
from fably.settings import Settings
from fably.texts import text

SHOWN = 20
"""Rows of a table: the last ones."""
_MB = 1_000_000


def report(settings: Settings, *, json: bool, plot: Path | None) -> None:
    """Show what is taken now and what the journal says, as tables or as one JSON object; draw it into `plot`. Raises `ConfigError`."""
    notes, running = read(settings.state / NAME), _now()
    bound = limits(settings.memory_limit, held=max((one["pss"] or 0 for one in running), default=0))  # each has the limit for itself
    if plot is not None:
        _draw(settings, notes, plot)
    if json:
        show(json_.dumps(_facts(notes, bound, running), ensure_ascii=False) + "\n", sys.stdout)
    elif plot is None:
        for line in _tables(settings, notes, bound, running):
            show(line + "\n", sys.stdout)


def _facts(notes: list[Note], bound: Limits | None, running: list[dict[str, Any]]) -> dict[str, Any]:
    """All sizes are in bytes."""
    return {
        "machine": _machine(),
        "limit": bound._asdict() if bound else None,
        "now": running,
        "events": events(notes),
        "engines": [asdict(one) for one in totals(notes)],
        "checkpoints": [asdict(one) for one in checkpoints(notes)],
        "buffers": waited(notes),
        "timeline": [{"pid": one.pid, **asdict(moment)} for one in runs(notes) for moment in one.moments],
    }


def _machine() -> dict[str, Any]:
    model = platform.machine()
    with suppress(OSError):
        model = Path("/proc/device-tree/model").read_text(encoding="utf-8").strip("\0\n ")  # "Raspberry Pi Zero 2 W Rev 1.0"
    memory: dict[str, int] = {}
    with suppress(OSError, ValueError):
        memory = meminfo()
    return {"model": model, "cores": os.cpu_count(), "total": memory.get("MemTotal"), "available": memory.get("MemAvailable")}


def _now() -> list[dict[str, Any]]:
    """Every other Fably that runs, with what it has next door. What belongs to another user cannot be read, and has None."""
    found = []
    for root in roots():
        if root != os.getpid():
            held: dict[str, int] = {}
            for pid, pss in shares(root).items():
                held[program(pid)] = held.get(program(pid), 0) + pss
            found.append({"pid": root, "pss": sum(held.values()) or None, "processes": held})
    return found


def _tables(settings: Settings, notes: list[Note], bound: Limits | None, running: list[dict[str, Any]]) -> Iterator[str]:
    def say(key: str, **values: object) -> str:
        return text(settings.language, f"memory.{key}", **values)

    machine = _machine()
    yield say("machine", model=machine["model"], cores=machine["cores"], total=_mb(machine["total"]), left=_mb(machine["available"]))
    if bound:
        yield say("limit", limit=_mb(bound.total), room=_mb(max(0, bound.room)))
    yield from (
        say("now", pid=one["pid"], pss=_mb(one["pss"])) + "".join(f"  {name} {_mb(pss)}" for name, pss in one["processes"].items())
        for one in running
    )
    if not running:
        yield say("nobody")
    if not notes:
        yield say("no_notes", path=settings.state / NAME)
        return
    yield from _table(say("engines"), [say(f"{one}_column") for one in _TOTALS], (
        [one.engine, one.model, one.loads, f"{one.seconds / max(1, one.loads):.1f}", _mb(one.peak), one.unloads, _mb(one.back),
         one.refused, one.died]
        for one in totals(notes)
    ))  # fmt: skip
    yield from _table(say("events"), [say(f"{one}_column") for one in _EVENTS], (
        [_when(one), say(one["what"]), word(one, "engine"), word(one, "model"), _seconds(one), _mb(number(one, "peak")),
         _mb(number(one, "back")), _why(one, say)]
        for one in events(notes)[-SHOWN:]
    ))  # fmt: skip
    yield from _table(say("checkpoints"), [say(f"{one}_column") for one in _HELD], (
        [one.name, one.times, _mb(one.least), _mb(one.most), _mb(one.last)] for one in checkpoints(notes)
    ))  # fmt: skip
    if most_waited := waited(notes):
        yield ""
        yield say("buffers", words=most_waited["words"], sound=f"{most_waited['sound'] / _MB:.2f}")
    moments = [moment for one in sitting(runs(notes)) for moment in one.moments][-SHOWN:]
    most = max((one.pss for one in moments), default=1)
    yield from _table(say("timeline"), [say(f"{one}_column") for one in ("time", "state", "held")], (
        [datetime.fromtimestamp(one.at).astimezone().strftime("%H:%M:%S"), one.state, _mb(one.pss), "█" * round(30 * one.pss / most)]
        for one in moments
    ))  # fmt: skip


_TOTALS = ("engine", "model", "loads", "seconds", "peak", "unloads", "back", "refused", "died")
_EVENTS = ("time", "what", "engine", "model", "seconds", "peak", "back", "why")
_HELD = ("state", "times", "least", "most", "last")


def _table(title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Columns as wide as they must be; what is a figure stands to the right. Nothing where there are no rows."""
    cells = [[str(one) for one in row] for row in rows]
    if not cells:
        return
    heads = [*heads, *[""] * (len(cells[0]) - len(heads))]
    widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    yield f"\n{title}"
    figures = [all(one[column][:1] in "0123456789-" for one in cells) for column in range(len(heads))]
    for row in (heads, *cells):
        yield (
            "  " + "  ".join(f"{one:>{wide}}" if right else f"{one:{wide}}" for one, wide, right in zip(row, widths, figures, strict=True))
        ).rstrip()


def _mb(size: float | None) -> str:
    return f"{size / _MB:.1f}" if size else "-"


def _seconds(note: Note) -> str:
    return f"{number(note, 'seconds'):.1f}" if note.get("seconds") else "-"


def _when(note: Note) -> str:
    return datetime.fromisoformat(note["at"]).astimezone().strftime("%m-%d %H:%M:%S")


def _why(note: Note, say: Callable[..., str]) -> str:
    """What else there is to say of an event."""
    match note["what"]:
        case "switch":
            return say("instead", other=word(note, "instead"))
        case "refused":
            return f"{_mb(number(note, 'needed'))} > {_mb(number(note, 'room'))} MB"
        case "slow":
            return f"{number(note, 'speed'):.2f} ×"
        case "warning" | "critical" | "calm":
            return f"{number(note, 'percent'):.0f} %"
        case _:
            return word(note, "why") or word(note, "how")


def _draw(settings: Settings, notes: list[Note], plot: Path) -> None:
    if plot.suffix.lower() != ".svg":
        raise ConfigError(f"--plot: {plot} is no name for a picture of ours; give it one that ends in .svg")
    drawn = picture(settings, notes)
    if drawn is None:
        raise ConfigError(text(settings.language, "memory.no_notes", path=settings.state / NAME))
    try:
        plot.write_text(drawn, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"--plot: {plot} cannot be written: {error.strerror or error}") from error
    show(text(settings.language, "memory.drawn", path=plot) + "\n", sys.stderr)


def picture(settings: Settings, notes: list[Note]) -> str | None:
    """The last hours as SVG; None where nothing has been noted."""
    shown = sitting(runs(notes))
    if not shown:
        return None
    bounds = [int(number(one, "limit")) for one in notes if one["what"] == "sample" and one.get("limit")]
    return svg(shown, bounds[-1] if bounds else None, lambda key: text(settings.language, f"memory.{key}"))
