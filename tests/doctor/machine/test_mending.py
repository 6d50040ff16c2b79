"""What `--fix` runs, and what it leaves to root."""

import shutil
import subprocess
from pathlib import Path

import pytest
from recorded import SAMPLES, Recorded, unpacked

from fably.doctor.finding import Finding, Repair
from fably.doctor.machine.control_groups import check_control_groups
from fably.doctor.machine.habits import check_habits
from fably.doctor.mending import mend
from fably.doctor.patient import Said

UNMUTE = Repair(("amixer", "-q", "-c", "0", "sset", "Left Output Mixer PCM", "unmute"))
POWER_SAVE = Repair(("iw", "dev", "wlan0", "set", "power_save", "off"), root=True)
FOUND = [
    Finding("mixer", "0", "failed", "it is muted", "unmute it", repair=UNMUTE),
    Finding("mixer", "1", "failed", "so is this", "unmute it", repair=UNMUTE),
    Finding("wifi", "wlan0", "warning", "it sleeps", "wake it", repair=POWER_SAVE),
    Finding("heat", "cpu", "failed", "it is hot", "give it air"),
    Finding("units", "fably.service", "ok", "it runs", repair=Repair(("systemctl", "restart", "fably.service"), root=True)),
]


def made(root: Path) -> Recorded:
    return unpacked("", root)


def test_what_we_may_is_done_once_and_what_only_root_may_is_left_to_root(tmp_path: Path) -> None:
    machine = made(tmp_path)
    machine.programs[UNMUTE.argv] = Said(0, "")
    done = mend(FOUND, machine.patient, root=False)
    assert [(one.check, one.outcome) for one in done] == [("mixer", "done"), ("wifi", "needs_root")]
    assert [one.command for one in done] == ["amixer -q -c 0 sset 'Left Output Mixer PCM' unmute", "sudo iw dev wlan0 set power_save off"]
    assert machine.asked == [UNMUTE.argv]


def test_root_may_all_of_it_and_what_fails_says_why(tmp_path: Path) -> None:
    machine = made(tmp_path)
    machine.programs[POWER_SAVE.argv] = Said(161, "command failed: Not supported (-95)")
    done = mend(FOUND, machine.patient, root=True)
    assert [(one.outcome, one.says) for one in done] == [("not_done", "amixer?"), ("not_done", "command failed: Not supported (-95)")]


@pytest.mark.skipif(shutil.which("sed") is None, reason="there is no sed")
def test_the_kernel_line_stays_one_line_and_the_one_before_is_kept(tmp_path: Path) -> None:
    changed = "== /sys/fs/cgroup/cgroup.controllers\ncpu io pids\n== /boot/firmware/cmdline.txt\nconsole=tty1 rootwait"
    machine = unpacked(f"{(SAMPLES / 'zero-2w.txt').read_text(encoding='utf-8')}\n{changed}", tmp_path)
    file = tmp_path / "boot/firmware/cmdline.txt"
    file.write_text("console=tty1 rootwait \n", encoding="utf-8")
    (found,) = check_control_groups(machine.patient, machine.settings)
    assert found.repair is not None
    assert found.repair.root
    assert str(found.repair) in found.fix
    *command, where = found.repair.argv
    assert where == "/boot/firmware/cmdline.txt"
    subprocess.run([*command, str(file)], check=True)
    assert file.read_text(encoding="utf-8") == "console=tty1 rootwait cgroup_enable=memory\n"
    assert (file.parent / "cmdline.txt.before-fably").read_text(encoding="utf-8") == "console=tty1 rootwait \n"


def test_keys_that_others_can_read_are_closed(tmp_path: Path) -> None:
    machine = unpacked("== /var/lib/fably/settings.env\nOPENAI_API_KEY=sk-0123456789", tmp_path)
    (found,) = check_habits(machine.patient, machine.settings)
    assert found.repair == Repair(("chmod", "600", "/var/lib/fably/settings.env"))
    (tmp_path / "var/lib/fably/settings.env").chmod(0o600)
    assert check_habits(machine.patient, machine.settings) == []
