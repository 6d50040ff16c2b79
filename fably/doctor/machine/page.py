"""The parent's page: whether its door is open, and whether who comes in must know a password.

Looking must not wake it where it sleeps: on a Pi that costs 140 MB and a minute.
"""

from fably.doctor.finding import Finding
from fably.doctor.machine.units import PAGE, SOCKET, unit
from fably.doctor.patient import Patient
from fably.doctor.wording import Scribe
from fably.settings import Settings

HERE = ("127.0.0.1", "localhost", "::1")
PASSWORD = "password"  # noqa: S105 - the name of the file with its hash
LOCKED = (303, 307, 401)
"""How a page answers whoever has not logged in."""


def check_page(patient: Patient, settings: Settings) -> list[Finding]:
    """The finding on the page; none where there is none: no unit for it, and nobody who listens."""
    scribe, door = Scribe("page", settings.language), unit(patient, SOCKET)
    if not settings.web or settings.gpio_only:
        return []
    awake = unit(patient, PAGE).get("ActiveState") == "active"
    subject = f":{settings.web_port}"
    if door and door.get("ActiveState") != "active":
        return [] if door.get("UnitFileState") == "disabled" else [scribe.warning("door_shut", SOCKET)]
    if awake or not door:
        answer = patient.page(settings.web_port)
        if answer is None:
            return [scribe.failed("page_silent", subject)] if awake else []
        if answer not in LOCKED and settings.web_host not in HERE:
            return [scribe.failed("page_open", subject)]
        if not door and settings.web_host in HERE:
            return [scribe.ok("page_here", subject)]
    kept = settings.web_path or settings.state.absolute() / "web"
    if patient.there(kept) and patient.names(kept) and not patient.there(f"{kept}/{PASSWORD}"):
        return [scribe.warning("no_password", subject)]
    return [scribe.ok("page_locked", subject)]
