"""What a journal says, put together: who was loaded how often and at what cost, the states of the box, and how much it held in each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fably.memory.journal import Note

EVENTS = ("load", "unload", "switch", "refused", "died", "slow", "warning", "critical", "calm")
"""What is worth a row of its own; samples and checkpoints are many."""
_OFF = "end"
_ABSURD = 1e15  # neither bytes nor seconds; nor is what is no number
TOGETHER = 1800.0
"""Seconds between two runs that are still shown in one picture."""
LONGEST = 24 * 3600.0
"""Seconds that a picture shows at most."""


@dataclass
class Totals:
    """One engine with one model, over the whole journal; bytes and seconds."""

    engine: str
    model: str
    loads: int = 0
    seconds: float = 0.0
    """For all loads together."""
    peak: int = 0
    unloads: int = 0
    back: int = 0
    """That came back at all unloads together."""
    refused: int = 0
    died: int = 0


@dataclass
class Held:
    """What the tree held whenever the box was at one checkpoint; bytes."""

    name: str
    times: int
    least: int
    most: int
    last: int


@dataclass(frozen=True)
class Moment:
    """What the tree of one run held from here on."""

    at: float
    """Seconds since the epoch."""
    state: str
    pss: int


@dataclass(frozen=True)
class Run:
    """One process from its start on, with all that it had next door."""

    pid: int
    moments: list[Moment]
    marks: list[Note]
    """The events in it."""

    @property
    def start(self) -> float:
        return self.moments[0].at

    @property
    def end(self) -> float:
        return self.moments[-1].at


def seconds_of(note: Note) -> float:
    """When it was, in seconds since the epoch."""
    return datetime.fromisoformat(note["at"]).timestamp()


def number(note: Note, name: str) -> float:
    """A figure of a note; 0 where there is none."""
    found = note.get(name)
    return found if isinstance(found, int | float) and not isinstance(found, bool) and abs(found) < _ABSURD else 0


def word(note: Note, name: str) -> str:
    """A word of a note in one line, without what a terminal or a picture might obey; empty where there is none."""
    found = note.get(name)
    return "".join(one if one.isprintable() else " " for one in found)[:80] if isinstance(found, str) else ""


def events(notes: Sequence[Note]) -> list[Note]:
    """The notes that are worth a row."""
    return [one for one in notes if one["what"] in EVENTS]


def totals(notes: Sequence[Note]) -> list[Totals]:
    """Per engine and model, in the order in which they first came."""
    found: dict[tuple[str, str], Totals] = {}
    for note in notes:
        if note["what"] not in ("load", "unload", "refused", "died"):
            continue
        key = word(note, "engine"), word(note, "model")
        one = found.setdefault(key, Totals(*key))
        one.peak = max(one.peak, int(number(note, "peak")))
        match note["what"]:
            case "load":
                one.loads += 1
                one.seconds += number(note, "seconds")
            case "unload":
                one.unloads += 1
                one.back += int(number(note, "back"))
            case "refused":
                one.refused += 1
            case _:
                one.died += 1
    return list(found.values())


def checkpoints(notes: Sequence[Note]) -> list[Held]:
    """Per name, in the order in which they first came."""
    found: dict[str, Held] = {}
    for note in notes:
        if note["what"] == "checkpoint" and (pss := int(number(note, "pss"))) > 0:
            name = word(note, "name")
            one = found.setdefault(name, Held(name, 0, pss, pss, pss))
            one.times, one.least, one.most, one.last = one.times + 1, min(one.least, pss), max(one.most, pss), pss
    return list(found.values())


def waited(notes: Sequence[Note]) -> dict[str, int]:
    """The most that has waited in each of a story's buffers: passages of words, bytes of sound."""
    found: dict[str, int] = {}
    for note in notes:
        if note["what"] == "buffers":
            for name in ("words", "sound"):
                found[name] = max(found.get(name, 0), int(number(note, name)))
    return found


def runs(notes: Sequence[Note]) -> list[Run]:
    """Each process by itself: several may write into one journal at the same time. In the order in which they began."""
    found: list[Run] = []
    open_: dict[int, Run] = {}
    states: dict[int, str] = {}
    for note in notes:
        pid, name = int(number(note, "pid")), word(note, "name")
        begins = note["what"] == "checkpoint" and name == "start"
        if begins or pid not in open_:
            if _pss(note) is None:
                continue
            open_[pid] = Run(pid, [], [])
            found.append(open_[pid])
            states[pid] = "start"
        run = open_[pid]
        if note["what"] in EVENTS:
            run.marks.append(note)
        if (pss := _pss(note)) is not None:
            states[pid] = name or word(note, "state") or states[pid]
            run.moments.append(Moment(seconds_of(note), states[pid], pss))
        if name == _OFF:
            open_.pop(pid)
    return found


def _pss(note: Note) -> int | None:
    """What the tree held after a note, if it says so."""
    match note["what"]:
        case "checkpoint" | "sample":
            held = number(note, "pss")
        case "load" | "unload":
            held = number(note, "after")
        case _:
            return None
    return int(held) if held > 0 else None


def sitting(found: Sequence[Run]) -> list[Run]:
    """The last runs that are not far from each other, cut to a day: what fits into one picture."""
    ordered = sorted(found, key=lambda one: one.end)
    kept: list[Run] = []
    for run in reversed(ordered):
        if kept and min(one.start for one in kept) - run.end > TOGETHER:
            break
        kept.append(run)
    if not kept:
        return []
    since = max(one.end for one in kept) - LONGEST
    return [_since(run, since) for run in sorted(kept, key=lambda one: one.start) if run.end >= since]


def _since(run: Run, since: float) -> Run:
    if run.start >= since:
        return run
    before = [one for one in run.moments if one.at < since][-1:]
    later = [one for one in run.moments if one.at >= since]
    return Run(
        run.pid, [*(Moment(since, one.state, one.pss) for one in before), *later], [one for one in run.marks if seconds_of(one) >= since]
    )
