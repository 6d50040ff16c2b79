"""A check that hangs, or stumbles, is a finding like any other, and keeps nobody from the rest."""

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path

from recorded import unpacked

from fably.doctor.finding import Finding
from fably.doctor.patient import Patient, asked, page_at, room_at
from fably.doctor.round import Check, round_of
from fably.settings import Settings, load

PATIENCE = 3.0
"""Seconds: a busy machine needs one of them to start a thread."""


def fine(_patient: Patient, _settings: Settings) -> Sequence[Finding]:
    return [Finding("clock", "the clock", "ok", "it goes")]


def stumbling(_patient: Patient, _settings: Settings) -> Sequence[Finding]:
    raise LookupError("nobody thought of this")


def looked(root: Path, **checks: Check) -> list[Finding]:
    return asyncio.run(round_of(unpacked("", root).patient, load({}, {"HOME": "."}), checks, patience=PATIENCE))


def test_one_that_stumbles_is_told_of_and_the_others_are_made(tmp_path: Path) -> None:
    first, last = looked(tmp_path, heat=stumbling, clock=fine)
    assert (first.check, first.status, first.what) == ("heat", "failed", "stumbles")
    assert "LookupError: nobody thought of this" in first.detail
    assert "please report" in first.fix
    assert last.detail == "it goes"


def test_those_that_hang_are_left_behind_and_the_others_are_made(tmp_path: Path) -> None:
    """Also where as many of them hang as may be at work at once."""
    let_go = threading.Event()

    def hanging(_patient: Patient, _settings: Settings) -> Sequence[Finding]:
        let_go.wait(60)
        return []

    try:
        found = looked(tmp_path, disk=hanging, wifi=hanging, power=hanging, clock=fine)
    finally:
        let_go.set()
    assert [one.what for one in found] == ["hangs"] * 3 + [""]
    assert {one.status for one in found[:3]} == {"failed"}
    assert found[0].detail.startswith("this check has given no answer for 3 seconds")


def test_a_program_that_is_not_there_or_does_not_answer_says_nothing() -> None:
    assert asked(("no-such-program-of-ours",)) is None
    assert asked(("sleep", "60"), seconds=0.05) is None
    said = asked(("sh", "-c", "echo one; echo two >&2; exit 3"))
    assert said is not None
    assert (said.code, sorted(said.text.split())) == (3, ["one", "two"])


def test_what_is_not_there_is_none_and_no_fault(tmp_path: Path) -> None:
    patient = Patient(tmp_path)
    assert patient.read("/proc/version") is None
    assert patient.number("/sys/x") is None
    assert patient.names("/sys/class") == []
    assert patient.mode("/etc/passwd") is None
    assert patient.boot is None
    assert not patient.has_systemd
    assert room_at(tmp_path / "nowhere") is None
    room = room_at(tmp_path)
    assert room is not None
    assert room.free > 0
    assert page_at(9) is None


def test_a_file_is_read_as_far_as_anybody_needs(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * 10_000_000)
    (tmp_path / "hex").write_text("0x50005\n", encoding="ascii")
    (tmp_path / "odd").write_bytes(b"\xff\xfe wm8960\0\n")
    patient = Patient(tmp_path)
    assert len(patient.read("/large") or "") == 256 * 1024
    assert patient.number("/hex") == 0x50005
    assert "wm8960" in (patient.read("/odd") or "")
