"""What is usual on a laptop, in a container, and on a Pi with a cable is no trouble."""

import asyncio
from pathlib import Path

import pytest
from recorded import SAMPLES, unpacked

from fably.doctor.round import round_of

PI = (SAMPLES / "zero-2w.txt").read_text(encoding="utf-8")
LAPTOP = """
== /proc/asound/cards
 0 [PCH            ]: HDA-Intel - HDA Intel PCH
                      HDA Intel PCH at 0x6011188000 irq 156
== /proc/asound/pcm
00-00: ALC257 Analog : ALC257 Analog : playback 1 : capture 1
== $ amixer -c 0
Simple mixer control 'Master',0
  Capabilities: pvolume pvolume-joined pswitch pswitch-joined
  Playback channels: Mono
  Limits: Playback 0 - 87
  Mono: Playback 61 [70%] [-19.50dB] [on]
Simple mixer control 'Headphone',0
  Capabilities: pvolume pswitch
  Playback channels: Front Left - Front Right
  Limits: Playback 0 - 87
  Front Left: Playback 0 [0%] [-65.25dB] [off]
  Front Right: Playback 0 [0%] [-65.25dB] [off]
Simple mixer control 'Speaker',0
  Capabilities: pvolume pswitch
  Playback channels: Front Left - Front Right
  Limits: Playback 0 - 87
  Front Left: Playback 87 [100%] [0.00dB] [on]
  Front Right: Playback 87 [100%] [0.00dB] [on]
== /sys/class/thermal/thermal_zone0/type
x86_pkg_temp
== /sys/class/thermal/thermal_zone0/temp
88000
== /sys/class/net/wlp2s0/operstate
up
== /sys/class/net/wlp2s0/phy80211/name
phy0
== $ iw dev wlp2s0 get power_save
Power save: on
== /proc/mounts
composefs / overlay ro,relatime 0 0
/dev/nvme0n1p3 /var btrfs rw,relatime 0 0
"""
CONTAINER = """
== /proc/meminfo
MemAvailable:    20000000 kB
== /proc/vmstat
oom_kill 53
== /sys/fs/cgroup/memory.events
oom_kill 0
"""
IN_THE_AIR = """
== /sys/class/net/wlp2s0/operstate
down
== /sys/class/net/wlp2s0/phy80211/name
phy0
== /sys/class/rfkill/rfkill0/type
wlan
== /sys/class/rfkill/rfkill0/soft
1
"""
CABLE = f"""{PI}
== /sys/class/rfkill/rfkill1/soft
1
== /sys/class/net/wlan0/operstate
down
== /sys/class/net/eth0/operstate
up
"""


@pytest.mark.parametrize(
    ("machine", "expected"),
    [(LAPTOP, {"cards", "turned", "cool", "connected", "room"}), (CONTAINER, {"enough"}), (CABLE, {"by_cable", "box_runs"})],
    ids=["laptop", "container", "cable"],
)
def test_nothing_is_wrong(tmp_path: Path, machine: str, expected: set[str]) -> None:
    made = unpacked(machine, tmp_path)
    found = asyncio.run(round_of(made.patient, made.settings))
    assert [one for one in found if one.status != "ok"] == []
    assert expected <= {one.what for one in found}


def test_who_has_switched_the_radio_off_is_told_and_it_stays_off(tmp_path: Path) -> None:
    made = unpacked(IN_THE_AIR, tmp_path)
    found = [one for one in asyncio.run(round_of(made.patient, made.settings)) if one.status != "ok"]
    assert [(one.what, one.repair) for one in found] == [("not_connected", None)]
