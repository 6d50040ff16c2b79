"""The Wi-Fi: switched on, connected, strong enough, and not asleep, which is what makes a Pi's connection break off."""

import re
from collections.abc import Sequence

from fably.doctor.finding import Finding, Repair
from fably.doctor.patient import Patient
from fably.doctor.wording import Scribe
from fably.settings import Settings

WEAK, TOO_WEAK = -70, -80
"""dBm. From the first on speech from the cloud may stutter, from the second on connections break off."""


def check_wifi(patient: Patient, settings: Settings) -> list[Finding]:
    """Findings on each radio; none where there is none."""
    scribe = Scribe("wifi", settings.language)
    radios = [one for one in patient.names("/sys/class/net") if patient.there(f"/sys/class/net/{one}/phy80211")]
    if not radios:
        return []
    if not any(_is_up(patient, one) for one in radios) and _has_another_way(patient, radios):
        return [scribe.ok("by_cable", radios[0])]  # then it may be switched off as well
    for switch in patient.names("/sys/class/rfkill"):
        place = f"/sys/class/rfkill/{switch}"
        if patient.read(f"{place}/type") == "wlan":
            if patient.boot and patient.number(f"{place}/soft"):  # elsewhere somebody wants it so, as in an aeroplane
                return [scribe.failed("switched_off", radios[0], Repair(("rfkill", "unblock", "wifi"), root=True))]
            if patient.number(f"{place}/hard"):
                return [scribe.failed("switched_off_outside", radios[0])]
    return [one for radio in radios for one in _radio(patient, scribe, radio)]


def _radio(patient: Patient, scribe: Scribe, radio: str) -> list[Finding]:
    if not _is_up(patient, radio):
        return [scribe.ok("by_cable", radio) if _has_another_way(patient, [radio]) else scribe.warning("not_connected", radio)]
    found, strength = [], _strength(patient, radio)
    if strength is not None and strength <= WEAK:
        write = scribe.failed if strength <= TOO_WEAK else scribe.warning
        found.append(write("weak", radio, strength=strength))
    # on a Pi only: a laptop sleeps well, and its battery lasts by it
    if patient.boot and "on" in (patient.ask("iw", "dev", radio, "get", "power_save") or "").lower().partition("power save:")[2].split():
        found.append(scribe.warning("asleep", radio, Repair(("iw", "dev", radio, "set", "power_save", "off"), root=True), radio=radio))
    return found or [scribe.ok("connected", radio, strength="?" if strength is None else strength)]


def _is_up(patient: Patient, network: str) -> bool:
    return patient.read(f"/sys/class/net/{network}/operstate") == "up"


def _has_another_way(patient: Patient, radios: Sequence[str]) -> bool:
    return any(_is_up(patient, one) for one in patient.names("/sys/class/net") if one not in ("lo", *radios))


def _strength(patient: Patient, radio: str) -> int | None:
    """dBm, from the kernel's old table, which all may read, or from iw. Its name is nobody's business, and is not read."""
    for line in (patient.read("/proc/net/wireless") or "").splitlines():
        name, _, rest = line.partition(":")
        if name.strip() == radio and len(words := rest.split()) > 2:
            level = int(float(words[2]))
            return level if level < 0 else None
    found = re.search(r"signal:\s*(-?\d+) dBm", patient.ask("iw", "dev", radio, "link") or "")
    return int(found[1]) if found else None
