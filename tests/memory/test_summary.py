"""What a journal says, put together; and its picture."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest

from fably.memory.journal import Note
from fably.memory.plot import svg
from fably.memory.summary import Held, Moment, Totals, checkpoints, events, runs, sitting, totals

MB = 1_000_000
EVENING = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)
WORDS = {"picture": "Memory & <more>", "picture_limit": "limit", "picture_far": "limit far above:", "picture_axis": "MB"}


def note(after: float, what: str, pid: int = 7, /, **facts: Any) -> Note:
    return {"at": (EVENING + timedelta(seconds=after)).isoformat(), "what": what, "pid": pid, **facts}


def at(seconds: float) -> float:
    return EVENING.timestamp() + seconds


STORY = [
    note(0, "checkpoint", name="start", pss=30 * MB),
    note(0, "sample", state="start", pss=30 * MB, limit=400 * MB),
    note(10, "load", engine="piper", model="joe", seconds=1.5, pss=132 * MB, peak=178 * MB, before=31 * MB, after=163 * MB),
    note(12, "checkpoint", name="telling", pss=165 * MB),
    note(42, "sample", state="telling", pss=190 * MB, limit=400 * MB),
    note(50, "warning", percent=81.0, pss=190 * MB),
    note(80, "unload", engine="piper", model="joe", seconds=0.1, why="idle", peak=214 * MB, back=158 * MB, after=32 * MB),
    note(90, "refused", engine="piper", model="anna", needed=200 * MB, room=90 * MB),
    note(95, "switch", engine="piper", model="anna", instead="piper with tiny"),
    note(100, "checkpoint", name="end", pss=33 * MB),
]


def test_engines_are_added_up() -> None:
    again = [note(200, "load", engine="piper", model="joe", seconds=2.5, peak=100 * MB), note(201, "died", engine="piper", model="joe")]
    assert totals([*STORY, *again]) == [
        Totals("piper", "joe", loads=2, seconds=4.0, peak=214 * MB, unloads=1, back=158 * MB, died=1),
        Totals("piper", "anna", refused=1),
    ]


def test_what_was_held_at_each_checkpoint() -> None:
    later = [note(200, "checkpoint", name="start", pss=20 * MB), note(201, "checkpoint", name="start", pss=25 * MB)]
    assert checkpoints([*STORY, *later]) == [
        Held("start", 3, 20 * MB, 30 * MB, 25 * MB), Held("telling", 1, 165 * MB, 165 * MB, 165 * MB),
        Held("end", 1, 33 * MB, 33 * MB, 33 * MB),
    ]  # fmt: skip


def test_events_are_what_is_no_sample_and_no_checkpoint() -> None:
    assert [one["what"] for one in events([*STORY, note(300, "something new")])] == ["load", "warning", "unload", "refused", "switch"]


def test_a_run_has_its_states_and_what_engines_brought_and_took() -> None:
    (run,) = runs(STORY)
    assert run.moments == [
        Moment(at(0), "start", 30 * MB), Moment(at(0), "start", 30 * MB), Moment(at(10), "start", 163 * MB),
        Moment(at(12), "telling", 165 * MB), Moment(at(42), "telling", 190 * MB), Moment(at(80), "telling", 32 * MB),
        Moment(at(100), "end", 33 * MB),
    ]  # fmt: skip
    assert len(run.marks) == 5


def test_processes_that_write_into_one_journal_are_runs_of_their_own() -> None:
    other = [
        note(5, "checkpoint", 8, name="start", pss=20 * MB), note(6, "checkpoint", 8, name="end", pss=21 * MB),
        note(120, "checkpoint", 8, name="start", pss=22 * MB),  # the same number once more: the first was cut off by nobody
    ]  # fmt: skip
    found = runs(sorted([*STORY, *other], key=lambda one: one["at"]))
    assert [(run.pid, run.start - at(0), run.end - at(0)) for run in found] == [(7, 0, 100), (8, 5, 6), (8, 120, 120)]


def test_a_run_that_was_cut_off_by_the_power_ends_with_its_last_word() -> None:
    found = runs([STORY[0], note(60, "sample", state="start", pss=31 * MB), note(9000, "checkpoint", name="start", pss=29 * MB)])
    assert [(run.start - at(0), run.end - at(0)) for run in found] == [(0, 60), (9000, 9000)]


def test_a_picture_is_of_runs_that_are_near_each_other_and_of_a_day_at_most() -> None:
    hours = 3600
    nearby = [note(one * 60, "checkpoint", one, name="start", pss=MB) for one in range(10, 13)]
    long_ago = [note(-9 * hours, "checkpoint", 1, name="start", pss=MB), note(-8 * hours, "checkpoint", 1, name="end", pss=MB)]
    assert [run.pid for run in sitting(runs([*long_ago, *nearby]))] == [10, 11, 12]
    box = [note(0, "checkpoint", 3, name="start", pss=5 * MB), note(30 * hours, "sample", 3, state="idle", pss=9 * MB)]
    (run,) = sitting(runs(box))
    assert run.moments == [Moment(at(6 * hours), "start", 5 * MB), Moment(at(30 * hours), "idle", 9 * MB)]
    assert sitting([]) == []


@pytest.mark.parametrize("what", ["load", "unload", "switch", "refused", "died", "slow", "checkpoint", "sample", "warning"])
@pytest.mark.parametrize("value", [None, True, "many", [1], {"a": 1}, -5, 1e300, float("inf"), float("nan"), "\x1b[2J<b>&"])
def test_facts_that_are_of_another_kind_do_no_harm(what: str, value: Any) -> None:
    names = ("engine", "model", "seconds", "peak", "after", "back", "pss", "name", "state", "percent", "to", "needed", "why", "pid")
    odd = [STORY[0], {**note(10, what), **dict.fromkeys(names, value)}, {"at": STORY[0]["at"], "what": what}]
    totals(odd)
    checkpoints(odd)
    picture = svg(sitting(runs(odd)), None, WORDS.__getitem__)
    assert "\x1b" not in picture
    parsed(picture)


TEXT = "{http://www.w3.org/2000/svg}text"


def parsed(picture: str) -> Element:
    return fromstring(picture)  # noqa: S314 - we made it ourselves


def texts(picture: str) -> list[str]:
    return [one.text or "" for one in parsed(picture).iter(TEXT)]


def test_the_picture_has_a_title_axes_states_marks_and_the_limit() -> None:
    picture = svg(sitting(runs(STORY)), 400 * MB, WORDS.__getitem__)
    said = texts(picture)
    assert said[0] == "Memory & <more>"
    assert {"0", "100", "200", "300", "400", "MB", "limit 400 MB", "▲ piper joe", "▼ piper joe", "✕ piper anna", "start", "telling"} <= set(
        said
    )
    assert len([one for one in said if one.count(":") == 2]) >= 4, "times, with seconds where a minute is long"
    assert "prefers-color-scheme: dark" in picture
    assert "telling: 32 – 190 MB" in picture


def test_a_limit_far_above_is_said_and_does_not_press_the_picture_flat() -> None:
    said = texts(svg(sitting(runs(STORY)), 8000 * MB, WORDS.__getitem__))
    assert any(one.endswith("limit far above: 8000 MB") for one in said)
    assert "200" in said
    assert "1000" not in said


def test_a_single_reading_is_a_picture_too() -> None:
    assert "30" in texts(svg(runs(STORY[:1]), None, WORDS.__getitem__))


def test_names_do_not_lie_on_each_other() -> None:
    many = [note(10 + one, "load", engine="piper", model=f"a_rather_long_name_{one}", after=50 * MB) for one in range(40)]
    picture = parsed(svg(runs([STORY[0], *many]), None, WORDS.__getitem__))
    rows: dict[str, list[tuple[float, float]]] = {}
    for one in picture.iter(TEXT):
        if (one.text or "").startswith("▲"):
            x = float(one.attrib["x"])
            rows.setdefault(one.attrib["y"], []).append((x, x + 6 * len(one.text or "")))
    assert 1 < len(rows) <= 4
    assert all(end < begin for row in rows.values() for (_x, end), (begin, _end) in pairwise(row))
    assert max(end for row in rows.values() for _x, end in row) < 960
