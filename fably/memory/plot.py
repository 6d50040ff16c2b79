"""The memory of the tree over time as a picture: SVG, written by hand, readable on paper and on a dark screen."""

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from html import escape
from itertools import groupby
from typing import NamedTuple

from fably.memory.journal import Note
from fably.memory.summary import Run, seconds_of, word

WIDTH, HEIGHT = 960, 470
LEFT, RIGHT, TOP, BOTTOM = 70, 24, 124, 70
LETTER = 6.8
"""Width of a letter of the small type, roughly."""
MB = 1_000_000
FAR = 2.5
"""A limit that is so many times what was held would press the picture flat: it is said in words."""
COLOURS = ("#4c8fd6", "#e08e2b", "#2f9e77", "#c06aa1", "#8a63c9", "#d1563a", "#a89a2a", "#3aa5b8")
KNOWN = {"start": "#8b93a0", "idle": "#6ba3a0", "end": "#8b93a0"}
SIGNS = {
    "load": "▲", "unload": "▼", "switch": "⇄", "refused": "✕", "died": "✕", "slow": "…", "warning": "!", "critical": "!!", "calm": "✓",
}  # fmt: skip
BAD = ("refused", "died", "warning", "critical")
STYLE = """
svg { font: 12px system-ui, sans-serif; background: #ffffff; color: #1d2530 }
text { fill: currentColor } .small { font-size: 11px } .title { font-size: 16px; font-weight: 600 } .soft { opacity: .7 }
.grid { stroke: currentColor; opacity: .15 } .axis { stroke: currentColor; opacity: .6 }
.edge { fill: none; stroke: currentColor; opacity: .55 }
.mark { stroke: currentColor; opacity: .45; stroke-dasharray: 2 3 } .bad { stroke: #d1342f; opacity: .9 } .badtext { fill: #d1342f }
.limit { stroke: #d1342f; stroke-width: 1.5; stroke-dasharray: 8 4 }
@media (prefers-color-scheme: dark) {
svg { background: #14181f; color: #e4e8ee } .badtext { fill: #ff7a70 } .bad, .limit { stroke: #ff7a70 }
}
"""


class Scale(NamedTuple):
    """Where a moment and an amount are in the picture."""

    first: float
    last: float
    most: float

    def x(self, at: float) -> float:
        return LEFT + (at - self.first) / (self.last - self.first) * (WIDTH - LEFT - RIGHT)

    def y(self, pss: float) -> float:
        return HEIGHT - BOTTOM - min(pss, self.most) / self.most * (HEIGHT - TOP - BOTTOM)


def svg(runs: Sequence[Run], limit: int | None, say: Callable[[str], str]) -> str:
    """The picture of `runs`, of which there is at least one. `say` gives the words: picture, picture_limit, picture_far, picture_axis."""
    first, last = min(one.start for one in runs), max(one.end for one in runs)
    held = max(moment.pss for run in runs for moment in run.moments)
    shown = limit is not None and limit <= FAR * held
    step = _step(max(held, limit or 0) if shown else held)
    scale = Scale(first, max(last, first + 1), step * math.ceil(1.02 * max(held, limit or 0 if shown else 0) / step))
    states = list(dict.fromkeys(moment.state for run in runs for moment in run.moments[:-1] or run.moments))
    colours = _colours(states)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img">',
        f"<style>{STYLE}</style>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="none"/>',
        _text(LEFT, 28, say("picture"), "title"),
        _text(LEFT, 48, _when(first, last) + ("" if shown or limit is None else f" · {say('picture_far')} {_mb(limit)} MB"), "soft"),
        *_amounts(scale, step, say("picture_axis")),
        *_times(scale),
        *(area for run in runs for area in _areas(run, scale, colours)),
        *_marks([note for run in runs for note in run.marks], scale),
    ]
    if shown and limit is not None:
        y = scale.y(limit)
        parts += [
            f'<line class="limit" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>',
            _text(WIDTH - RIGHT, y - 5, f"{say('picture_limit')} {_mb(limit)} MB", "small badtext", "end"),
        ]
    return "\n".join([*parts, *_legend(colours), "</svg>", ""])


def _colours(states: Sequence[str]) -> dict[str, str]:
    others = [one for one in states if one not in KNOWN]
    return {one: KNOWN.get(one) or COLOURS[others.index(one) % len(COLOURS)] for one in states}


def _areas(run: Run, scale: Scale, colours: dict[str, str]) -> Iterator[str]:
    """An area for each stretch of one state. What is held is held until the next moment: steps."""
    edge: list[str] = []
    held = zip(run.moments, [*run.moments[1:], run.moments[-1]], strict=True)
    for state, stretch in groupby(held, key=lambda one: one[0].state):
        moments = list(stretch)
        steps = [f"{scale.x(at):.1f},{scale.y(one.pss):.1f}" for one, following in moments for at in (one.at, following.at)]
        first, last = moments[0][0].at, moments[-1][1].at
        edge += steps
        if last > first:
            least, most = (_mb(which(one.pss for one, _following in moments)) for which in (min, max))
            about = f"{state}: {least if least == most else f'{least} – {most}'} MB, {_clock(first, seconds=True)}"
            base = f"{scale.y(0):.1f}"
            yield (
                f'<polygon points="{scale.x(first):.1f},{base} {" ".join(steps)} {scale.x(last):.1f},{base}" fill="{colours[state]}" '
                f'fill-opacity=".75"><title>{escape(about)}</title></polygon>'
            )
    yield f'<polyline class="edge" points="{" ".join(edge)}"/>'


