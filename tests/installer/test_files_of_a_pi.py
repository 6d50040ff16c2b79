"""The files of a Raspberry Pi: changed as the plan says, and given back to the byte, also when somebody has changed them since."""

import json
import os
from pathlib import Path

import pytest
from installing.hats import HATS
from installing.options import MODES
from machines import CMDLINE, CONFIG, Install, contents, snapshot

from fably.settings import load


def test_a_dry_run_touches_nothing(pi: Path, install: Install, capsys: pytest.CaptureFixture[str]) -> None:
    before = snapshot(pi)
    assert install("--dry-run", "--hat", "respeaker-2mic", "--unattended-upgrades") == 0
    assert snapshot(pi) == before
    said = capsys.readouterr().out
    for what in ("/boot/firmware/cmdline.txt", "/etc/asound.conf", "fably.service", "zram", "nothing was touched"):
        assert what in said


@pytest.mark.parametrize("hat", [None, *HATS])
def test_what_is_installed_twice_is_installed_once_and_uninstalling_gives_everything_back(
    hat: str | None, pi: Path, install: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    before, folders = contents(pi), snapshot(pi).keys()
    arguments = ("--yes", "--unattended-upgrades", *(("--hat", hat) if hat else ()))
    assert install(*arguments) == 0
    assert (pi / "boot/firmware/cmdline.txt").read_text() == CMDLINE.replace("\n", " cgroup_enable=memory\n")
    assert "gpu_mem=16" in (pi / "boot/firmware/config.txt").read_text()
    installed = snapshot(pi)
    assert install(*arguments) == 0
    assert "nothing to do" in capsys.readouterr().out
    assert snapshot(pi) == installed
    assert install("--yes") == 0, "who says nothing gets what was asked for the last time"
    assert snapshot(pi) == installed
    assert install("--uninstall", "--yes") == 0
    assert contents(pi) == before
    assert snapshot(pi).keys() == folders
    assert install("--uninstall", "--yes") == 0
    assert "nothing to take back" in capsys.readouterr().out


def test_what_somebody_else_has_changed_since_stays(pi: Path, install: Install, capsys: pytest.CaptureFixture[str]) -> None:
    (pi / "etc/asound.conf").write_text("# mine\n")
    assert install("--yes", "--hat", "wm8960") == 0
    config, cmdline, asound = pi / "boot/firmware/config.txt", pi / "boot/firmware/cmdline.txt", pi / "etc/asound.conf"
    config.write_text(config.read_text() + "arm_freq=1200\n")
    cmdline.write_text(cmdline.read_text().replace("rootwait", "rootwait quiet"))
    asound.write_text("# mine again\n")
    assert install("--yes") == 0, "it is put right again"
    assert "wm8960soundcard" in asound.read_text()
    asound.write_text("# and again\n")
    assert install("--uninstall", "--yes") == 0
    assert config.read_text() == f"{CONFIG}\narm_freq=1200\n"
    assert cmdline.read_text() == CMDLINE.replace("rootwait", "rootwait quiet")
    assert asound.read_text() == "# and again\n"
    assert "/etc/asound.conf was changed by somebody else since, and stays" in capsys.readouterr().out
    kept = pi / "opt/fably/install/before/etc"
    assert {one.name: one.read_text() for one in kept.iterdir()} == {"asound.conf": "# mine\n", "asound.conf.1": "# mine again\n"}


def test_a_file_of_somebody_else_that_was_replaced_twice_is_given_back_as_it_was_last(pi: Path, install: Install) -> None:
    asound = pi / "etc/asound.conf"
    for text in ("# mine\n", "# mine again\n"):
        asound.write_text(text)
        assert install("--yes", "--hat", "wm8960") == 0
    assert install("--uninstall", "--yes") == 0
    assert asound.read_text() == "# mine again\n"


def test_a_word_that_was_there_before_is_not_taken_out(pi: Path, install: Install) -> None:
    cmdline = pi / "boot/firmware/cmdline.txt"
    cmdline.write_text("root=1 cgroup_enable=memory\n")
    assert install("--yes") == 0
    assert install("--uninstall", "--yes") == 0
    assert cmdline.read_text() == "root=1 cgroup_enable=memory\n"


def test_settings_of_a_parent_stay_and_keys_are_read_by_nobody_else(pi: Path, install: Install) -> None:
    file = pi / "var/lib/fably/settings.env"
    file.parent.mkdir(parents=True)
    file.write_text("OPENAI_API_KEY=sk-1\nFABLY_LIGHT=led\n")
    file.chmod(0o644)
    assert install("--yes", "--mode", "pi-zero", "--hat", "respeaker-2mic") == 0
    assert file.read_text() == "OPENAI_API_KEY=sk-1\nFABLY_LIGHT=led\nFABLY_MEMORY_MODE=pi-zero\n"
    assert file.stat().st_mode & 0o777 == 0o600
    settings = load({}, {"FABLY_STATE_PATH": str(file.parent)}, pi)
    assert (settings.mode.name, settings.light) == ("pi-zero", "led")


@pytest.mark.parametrize("hat", HATS)
@pytest.mark.parametrize("mode", MODES[:2])
def test_what_it_writes_is_understood_by_fably(hat: str, mode: str, pi: Path, install: Install) -> None:
    assert install("--yes", "--mode", mode, "--hat", hat, "--voice", "tr_TR-dfki-medium") == 0
    settings = load({}, {"FABLY_STATE_PATH": str(pi / "var/lib/fably")}, pi)
    assert (settings.tts_provider, settings.tts_voice, settings.mode.name) == ("piper", "tr_TR-dfki-medium", mode)


def test_uninstalling_leaves_the_stories_and_takes_the_keys(pi: Path, install: Install) -> None:
    assert install("--yes") == 0
    state = pi / "var/lib/fably"
    for name in ("stories/a-dragon/paragraph_0.txt", "voices/a.onnx", "queries/a.wav"):
        (state / name).parent.mkdir(parents=True)
        (state / name).write_text("Once upon a time")
    (state / "settings.env").write_text("OPENAI_API_KEY=sk-1\n")
    assert install("--uninstall", "--yes") == 0
    assert contents(state) == {"stories/a-dragon/paragraph_0.txt": b"Once upon a time"}
    assert install("--yes") == 0
    assert install("--uninstall", "--yes") == 0
    assert (state / "stories/a-dragon/paragraph_0.txt").exists()


def test_the_page_can_be_left_out_and_comes_back(pi: Path, install: Install) -> None:
    assert install("--yes", "--no-web") == 0
    assert json.loads((pi / "opt/fably/install/choices.json").read_text())["web"] is False
    assert not (pi / "etc/systemd/system/fably-web.socket").exists()
    assert install("--yes") == 0
    assert json.loads((pi / "opt/fably/install/choices.json").read_text())["web"] is False
    assert install("--yes", "--web") == 0
    assert json.loads((pi / "opt/fably/install/choices.json").read_text())["web"] is True


def test_a_newer_systemd_tries_a_failing_box_less_and_less_often(pi: Path, install: Install) -> None:
    assert install("--yes") == 0
    assert not (pi / "etc/systemd/system/fably.service.d").exists(), "systemd 252 does not know how"
    status = pi / "var/lib/dpkg/status"
    status.write_text(status.read_text().replace("252.39-1~deb12u1", "257.8-1~deb13u2"))
    assert install("--yes") == 0
    assert "RestartSteps=" in (pi / "etc/systemd/system/fably.service.d/50-this-machine.conf").read_text()


@pytest.mark.parametrize(
    ("file", "text", "arguments", "said"),
    [
        ("proc/meminfo", "MemTotal: 220000 kB\n", (), "214 MB of memory"),
        ("proc/meminfo", "MemTotal: 900000 kB\n", ("--mode", "full"), "--mode full is for 2 GB"),
    ],
)
def test_a_machine_that_will_not_do_is_told_so_and_nothing_is_begun(
    file: str, text: str, arguments: tuple[str, ...], said: str, pi: Path, install: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    (pi / file).write_text(text)
    before = snapshot(pi)
    assert install("--yes", *arguments) == 2
    assert said in capsys.readouterr().out
    assert snapshot(pi) == before


def test_an_unknown_system_is_told_of_and_tried(pi: Path, install: Install, capsys: pytest.CaptureFixture[str]) -> None:
    (pi / "etc/os-release").write_text('PRETTY_NAME="Debian forky"\nVERSION_CODENAME=forky\n')
    assert install("--dry-run") == 0
    assert "this is Debian forky; it was tried on" in capsys.readouterr().out


def test_without_a_yes_nothing_is_done(
    pi: Path, install: Install, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot(pi)
    read, write = os.pipe()
    os.close(write)
    with os.fdopen(read) as nobody:
        monkeypatch.setattr("sys.stdin", nobody)
        assert install() == 2
    assert "--yes says it" in capsys.readouterr().out
    assert snapshot(pi) == before


@pytest.mark.parametrize(
    "arguments",
    [("--mode", "huge"), ("--voice", "../../etc"), ("--hat", "none"), ("--from", "nowhere"), ("--uninstall", "--rollback"), ("--ye",)],
)
def test_bad_arguments_are_refused(arguments: tuple[str, ...], install: Install) -> None:
    with pytest.raises(SystemExit) as ended:
        install(*arguments)
    assert ended.value.code == 2


def test_a_record_that_cannot_be_read_stops_everything(pi: Path, install: Install, capsys: pytest.CaptureFixture[str]) -> None:
    assert install("--yes") == 0
    (pi / "opt/fably/install/record.json").write_text('{"notes": [')
    before = snapshot(pi)
    assert install("--yes", "--hat", "wm8960") == 1
    assert install("--uninstall", "--yes") == 1
    assert "record.json cannot be read" in capsys.readouterr().out
    assert snapshot(pi) == before


def test_going_back_where_there_is_nothing_to_go_back_to(install: Install, capsys: pytest.CaptureFixture[str]) -> None:
    assert install("--rollback", "--yes") == 1
    assert "no version before this one" in capsys.readouterr().out
