"""The disk: a card that dies becomes one that can only be read, and one that is full keeps no story."""

from pathlib import Path

from fably.doctor.finding import Finding
from fably.doctor.patient import Patient
from fably.doctor.wording import Scribe
from fably.settings import Settings

LEAST, LEAST_FILES = 100_000_000, 2000
"""Bytes, and files, that should be left: a story takes ten million until it is packed, and ten files."""


def check_disk(patient: Patient, settings: Settings) -> list[Finding]:
    """Findings on what is wrong with the disk of the state directory, and with others, or one that says how much room there is."""
    scribe = Scribe("disk", settings.language)
    found = []
    device, options = _mounted(patient, settings.state.absolute())
    if "ro" in options:
        found.append(scribe.failed("read_only", device))
    found += [
        scribe.failed("damaged", f"/dev/{name}", count=errors)
        for name in patient.names("/sys/fs/ext4")
        if (errors := patient.number(f"/sys/fs/ext4/{name}/errors_count"))
    ]
    for card in (one for one in patient.names("/sys/block") if one.startswith("mmcblk") and "boot" not in one):
        life = [int(one, 16) for one in (patient.read(f"/sys/block/{card}/device/life_time") or "").split() if one.startswith("0x")]
        if max(life, default=0) >= 0x0A:  # eMMC only: tenths of its life that are over
            found.append(scribe.warning("worn", f"/dev/{card}", percent=(max(life) - 1) * 10))
    if _mounted(patient, Path("/"))[0].startswith("/dev/mmcblk") and patient.names("/var/log/journal"):
        found.append(scribe.warning("journal_on_card"))
    there = _nearest(patient.at(settings.state.absolute()), patient.root)
    room = patient.room(there)
    if room is None:
        return found
    if room.free < LEAST:
        found.append(scribe.warning("full", free=room.free // 1_000_000))
    elif room.files is not None and room.files < LEAST_FILES:
        found.append(scribe.warning("no_files_left", files=room.files))
    return found or [scribe.ok("room", device, free=f"{room.free / 1e9:.1f}")]


def _mounted(patient: Patient, folder: Path) -> tuple[str, tuple[str, ...]]:
    """What is mounted where `folder` is, and how: the root may be one that is never written to."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for line in (patient.read("/proc/mounts") or "").splitlines():
        device, place, _kind, options, *_ = [*line.split(), "", "", ""]
        found[place] = device, tuple(options.split(","))
    return next((found[str(one)] for one in (folder, *folder.parents) if str(one) in found), ("", ()))


def _nearest(folder: Path, root: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    return next((one for one in (folder, *folder.parents) if one.exists()), root)
