"""Whether memory is, or was, too short: what makes a Zero 2W freeze, or lose a program in the middle of a story."""

from fably.doctor.finding import Finding
from fably.doctor.patient import Patient
from fably.doctor.wording import Scribe
from fably.memory.journal import NAME, read
from fably.settings import Settings

LEAST = 40 << 20
"""Bytes that should be left."""
WAITED = 10.0
"""Percent of the last five minutes in which some program waited for memory (Linux counts that as "some")."""
UNIT = "/sys/fs/cgroup/system.slice/fably.service"

CONTAINER = "/sys/fs/cgroup/memory.events"
"""A container has its own count here, where /proc/vmstat has that of all on its machine; the machine itself has none."""


def check_shortage(patient: Patient, settings: Settings) -> list[Finding]:
    """Findings on who was killed for want of memory, what is left, who waits, and swap on a card; one line where all is well."""
    scribe = Scribe("shortage", settings.language)
    left = _left(patient)
    if left is None:
        return []
    found = []
    if killed := _count(patient, f"{UNIT}/memory.events", "oom_kill"):
        found.append(scribe.warning("killed_of_ours", count=killed))
    elif killed := _count(patient, CONTAINER if patient.there(CONTAINER) else "/proc/vmstat", "oom_kill"):
        found.append(scribe.warning("killed", count=killed))
    if left < LEAST:
        found.append(scribe.warning("little_left", left=left >> 20))
    if (waited := _waited(patient)) >= WAITED:
        found.append(scribe.warning("waited", percent=round(waited)))
    if swap := _swap_on_card(patient):
        found.append(scribe.warning("swaps_onto_card", swap=swap))
    refused = [one for one in read(patient.at(settings.state.absolute()) / NAME)[-200:] if one["what"] in ("refused", "died")]
    if refused:
        found.append(scribe.warning("engines_lost", count=len(refused), engine=refused[-1].get("engine", "?"), at=refused[-1]["at"]))
    return found or [scribe.ok("enough", left=left >> 20)]


def _left(patient: Patient) -> int | None:
    """Bytes that are available now."""
    for line in (patient.read("/proc/meminfo") or "").splitlines():
        if line.startswith("MemAvailable:") and len(words := line.split()) > 1 and words[1].isdecimal():
            return int(words[1]) * 1024
    return None


def _count(patient: Patient, file: str, name: str) -> int:
    for line in (patient.read(file) or "").splitlines():
        key, _, value = line.partition(" ")
        if key == name and value.isdecimal():
            return int(value)
    return 0


def _waited(patient: Patient) -> float:
    for line in (patient.read("/proc/pressure/memory") or "").splitlines():
        if line.startswith("some"):
            facts = dict(one.partition("=")[::2] for one in line.split()[1:])
            return float(facts.get("avg300", 0.0))
    return 0.0


def _swap_on_card(patient: Patient) -> str:
    """The swap that wears a card out; empty where there is none."""
    card = any(line.startswith("/dev/mmcblk") and " / " in line for line in (patient.read("/proc/mounts") or "").splitlines())
    for line in (patient.read("/proc/swaps") or "").splitlines()[1:]:
        name, kind, *_ = line.split()
        if name.startswith("/dev/mmcblk") or (kind == "file" and card):
            return name
    return ""
