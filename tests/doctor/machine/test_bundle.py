"""The report for strangers: it has what is needed to help, and nothing that is nobody's business."""

from pathlib import Path

import pytest
from recorded import SAMPLES, unpacked

from fably.doctor.bundle import LARGEST, bundle, discreet, write_bundle
from fably.doctor.checkup import Checkup
from fably.doctor.finding import Finding
from fably.settings import load

WELL = (SAMPLES / "zero-2w.txt").read_text(encoding="utf-8")
KEY = "sk-canary-0123456789abcdef"
SAID = '{"at": "2026-11-20T19:59:58+00:00", "boot": "0ld", "pid": 7, "what": "info", "says": "%s"}'
LINES = "\n".join(
    SAID % one
    for one in (
        "fably.box.looping: telling",
        "fably.x: the wish “a canary who is afraid of Uncle Bob” was not understood",
        "fably.x: a-canary-who-sings could not be packed",
        "fably.x: http://mum:canary-pass@homeserver:8880/v1 cannot be reached",
        f"fably.x: the key {KEY} is refused",
        "fably.box.supervision: the sound card: no progress, although there is work",
    )
)  # fmt: skip
JOURNAL = """\
2026-11-20T19:00:00+00:00 canary-house wpa_supplicant[401]: wlan0: Trying to associate with SSID 'CanaryNet'
2026-11-20T19:00:01+00:00 canary-house kernel: wlan0: authenticate with 5c:49:79:12:34:56 (local address=b8:27:eb:00:11:22)
2026-11-20T19:00:02+00:00 canary-house NetworkManager[5]: ssid="CanaryNet" psk=canarypass
2026-11-20T19:00:03+00:00 canary-house fably[612]: waiting for the button, 192.168.178.23 /home/canary/fably
2026-11-20T19:00:04+00:00 canary-house fably[612]: the card of Birdie Cage is back"""
CHANGED = f"""
== /var/lib/fably/last.log
{LINES}
== $ iw dev wlan0 link
Connected to 5c:49:79:12:34:56 (on wlan0)
	SSID: CanaryNet
== $ journalctl --unit fably* --quiet --no-pager --output=short-iso --lines=300
{JOURNAL}
== /etc/passwd
root:x:0:0:root:/root:/bin/bash
mumcanary:x:1000:1000:Birdie Cage,,,:/srv/canary:/bin/bash
== /proc/mounts
//nas/music /media/mumcanary cifs rw,username=mumcanary 0 0
== /proc/cpuinfo
Serial		: 00000000canary01
"""


def report(root: Path, **environ: str) -> str:
    machine = unpacked(WELL + CHANGED, root)
    shelf = root / "shelf"
    (shelf / "a-canary-who-sings").mkdir(parents=True)
    settings = load({}, {
        "FABLY_STATE_PATH": "/var/lib/fably", "OPENAI_API_KEY": KEY, "FABLY_STORIES_PATH": str(shelf),
        "FABLY_TTS_URL": "http://mum:canary-pass@homeserver:8880/v1", "FABLY_WEB_NAMES": "canary.example", "FABLY_AGE": "4", **environ,
    })  # fmt: skip
    found = Finding("words", "OpenAI", "failed", f"it does not accept the key {KEY}", "put another there")
    return bundle(Checkup((found,), None, None), settings, machine.patient)


def test_it_has_what_helps(tmp_path: Path) -> None:
    text = report(tmp_path)
    for one in (
        "Raspberry Pi Zero 2 W", "dtoverlay=wm8960-soundcard", "FABLY_AGE=4", "OPENAI_API_KEY=…", "openai 3.52.0", "lgpio 0.2.2.0",
        "ActiveState=active", "fably.box.looping: telling", "although there is work", "waiting for the button", "wm8960-hifi",
        "BCM43430/2 wl0", '"status": "failed"', "rootfstype=ext4", "FABLY_STATE_PATH=…", "MemAvailable:", "cgroup_enable=memory",
    ):  # fmt: skip
        assert one in text, one


def test_it_has_nothing_that_is_nobodys_business(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fably.doctor.bundle.socket.gethostname", lambda: "canary-house")
    monkeypatch.setattr("fably.doctor.bundle.getpass.getuser", lambda: "canary")
    text = report(tmp_path)
    left = [line for line in text.splitlines() if "canary" in line.lower()]
    assert left == []
    for one in ("Uncle Bob", "5c:49:79", "b8:27:eb", "192.168", "0a1b2c3d", "mum", "Birdie"):
        assert one not in text, one


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("psk=hunter22", "psk=…"),
        ('ESSID:"The Bears\' Cave"', "ESSID:…"),
        ("wlan0: associated with 'Home Sweet Home' after 3 s", "wlan0: associated with … after 3 s"),
        ("Authorization: Bearer sk-proj-0123456789abcdefghij", "Authorization: Bearer …"),
        ("AIzaSyD-0123456789_abcdefg is refused", "… is refused"),
        ("https://a:b@example.org/v1", "https://example.org/v1"),
        ("it understood “a story about my brother”", "it understood “…”"),
        ("/home/anna/fably/.env", "/home/…/fably/.env"),
        ("root=PARTUUID=0a1b2c3d-02 rootwait resume=UUID=1f2e-3d4c", "root=PARTUUID=… rootwait resume=UUID=…"),
        ("fably.story.pipeline: passage 3 is heard: Once Anna and her “friend” went", "fably.story.pipeline: passage 3 is heard: …"),
        ("held back (death): and Anna's cat died", "held back (death): …"),
        ("from 2003:e4:7f1:ab00::17, and from fe80::ba27:ebff:fe00:1122%wlan0", "from …, and from …%wlan0"),
        ("from 2003:e4:7f1:ab00:ba27:ebff:fe00:1122", "from …"),
        ("2026-11-20T19:00:03 std::vector at ::1 and 20:00:03:07", "2026-11-20T19:00:03 std::vector at ::1 and 20:00:03:07"),
        ("version 9.88.4.77 (g58bc5cc)", "version 9.88.4.77 (g58bc5cc)"),
        ("Linux 6.12.47+rpt-rpi-v8 on 127.0.0.1", "Linux 6.12.47+rpt-rpi-v8 on 127.0.0.1"),
        ("the watchdog of systemd", "the watchdog of systemd"),
    ],
)
def test_what_is_taken_out_of_a_line(line: str, said: str) -> None:
    assert discreet(line, []) == said


def test_it_is_written_for_its_writer_alone_and_is_of_a_size_that_can_be_attached(tmp_path: Path) -> None:
    machine = unpacked(f"{WELL}\n== /etc/asound.conf\n{'x' * 200_000}\n== /boot/firmware/config.txt\n{'y ' * 200_000}", tmp_path)
    file = write_bundle(str(tmp_path / "report.txt"), Checkup((), None, None), machine.settings, machine.patient)
    assert file is not None
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.stat().st_size <= LARGEST * 2
    assert not list(tmp_path.glob(".fably-*"))
