"""How warm the processor is. A Pi slows down from 80 degrees on, and then a voice may not keep up."""

from fably.doctor.finding import Finding
from fably.doctor.machine.supply import throttled
from fably.doctor.patient import Patient
from fably.doctor.wording import Scribe
from fably.settings import Settings

WARM, HOT = 75.0, 80.0
"""Degrees Celsius."""
PLACE = "/sys/class/thermal"
OURS = ("cpu", "soc")
"""What the kernel calls the places that matter; others are disks, batteries and radios."""
OTHERS = ("x86_pkg_temp", "acpitz")
"""The processor of a laptop, which may be warmer by twenty degrees."""
_WAS_HOT = 1 << 19


def check_heat(patient: Patient, settings: Settings) -> list[Finding]:
    """The finding on the warmest place of the processor; none where nothing measures it."""
    scribe, degrees = Scribe("heat", settings.language), _degrees(patient, OURS)
    if not degrees:
        return [scribe.ok("cool", degrees=round(max(others)))] if (others := _degrees(patient, OTHERS)) else []
    most = max(degrees)
    if most >= HOT:
        return [scribe.failed("hot", degrees=round(most))]
    if most >= WARM:
        return [scribe.warning("warm", degrees=round(most))]
    if (throttled(patient) or 0) & _WAS_HOT:
        return [scribe.warning("was_hot", degrees=round(most))]
    return [scribe.ok("cool", degrees=round(most))]


def _degrees(patient: Patient, places: tuple[str, ...]) -> list[float]:
    return [
        millidegrees / 1000
        for zone in patient.names(PLACE)
        if zone.startswith("thermal_zone") and (patient.read(f"{PLACE}/{zone}/type") or "").startswith(places)
        if (millidegrees := patient.number(f"{PLACE}/{zone}/temp")) is not None and 0 < millidegrees < 150_000
    ]
