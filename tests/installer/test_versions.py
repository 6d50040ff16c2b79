"""Versions beside each other: which is in force is one link, changed in one stroke."""

from pathlib import Path

import pytest
from installing.checking import Health, health, worse
from installing.faults import InstallError
from installing.machine import Machine
from installing.programs import Programs
from installing.versions import BUILT, Versions


@pytest.fixture
def versions(tmp_path: Path) -> Versions:
    found = Versions(Machine(tmp_path))
    for name in ("1", "2", "3", "unfinished"):
        (found.all / name).mkdir(parents=True)
        if name != "unfinished":
            (found.all / name / BUILT).write_text("{}")
    return found


def test_switching_remembers_the_one_before_and_goes_back_and_forth(versions: Versions) -> None:
    one, two = versions.all / "1", versions.all / "2"
    assert (versions.named("current"), versions.named("previous")) == (None, None)
    versions.switch(one)
    versions.switch(one)
    assert (versions.named("current"), versions.named("previous")) == (one, None)
    versions.switch(two)
    assert (versions.place / "current").resolve() == two.resolve()
    assert versions.named("previous") == one
    versions.back()
    assert versions.links() == (one, two)
    versions.back()
    assert versions.links() == (two, one)


def test_a_version_that_does_not_start_leaves_the_one_before_what_it_was(versions: Versions) -> None:
    one, two, three = (versions.all / name for name in "123")
    versions.switch(one)
    versions.switch(two)
    was = versions.links()
    versions.switch(three)
    versions.restore(was)
    versions.sweep()
    assert versions.links() == (two, one)
    assert not three.exists()
    versions.switch(one)  # the one before, once more, and now it does not start
    versions.restore(was)
    assert versions.links() == (two, None)


def test_what_was_never_finished_is_no_version(versions: Versions) -> None:
    versions.point("current", versions.all / "unfinished")
    assert versions.named("current") is None
    versions.point("current", versions.all / "1")
    with pytest.raises(InstallError, match="no version before"):
        versions.back()


def test_sweeping_leaves_the_one_in_force_and_the_one_before(versions: Versions) -> None:
    versions.switch(versions.all / "1")
    versions.switch(versions.all / "3")
    versions.sweep()
    assert sorted(one.name for one in versions.all.iterdir()) == ["1", "3"]


def doctor(folder: Path, says: str, code: int = 0) -> Path:
    """A version whose doctor says this."""
    program = folder / "bin/fably"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho 'warning: something'\ncat << 'END'\n{says}\nEND\nexit {code}\n")
    program.chmod(0o755)
    return folder


ILL = '{"ok": false, "findings": [{"check": "sound", "subject": "the card", "status": "failed", "detail": "is gone", "fix": "look"}]}'


def test_what_the_doctor_says(tmp_path: Path) -> None:
    assert health(Programs(live=True), doctor(tmp_path / "ill", ILL, 1), None) == Health(False, (("sound", "the card: is gone; look"),))
    assert health(Programs(live=True), doctor(tmp_path / "well", '{"ok": true, "findings": []}'), None) == Health(True, ())


@pytest.mark.parametrize("says", ["Traceback: no", '{"ok": true}', "[]", "7"])
def test_a_version_that_does_not_run_has_no_health(says: str, tmp_path: Path) -> None:
    with pytest.raises(InstallError, match="does not run"):
        health(Programs(live=True), doctor(tmp_path / "broken", says, 1), None)
    with pytest.raises(InstallError, match="does not run"):
        health(Programs(live=True), tmp_path / "not there", None)


def test_a_version_must_be_no_worse_than_the_one_before() -> None:
    well, no_card, no_words = Health(True, ()), Health(False, (("sound", "no card"),)), Health(False, (("words", "no words"),))
    assert not worse(well, no_card)
    assert not worse(no_card, no_card), "no fault of the new one"
    assert list(worse(no_words, no_card)) == ["no words"]
    assert list(worse(no_card, well)) == ["no card"]
    assert not worse(Health(True, (("models", "one is gone"),)), well), "a story can be told"
