"""What a real box logged before it was killed, or lost its power, is where the doctor finds it."""

import signal
import time
from pathlib import Path

from living_box import PATIENCE, living

from fably.kept_lines import NAME, boot_id, read

from .conftest import Doctor, only


def until_kept(file: Path, says: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not any(says in one["says"] for one in read(file)):
        assert time.monotonic() < deadline, read(file)
        time.sleep(0.01)


def test_the_last_lines_before_a_box_was_killed_and_before_its_plug_was_pulled(doctor: Doctor, tmp_path: Path) -> None:
    state = tmp_path / "state"
    file = state / NAME
    environ = {"FABLY_STATE_PATH": str(state), "FABLY_MICROPHONE_DEVICE": "ear"}
    with living(environment=environ) as box:
        until_kept(file, "idle")
        there = only(doctor("--json", **environ).of("lastrun"))
        assert (there["what"], there["status"]) == ("ended_well", "ok"), "it lives"
        box.press()
        until_kept(file, "gesture: down")
        box.ends(signal.SIGKILL)
    done = doctor("--json", "--bundle", "report.txt", **environ)
    fell = only(done.of("lastrun"))
    assert (fell["what"], fell["status"]) == ("fell", "warning")
    report = Path("report.txt").read_text(encoding="utf-8")
    assert "fably.box.looping: idle" in report
    assert "fably.box.appliance: gesture: down" in report

    file.write_text(file.read_text(encoding="utf-8").replace(boot_id(), "an0ther1"), encoding="utf-8")
    cut = only(doctor("--json", **environ).of("lastrun"))
    assert (cut["what"], cut["status"]) == ("cut", "ok"), "once is how most boxes are switched off"
    assert cut["detail"].startswith("the power was pulled (1×); the last time after 20")
