"""Whether the power supply keeps its voltage, and whether the machine slows itself down: the Pi's firmware remembers both."""

import re

from fably.doctor.finding import Finding
from fably.doctor.patient import Patient
from fably.doctor.wording import Scribe
from fably.settings import Settings

FIRMWARE = "/sys/devices/platform/soc/soc:firmware/get_throttled"
_LOW_NOW, _SLOW_NOW, _WAS_LOW, _WAS_SLOW = 1 << 0, 1 << 2 | 1 << 1, 1 << 16, 1 << 18 | 1 << 17


def check_supply(patient: Patient, settings: Settings) -> list[Finding]:
    """The finding on under-voltage, the gravest one; none on a machine whose firmware does not say."""
    bits = throttled(patient)
    if bits is None:
        return []
    scribe = Scribe("power", settings.language)
    if bits & _LOW_NOW:
        return [scribe.failed("voltage_low", bits=f"{bits:#x}")]
    if bits & _WAS_LOW:
        return [scribe.warning("voltage_was_low", bits=f"{bits:#x}")]
    if bits & _SLOW_NOW:
        return [scribe.warning("slowed_down", bits=f"{bits:#x}")]
    if bits & _WAS_SLOW:
        return [scribe.warning("was_slowed_down", bits=f"{bits:#x}")]
    return [scribe.ok("voltage_good")]


def throttled(patient: Patient) -> int | None:
    """The firmware's bits (`vcgencmd get_throttled`), from a file that all may read where the kernel has it."""
    told = patient.read(FIRMWARE)
    if told is None:
        told = (patient.ask("vcgencmd", "get_throttled") or "").partition("=")[2]
    return int(told, 16) if re.fullmatch(r"(0x)?[0-9a-fA-F]+", told) else None
