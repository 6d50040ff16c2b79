"""How much there is to be had, from folders as both versions of control groups have them."""

from pathlib import Path

import pytest

from fably.memory.limits import Group, Limits, limits, tightest

MB = 1_000_000
HUGE = 9_223_372_036_854_771_712  # "none", in version 1


@pytest.fixture
def machine(tmp_path: Path) -> "Machine":
    return Machine(tmp_path)


class Machine:
    """Made-up folders in the place of /proc and /sys/fs/cgroup."""

    def __init__(self, folder: Path) -> None:
        self.proc, self.groups = folder / "proc", folder / "cgroup"
        (self.proc / "self").mkdir(parents=True)

    def member_of(self, *lines: str) -> None:
        (self.proc / "self" / "cgroup").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")

    def available(self, kb: int) -> None:
        (self.proc / "meminfo").write_text(
            f"MemTotal:         427000 kB\nMemAvailable:    {kb} kB\nHugePages_Total:       0\n", encoding="ascii"
        )

    def group(self, path: str, limit: object, held: object, droppable: int = 0) -> None:
        self._write(path, {"memory.max": limit, "memory.current": held}, f"anon 5\ninactive_file {droppable}\n")

    def old_group(self, path: str, limit: object, held: object, droppable: int = 0) -> None:
        figures = {"memory.limit_in_bytes": limit, "memory.usage_in_bytes": held}
        self._write(f"memory/{path}", figures, f"inactive_file 1\ntotal_inactive_file {droppable}\n")

    def _write(self, path: str, figures: dict[str, object], stat: str) -> None:
        folder = self.groups / path
        folder.mkdir(parents=True, exist_ok=True)
        for name, figure in figures.items():
            (folder / name).write_text(f"{figure}\n", encoding="ascii")
        (folder / "memory.stat").write_text(stat, encoding="ascii")

    def tightest(self) -> Group | None:
        return tightest(self.proc, self.groups)

    def limits(self, wanted: int | None = None) -> Limits | None:
        return limits(wanted, self.proc, self.groups, held=40 * MB)


def test_a_group_of_version_2_without_what_can_be_dropped(machine: Machine) -> None:
    machine.member_of("0::/system.slice/fably.service")
    machine.group("system.slice/fably.service", 300 * MB, 120 * MB, droppable=20 * MB)
    assert machine.tightest() == Group(300 * MB, 100 * MB)


def test_a_group_of_version_1_among_other_controllers(machine: Machine) -> None:
    machine.member_of("7:blkio:/elsewhere", "4:memory:/box", "1:name=systemd:/")
    machine.old_group("box", 200 * MB, 90 * MB, droppable=10 * MB)
    assert machine.tightest() == Group(200 * MB, 80 * MB)


def test_both_versions_at_once(machine: Machine) -> None:
    machine.member_of("4:memory:/box", "0::/user.slice")
    machine.old_group("box", 200 * MB, 90 * MB)
    machine.group("user.slice", 150 * MB, 10 * MB)
    assert machine.tightest() == Group(200 * MB, 90 * MB)


def test_an_ancestor_may_be_the_tightest(machine: Machine) -> None:
    machine.member_of("0::/a/b/c")
    machine.group("a", 500 * MB, 480 * MB)
    machine.group("a/b", "max", 470 * MB)
    machine.group("a/b/c", 400 * MB, 100 * MB)
    assert machine.tightest() == Group(500 * MB, 480 * MB)


def test_in_a_container_our_group_is_at_the_top_though_the_kernel_says_its_name(machine: Machine) -> None:
    machine.member_of("4:memory:/docker/0123")
    machine.old_group("", 100 * MB, 30 * MB)
    assert machine.tightest() == Group(100 * MB, 30 * MB)


@pytest.mark.parametrize("line", ["0::/none", "0::/", "4:memory:/none"])
def test_no_limit_is_none(machine: Machine, line: str) -> None:
    machine.member_of(line)
    machine.group("none", "max", 10 * MB)
    machine.old_group("none", HUGE, 10 * MB)
    assert machine.tightest() is None


def test_a_system_without_groups(machine: Machine) -> None:
    assert machine.tightest() is None
    assert machine.limits() is None


@pytest.mark.parametrize(("limit", "held"), [("", 1), ("lots", 1), (300 * MB, "much"), (300 * MB, "")])
def test_figures_that_are_none_are_no_limit(machine: Machine, limit: object, held: object) -> None:
    machine.member_of("0::/a/b")
    machine.group("a/b", limit, held)
    machine.group("a", 900 * MB, 1)
    assert machine.tightest() == Group(900 * MB, 1)


def test_a_list_of_groups_that_nobody_understands(machine: Machine) -> None:
    machine.member_of("0", "", "::")
    assert machine.tightest() is None


def test_what_is_left_is_the_least_that_anybody_says(machine: Machine) -> None:
    machine.available(kb=100_000)
    assert machine.limits() == Limits(40 * MB + 102_400_000, 102_400_000), "the machine"
    machine.member_of("0::/box")
    machine.group("box", 120 * MB, 70 * MB)
    assert machine.limits() == Limits(120 * MB, 50 * MB), "the group, in which others are too"
    assert machine.limits(wanted=60 * MB) == Limits(60 * MB, 20 * MB), "the user"
    assert machine.limits(wanted=400 * MB) == Limits(120 * MB, 50 * MB), "who cannot have more than there is"
    assert machine.limits(wanted=30 * MB) == Limits(30 * MB, -10 * MB), "who is late"


def test_a_machine_that_says_nothing_of_what_is_available(machine: Machine) -> None:
    (machine.proc / "meminfo").write_text("MemTotal: 1 kB\nMemAvailable: some kB\n", encoding="ascii")
    assert machine.limits() is None
    assert machine.limits(wanted=60 * MB) == Limits(60 * MB, 20 * MB)


def test_this_machine_has_a_limit_above_what_we_hold() -> None:
    found = limits()
    assert found is not None
    assert 0 < found.room < found.total
