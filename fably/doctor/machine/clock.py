"""The clock: a Pi has none that goes on without power, and with a wrong one nobody's certificate is valid."""

from datetime import date, timedelta

from fably.doctor.finding import Finding, Repair
from fably.doctor.models import BUILT
from fably.doctor.patient import Patient
from fably.doctor.wording import Scribe
from fably.settings import Settings

LAST = date(2038, 1, 1)
"""A day that comes after whatever certificate is in use: a clock that shows it runs ahead by years."""
SYNCHRONISED = "/run/systemd/timesync/synchronized"


def check_clock(patient: Patient, settings: Settings) -> list[Finding]:
    """The finding on the clock: whether its year can be true, and whether somebody sets it."""
    scribe, now = Scribe("clock", settings.language), patient.now()
    facts = dict(line.partition("=")[::2] for line in (patient.ask("timedatectl", "show") or "").splitlines())
    switch_on = Repair(("timedatectl", "set-ntp", "true"), root=True)
    off = facts.get("NTP") == "no"
    if now.date() < BUILT or now.date() >= LAST:
        return [scribe.failed("clock_wrong", repair=switch_on, now=now.strftime("%Y-%m-%d %H:%M"))]
    if off and facts.get("NTPSynchronized") != "yes":
        return [scribe.warning("clock_unset", repair=switch_on, now=now.strftime("%Y-%m-%d %H:%M"))]
    if facts.get("NTPSynchronized") == "no" and not patient.there(SYNCHRONISED):
        return [scribe.warning("clock_waits", now=now.strftime("%Y-%m-%d %H:%M"))]
    latest = _written_last(patient, settings)
    if latest is not None and latest - now.timestamp() > timedelta(days=1).total_seconds():
        return [scribe.warning("clock_behind", now=now.strftime("%Y-%m-%d %H:%M"))]
    return [scribe.ok("clock_right", now=now.strftime("%Y-%m-%d %H:%M"))]


def _written_last(patient: Patient, settings: Settings) -> float | None:
    """When anything was last written in the state directory, by the clock of that moment."""
    try:
        return max((one.stat().st_mtime for one in patient.at(settings.state.absolute()).iterdir()), default=None)
    except OSError:
        return None
