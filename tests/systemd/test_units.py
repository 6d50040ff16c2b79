"""The units: systemd finds no fault with them, and they let as little through as they say."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from fably.settings import Settings, fields_of

UNITS = Path(__file__).parents[2] / "systemd"
PROGRAMS = ("opt/fably/current/bin/fably", "opt/fably/current/bin/python", "bin/sh", "usr/bin/systemctl", "bin/systemctl")


def lines(unit: str) -> list[str]:
    text = (UNITS / unit).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def values(unit: str, name: str) -> list[str]:
    return [line.split("=", 1)[1] for line in lines(unit) if line.startswith(f"{name}=")]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A machine on which everything is installed, as far as systemd looks."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd-analyze; ./tools/test installs it where it can")
    root = tmp_path_factory.mktemp("machine")
    (root / "etc/systemd/system").mkdir(parents=True)
    for unit in UNITS.iterdir():
        shutil.copy(unit, root / "etc/systemd/system")
    shutil.copytree("/lib/systemd/system", root / "lib/systemd/system", symlinks=True)
    for program in PROGRAMS:
        (root / program).parent.mkdir(parents=True, exist_ok=True)
        (root / program).write_text("#!/bin/sh\n")
        (root / program).chmod(0o755)
    return root


def analyse(*what: str) -> str:
    done = subprocess.run(["systemd-analyze", *what], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("unit", sorted(one.name for one in UNITS.iterdir()))
def test_systemd_finds_no_fault(unit: str, root: Path) -> None:
    said = analyse("verify", f"--root={root}", "--man=no", unit)
    # of other units it says what it likes, and an empty machine has not all of them
    assert not [line for line in said.splitlines() if "fably" in line], said


@pytest.mark.parametrize(("unit", "most"), [("fably.service", 1.5), ("fably-trouble.service", 1.5), ("fably-web.service", 1.2)])
def test_it_is_as_closed_as_it_says(unit: str, most: float, root: Path) -> None:
    said = analyse("security", "--offline=true", "--no-pager", f"--threshold={int(most * 10)}", str(UNITS / unit))
    found = re.search(r"exposure level for \S+: ([\d.]+)", said)
    assert found, said
    assert float(found[1]) <= most


@pytest.mark.parametrize("unit", ["fably.service", "fably-trouble.service"])
def test_no_unit_sets_what_the_page_may_save(unit: str) -> None:
    assert set(re.findall(r"FABLY_[A-Z_]+", "\n".join(lines(unit)))) <= {"FABLY_CONTROL_GROUP"}


def test_the_page_is_told_only_where_things_are() -> None:
    saved = {field.env for field in fields_of(Settings)} - {"FABLY_STATE_PATH", "FABLY_CONTROL_SOCKET"}
    assert not saved & set(re.findall(r"FABLY_[A-Z_]+", "\n".join(lines("fably-web.service"))))


def test_what_stands_in_for_the_box_is_as_closed_as_the_box() -> None:
    text = (UNITS / "fably.service").read_text(encoding="utf-8")
    closed = text[text.index("# ---- what it may not") : text.index("[Install]")]
    wanted = [line for line in closed.splitlines() if line and not line.startswith("#")]
    assert len(wanted) > 20
    assert set(wanted) <= set(lines("fably-trouble.service"))


def test_the_watchdog_leaves_time_for_a_restart_within_the_limit_of_starts() -> None:
    """Else a box that hangs at once would be restarted for ever, and nobody told."""
    hang, pause = int(values("fably.service", "WatchdogSec")[0]), int(values("fably.service", "RestartSec")[0])
    within, starts = values("fably.service", "StartLimitIntervalSec")[0], int(values("fably.service", "StartLimitBurst")[0])
    assert within.endswith("min")
    assert (hang + pause) * starts < int(within.removesuffix("min")) * 60
    assert values("fably.service", "OnFailure") == ["fably-trouble.service"]


def test_the_house_is_at_home_only_by_the_socket_too() -> None:
    """What a service denies does not count for a socket that systemd has opened for it."""
    assert values("fably-web.socket", "IPAddressDeny") == ["any"] == values("fably-web.service", "IPAddressDeny")
    assert "10.0.0.0/8" in values("fably-web.socket", "IPAddressAllow")[0]