def _amounts(scale: Scale, step: float, axis: str) -> Iterator[str]:
    for count in range(round(scale.most / step) + 1):
        y = scale.y(count * step)
        yield f'<line class="{"grid" if count else "axis"}" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield _text(LEFT - 8, y + 4, _mb(count * step), "small", "end")
    middle = (TOP + HEIGHT - BOTTOM) / 2
    yield f'<text class="small soft" x="18" y="{middle}" text-anchor="middle" transform="rotate(-90 18 {middle})">{escape(axis)}</text>'


def _times(scale: Scale) -> Iterator[str]:
    span = scale.last - scale.first
    choices = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600)
    step = next((one for one in choices if span / one <= 8), choices[-1])
    offset = datetime.fromtimestamp(scale.first).astimezone().utcoffset()
    east = offset.total_seconds() if offset else 0.0
    at = math.ceil((scale.first + east) / step) * step - east
    base = HEIGHT - BOTTOM
    while at <= scale.last:
        x = scale.x(at)
        yield f'<line class="axis" x1="{x:.1f}" x2="{x:.1f}" y1="{base}" y2="{base + 5}"/>'
        yield _text(x, base + 18, _clock(at, seconds=step < 60), "small", "middle")
        at += step


def _marks(notes: Sequence[Note], scale: Scale) -> Iterator[str]:
    """A line for each event, with its name where there is room for it: above the picture, in four rows."""
    ends = [0.0] * 4
    for note in sorted(notes, key=seconds_of):
        x, bad = scale.x(seconds_of(note)), note["what"] in BAD
        name = " ".join(filter(None, (word(note, "engine"), word(note, "model"))))
        label = f"{SIGNS[note['what']]} {name}".strip()[:40]
        wide = LETTER * len(label)
        start = min(x + 3, WIDTH - wide - 4)
        row = next((one for one, end in enumerate(ends) if end <= start), None)
        top = TOP - 6 if row is None else TOP - 14 - 14 * (len(ends) - 1 - row) + 2
        facts = [
            f"{key} {_shown(key, note[key])}"
            for key in ("seconds", "peak", "back", "needed", "room", "why", "how", "instead")
            if note.get(key)
        ]
        about = ", ".join([f"{note['what']} {name}".strip(), *facts, _clock(seconds_of(note), seconds=True)])
        yield (
            f'<line class="mark{" bad" * bad}" x1="{x:.1f}" x2="{x:.1f}" y1="{top:.1f}" y2="{HEIGHT - BOTTOM}">'
            f"<title>{escape(about)}</title></line>"
        )
        if row is not None:
            ends[row] = start + wide + 6
            yield _text(start, top + 4, label, "small badtext" if bad else "small")


def _legend(colours: dict[str, str]) -> Iterator[str]:
    x: float = LEFT
    for state, colour in colours.items():
        yield f'<rect x="{x:.1f}" y="{HEIGHT - 27}" width="11" height="11" rx="2" fill="{colour}" fill-opacity=".75"/>'
        yield _text(x + 16, HEIGHT - 17, state, "small")
        x += 16 + LETTER * len(state) + 18


def _step(most: float) -> float:
    """A round number of bytes, four to seven of which are `most`."""
    rough = max(most, MB) / 5
    power = 10 ** math.floor(math.log10(rough))
    return float(next(one * power for one in (1, 2, 5, 10) if one * power >= rough))


def _shown(key: str, value: object) -> str:
    if isinstance(value, int | float) and key in ("peak", "back", "needed", "room"):
        return f"{_mb(value)} MB"
    return f"{value} s" if key == "seconds" else str(value)


def _text(x: float, y: float, words: str, kind: str, anchor: str = "start") -> str:
    plain = escape("".join(one if one.isprintable() else " " for one in words))
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{plain}</text>'


def _mb(size: float) -> str:
    return f"{size / MB:.1f}" if size < 10 * MB and size % MB else f"{size / MB:.0f}"


def _clock(at: float, *, seconds: bool) -> str:
    return datetime.fromtimestamp(at).astimezone().strftime("%H:%M:%S" if seconds else "%H:%M")


def _when(first: float, last: float) -> str:
    start, end = (datetime.fromtimestamp(one).astimezone() for one in (first, last))
    later = end.strftime("%H:%M") if start.date() == end.date() else end.strftime("%Y-%m-%d %H:%M")
    return f"{start:%Y-%m-%d %H:%M} – {later}"
