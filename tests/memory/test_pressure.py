"""The kernel's waiting, as it writes it."""

from pathlib import Path

import pytest

from fably.memory.pressure import Pressure, parsed, pressure

QUIET = "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"
STALLED = "some avg10=42.50 avg60=11.02 avg300=2.10 total=8172635\nfull avg10=12.25 avg60=1.00 avg300=0.20 total=172635\n"


def test_both_lines_are_read() -> None:
    assert parsed(QUIET) == Pressure(0, 0)
    assert parsed(STALLED) == Pressure(42.5, 12.25)


@pytest.mark.parametrize("text", ["", "\n\n", "some", "some avg10", "some avg10=much avg60=0", "full avg10=1.0", "some avg60=1.0 total=0"])
def test_what_is_no_pressure_is_none(text: str) -> None:
    assert parsed(text) is None


def test_a_kernel_that_counts_only_some() -> None:
    assert parsed("some avg10=3.00 avg60=1.00 avg300=0.00 total=1\n") == Pressure(3, 0)


def test_the_greater_of_the_machine_and_our_group(tmp_path: Path) -> None:
    proc, groups = tmp_path / "proc", tmp_path / "cgroup"
    (proc / "pressure").mkdir(parents=True)
    (proc / "self").mkdir()
    (groups / "box").mkdir(parents=True)
    assert pressure(proc, groups) is None, "a kernel that does not count"
    (proc / "pressure" / "memory").write_text(QUIET, encoding="ascii")
    (proc / "self" / "cgroup").write_text("4:memory:/old\n0::/box\n", encoding="ascii")
    assert pressure(proc, groups) == Pressure(0, 0)
    (groups / "box" / "memory.pressure").write_text(STALLED, encoding="ascii")
    assert pressure(proc, groups) == Pressure(42.5, 12.25)
    (proc / "pressure" / "memory").unlink()
    assert pressure(proc, groups) == Pressure(42.5, 12.25)
