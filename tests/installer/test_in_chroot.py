"""A real Debian, from nothing to a box, through updates good and bad, and back to nothing. Needs root, the network, and some minutes."""

import re
import subprocess
from pathlib import Path

import pytest
from chroot import Chroot, lacking, made, wheel
from machines import snapshot

from fably import __version__

NEW, BROKEN = "98.0.0", "99.0.0"
ELSEWHERE = ("dev", "proc", "sys", "tmp", "run", "mnt", "root")
LEFT_BY_APT = ("var/lib/apt", "var/cache", "var/log", "var/lib/dpkg", "var/lib/systemd")
"""What apt remembers, also of packages that are gone."""
ARGUMENTS = ("--yes", "--mode", "pi-zero", "--no-web", "--from", "/mnt/given/wheels")


@pytest.fixture(scope="module", params=["bookworm", "trixie"])
def debian(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Chroot:
    if why := lacking():
        pytest.skip(why)
    folder = tmp_path_factory.mktemp("debian")
    chroot = made(request.param, folder)
    wheels = chroot.given / "wheels"
    wheels.mkdir()
    chroot.run("apt-get", "update", "-qq")
    pip = "python3 -m venv /tmp/v && /tmp/v/bin/pip wheel -q -w /mnt/given/wheels '/mnt/given/sources[espeak,gpio,grammar,opus]'"
    wheel(wheels, chroot.given / "sources", {})
    chroot.run("sh", "-c", pip)
    return chroot


def current(debian: Chroot) -> str:
    return (debian.root / "opt/fably/current").readlink().name


def state(debian: Chroot) -> dict[str, object]:
    """All of the machine but what a package manager keeps for itself."""
    found = snapshot(debian.root, (*ELSEWHERE, *LEFT_BY_APT))
    own = re.compile(r"(^etc/(passwd|group|shadow|gshadow|subuid|subgid)-$)|(^etc/ld\.so\.cache$)|__pycache__")
    return {name: (kind.split()[0], mode, content) for name, (kind, mode, content) in found.items() if not own.search(name)}


@pytest.mark.long
def test_from_nothing_to_a_box_and_back(debian: Chroot, tmp_path: Path) -> None:
    everything = snapshot(debian.root, ELSEWHERE)
    plan = debian.install(*ARGUMENTS[1:], "--dry-run").stdout
    assert "add the user fably" in plan
    assert snapshot(debian.root, ELSEWHERE) == everything, "a dry run touches nothing"

    before = state(debian)
    debian.install(*ARGUMENTS)
    assert current(debian).startswith(__version__)
    told = debian.run("fably", "a dragon", "--output", "/dev/null").stdout
    assert "dragon" in told
    assert (debian.root / "var/lib/fably/settings.env").stat().st_mode & 0o777 == 0o600
    units(debian)

    installed = snapshot(debian.root, ELSEWHERE)
    assert "nothing to do" in debian.install(*ARGUMENTS).stdout
    assert snapshot(debian.root, ELSEWHERE) == installed

    first = current(debian)
    wheels = debian.given / "wheels"
    wheel(wheels, tmp_path / "new", {"fably/__init__.py": (__version__, NEW)})
    debian.install(*ARGUMENTS)
    assert current(debian).startswith(NEW)
    assert NEW in debian.run("fably", "--version").stdout

    wheel(
        wheels,
        tmp_path / "broken",
        {"fably/__init__.py": (__version__, BROKEN), "fably/commands/health.py": ("import click", "import no_such")},
    )
    failed = debian.install(*ARGUMENTS, check=False)
    assert failed.returncode == 1, failed.stdout
    assert "does not run" in failed.stdout
    assert current(debian).startswith(NEW), "the one before goes on"
    assert [one.name for one in (debian.root / "opt/fably/versions").iterdir() if BROKEN in one.name] == []

    debian.install("--rollback", "--yes")
    assert current(debian) == first
    debian.install("--rollback", "--yes")
    assert current(debian).startswith(NEW)

    said = debian.install("--uninstall", "--yes").stdout
    assert "the stories stay" in said
    stories = list((debian.root / "var/lib/fably/stories").glob("*/info.yaml"))
    assert stories
    after = {name: what for name, what in state(debian).items() if not name.startswith("var/lib/fably")}
    assert after == before, sorted(after.keys() ^ before.keys())


def units(debian: Chroot) -> None:
    """Systemd of this Debian finds no fault with the units, and they are closed as far as they say."""
    verified = debian.run("systemd-analyze", "verify", "--man=no", "/etc/systemd/system/fably.service", check=False)
    assert "fably" not in verified.stdout.replace("/mnt/fably", ""), verified.stdout
    for unit, most in (("fably.service", 1.5), ("fably-trouble.service", 1.5), ("fably-web.service", 1.2)):
        said = debian.run("systemd-analyze", "security", "--offline=true", "--no-pager", f"/mnt/fably/systemd/{unit}", check=False).stdout
        found = re.search(r"exposure level for \S+: ([\d.]+)", said)
        assert found, said
        assert float(found[1]) <= most, said
    enabled: subprocess.CompletedProcess[str] = debian.run("systemctl", "is-enabled", "fably.service")
    assert enabled.stdout.strip() == "enabled"
