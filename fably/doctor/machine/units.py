"""The units of systemd: whether the box starts with the machine, runs, and how its last run ended."""

from collections.abc import Mapping
from typing import Any

from fably.doctor.finding import Finding, Repair
from fably.doctor.patient import Patient
from fably.doctor.wording import Scribe
from fably.settings import Settings

BOX, TROUBLE, SOCKET, PAGE = "fably.service", "fably-trouble.service", "fably-web.socket", "fably-web.service"
_ASKED = "LoadState,ActiveState,SubState,UnitFileState,Result,NRestarts,ExecMainCode,ExecMainStatus,StatusText,WatchdogUSec"
OFTEN = 3
"""Restarts since it was started by hand, or with the machine, that are worth a word."""


def unit(patient: Patient, name: str) -> Mapping[str, str]:
    """What systemd says of a unit; nothing where there is none, or no systemd."""
    told = patient.ask("systemctl", "show", name, f"--property={_ASKED}") if patient.has_systemd else None
    facts = dict(line.partition("=")[::2] for line in (told or "").splitlines())
    return facts if facts.get("LoadState") not in (None, "not-found") else {}


def check_units(patient: Patient, settings: Settings) -> list[Finding]:
    """Findings on the box's units; none on a machine where Fably is no service."""
    scribe, box = Scribe("units", settings.language), unit(patient, BOX)
    if not box:
        return []
    found = []
    restart = Repair(("systemctl", "restart", BOX), root=True)
    ended: dict[str, Any] = {"result": box.get("Result", "?"), "status": box.get("ExecMainStatus", "?")}
    if unit(patient, TROUBLE).get("ActiveState") == "active":
        found.append(scribe.failed("in_trouble", TROUBLE, **ended))
    elif box.get("ExecMainStatus") == "2" and box.get("ActiveState") in ("failed", "inactive"):
        found.append(scribe.failed("box_wrongly_set", BOX))
    elif box.get("ActiveState") == "failed":
        found.append(scribe.failed("box_failed", BOX, restart, **ended))
    elif box.get("ActiveState") == "inactive" and box.get("ExecMainStatus") != "75":
        found.append(scribe.warning("box_off", BOX, Repair(("systemctl", "start", BOX), root=True)))
    elif box.get("Result") == "watchdog":
        found.append(scribe.warning("box_hung", BOX))
    if (times := box.get("NRestarts", "0")).isdecimal() and int(times) >= OFTEN:
        found.append(scribe.warning("box_restarts", BOX, count=times, **ended))
    if box.get("UnitFileState") == "disabled":
        found.append(scribe.warning("not_at_boot", BOX, Repair(("systemctl", "enable", BOX), root=True)))
    if box.get("WatchdogUSec") in ("0", "infinity"):
        found.append(scribe.warning("no_watchdog", BOX))
    for name in (SOCKET, PAGE):
        facts = unit(patient, name)
        if facts.get("ActiveState") == "failed":
            repair = Repair(("systemctl", "restart", SOCKET), root=True)
            found.append(scribe.failed("page_failed", name, repair, unit=name, result=facts.get("Result", "?")))
    return found or [scribe.ok("box_runs", BOX, state=box.get("StatusText") or box.get("SubState", ""))]
