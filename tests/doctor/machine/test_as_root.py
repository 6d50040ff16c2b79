"""`sudo fably doctor --fix` on the box: what only root may is said and done by root, who looks for itself and at nothing else."""

import ast
import inspect
from pathlib import Path

import pytest
from recorded import SAMPLES, Recorded, unpacked

from fably.doctor import machine
from fably.doctor.as_root import BY_ROOT, mend_as_root
from fably.doctor.patient import Said
from fably.doctor.round import CHECKS

AWAKE = ("iw", "dev", "wlan0", "set", "power_save", "off")
ASLEEP = (
    "== /sys/class/net/wlan0/operstate\nup\n== /sys/class/net/wlan0/phy80211/name\nphy0\n== $ iw dev wlan0 get power_save\nPower save: on"
)


def sleepy(root: Path) -> Recorded:
    """A Pi whose radio sleeps."""
    return unpacked(f"{(SAMPLES / 'zero-2w.txt').read_text(encoding='utf-8')}\n{ASLEEP}", root)


def test_it_says_what_it_does_before_it_does_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    box = sleepy(tmp_path)
    box.programs[AWAKE] = Said(0, "")
    (done,) = [one for one in mend_as_root(box.settings, box.patient, root=True) if one.check == "wifi"]
    assert (done.outcome, done.command) == ("done", "sudo iw dev wlan0 set power_save off")
    said = capsys.readouterr()
    assert said.out == "", "where the report goes, which may be JSON"
    before, after = [line for line in said.err.splitlines() if "power_save" in line]
    assert before.endswith("So, as root: sudo iw dev wlan0 set power_save off")
    assert after == "Done: sudo iw dev wlan0 set power_save off"
    assert box.asked[-1] == AWAKE


def test_what_fails_says_why_and_keeps_the_rest_from_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    box = sleepy(tmp_path)
    box.programs[AWAKE] = Said(161, "Not supported (-95)")
    assert [one.outcome for one in mend_as_root(box.settings, box.patient, root=True) if one.check == "wifi"] == ["not_done"]
    assert "Not supported (-95)" in capsys.readouterr().err


def test_a_machine_that_is_well_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    box = unpacked("", tmp_path)
    assert mend_as_root(box.settings, box.patient, root=True) == []
    assert capsys.readouterr().err == ""


def test_the_checks_that_root_makes_are_those_whose_commands_only_root_may_run() -> None:
    """One that is forgotten here would be left to the parent for ever; one too many would look at more than it must."""
    assert machine.__file__
    wanting = set()
    for file in Path(machine.__file__).parent.glob("*.py"):
        calls = (one for one in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(one, ast.Call))
        if any(getattr(one.func, "id", "") == "Repair" and any(word.arg == "root" for word in one.keywords) for one in calls):
            wanting |= {name for name, check in CHECKS.items() if Path(inspect.getfile(check)).name == file.name}
    assert wanting == set(BY_ROOT)
