"""The machine's memory, read from files that say what a kernel says."""

from pathlib import Path

import pytest

from fably.memory.machine import machine_memory


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    """A /proc of a Zero 2W, in two control groups, one within the other."""
    (tmp_path / "proc" / "self").mkdir(parents=True)
    (tmp_path / "proc" / "meminfo").write_text("MemTotal:         437044 kB\nMemFree:           12 kB\nHugePages_Total:       0\n")
    (tmp_path / "proc" / "self" / "cgroup").write_text("0::/system.slice/fably.service\n")
    return tmp_path / "proc"


def group(folder: Path, limit: str, held: int = 1_000_000, names: tuple[str, str] = ("memory.max", "memory.current")) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / names[0]).write_text(f"{limit}\n")
    (folder / names[1]).write_text(f"{held}\n")
    (folder / "memory.stat").write_text("inactive_file 0\n")


def test_it_is_what_is_built_in(proc: Path, tmp_path: Path) -> None:
    assert machine_memory(proc, tmp_path / "none") == 437_044 * 1024


@pytest.mark.parametrize(
    ("own", "above", "has"),
    [
        ("max", "max", 437_044 * 1024),
        ("200000000", "max", 200_000_000),
        ("200000000", "100000000", 100_000_000),
        ("999999999999", "nonsense", 437_044 * 1024),
    ],
)
def test_it_is_what_the_lowest_control_group_allows(proc: Path, tmp_path: Path, own: str, above: str, has: int) -> None:
    cgroups = tmp_path / "cgroup"
    group(cgroups / "system.slice" / "fably.service", own)
    group(cgroups / "system.slice", above)
    assert machine_memory(proc, cgroups) == has


def test_it_does_not_depend_on_who_holds_how_much_now(proc: Path, tmp_path: Path) -> None:
    cgroups = tmp_path / "cgroup"
    group(cgroups / "system.slice" / "fably.service", "200000000", held=0)
    group(cgroups / "system.slice", "300000000", held=299_000_000)
    assert machine_memory(proc, cgroups) == 200_000_000


def test_a_group_of_version_1_counts_too(proc: Path, tmp_path: Path) -> None:
    (proc / "self" / "cgroup").write_text("4:memory:/box\n0::/\n")
    group(tmp_path / "cgroup" / "memory" / "box", "123000000", names=("memory.limit_in_bytes", "memory.usage_in_bytes"))
    assert machine_memory(proc, tmp_path / "cgroup") == 123_000_000


def test_a_system_that_tells_nothing_is_no_fault(tmp_path: Path) -> None:
    assert machine_memory(tmp_path / "no", tmp_path / "where") is None


def test_this_machine_tells() -> None:
    found = machine_memory()
    assert found is not None
    assert found > 64_000_000
