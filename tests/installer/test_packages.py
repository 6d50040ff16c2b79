"""Debian's packages, with programs of the test's own in the place of apt's."""

from pathlib import Path

import pytest
from installing.faults import InstallError
from installing.machine import Machine
from installing.packages import Packages, installed, remove
from installing.programs import Programs
from installing.record import Record

STATUS = """\
Package: bash
Status: install ok installed
Version: 5.2

Package: gone
Status: deinstall ok config-files
Version: 1
Description: one that has
 Status: install ok installed
"""
APT = """\
#!/bin/sh
echo "$@" >> {log}
case "$1" in
    update) touch {lists}/x_Packages ;;
    install)
        [ -e {lists}/x_Packages ] || exit 100
        shift 4
        for one in "$@" libdep; do
            [ "$one" != nowhere ] || {{ echo "E: Unable to locate package nowhere"; exit 100; }}
            printf '\\nPackage: %s\\nStatus: install ok installed\\nVersion: 1\\n' "$one" >> {status}
        done ;;
    -s) echo "Remv alsa [1]"; echo "Purg libdep [1]"; [ -z "$OTHER" ] || echo "Remv $OTHER [1]" ;;
esac
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    root, bin = tmp_path / "root", tmp_path / "bin"
    lists, status = root / "var/lib/apt/lists", root / "var/lib/dpkg/status"
    for folder in (lists, status.parent, bin):
        folder.mkdir(parents=True)
    status.write_text(STATUS)
    (bin / "apt-get").write_text(APT.format(log=tmp_path / "log", lists=lists, status=status))
    (bin / "apt-cache").write_text('#!/bin/sh\n[ "$2" != unknown ]\n')
    (bin / "apt-mark").write_text(f'#!/bin/sh\necho "mark $@" >> {tmp_path}/log\n')
    for program in bin.iterdir():
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{bin}:/usr/bin:/bin")
    return Machine(root)


def step(machine: Machine, names: tuple[str, ...], perhaps: tuple[str, ...] = ()) -> Packages:
    return Packages(machine, Programs(live=True), Record(machine.root), names, perhaps)


def test_what_is_installed_is_what_dpkg_says(machine: Machine) -> None:
    assert installed(machine) == {"bash": "5.2"}


def test_what_is_missing_is_installed_with_fresh_lists_and_noted_with_what_came_along(machine: Machine) -> None:
    one = step(machine, ("bash", "alsa"), ("unknown",))
    assert list(one.changes()) == ["install alsa unknown with apt-get"], "without lists everything may be there"
    one.make()
    assert {"bash", "alsa", "libdep"} <= set(installed(machine))
    assert Record(machine.root).notes == [{"what": "packages", "names": ["alsa", "libdep"]}]
    assert not one.changes()


def test_without_a_network_only_what_is_known_to_be_there_is_wanted(machine: Machine) -> None:
    one = Packages(machine, Programs(live=True), Record(machine.root), ("bash",), ("unknown",), offline=True)
    assert not one.changes()


def test_lists_that_cannot_be_fetched_leave_out_what_is_not_needed(machine: Machine, tmp_path: Path) -> None:
    apt = tmp_path / "bin/apt-get"
    apt.write_text(apt.read_text().replace("update) touch", "update) true"))
    step(machine, ("bash",), ("unknown",)).make()


def test_what_cannot_be_had_is_said(machine: Machine) -> None:
    with pytest.raises(InstallError, match=r"could not install nowhere(.|\n)*Unable to locate package nowhere"):
        step(machine, ("nowhere",)).make()


def test_what_somebody_else_needs_by_now_stays(machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "removed: alsa libdep" in remove(Programs(live=True), ["alsa", "libdep"])
    monkeypatch.setenv("OTHER", "player")
    assert "stay, for player needs them" in remove(Programs(live=True), ["alsa", "libdep"])
    assert (tmp_path / "log").read_text().splitlines()[-2:] == ["-s purge alsa libdep", "mark auto alsa libdep"]
