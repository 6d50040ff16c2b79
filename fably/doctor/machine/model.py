"""Which machine this is, which kernel and Python it has, and whether there are packages for it."""

from fably.doctor.finding import Finding
from fably.doctor.patient import Patient
from fably.doctor.wording import Scribe
from fably.settings import Settings

OLDEST = (3, 11)
"""The Python of Debian Bookworm."""
MODELS = ("/proc/device-tree/model", "/sys/firmware/devicetree/base/model", "/sys/class/dmi/id/product_name")


def check_machine(patient: Patient, settings: Settings) -> list[Finding]:
    """One line on what this is, and one on each thing that keeps packages from being had for it."""
    scribe = Scribe("machine", settings.language)
    model = next(filter(None, map(patient.read, MODELS)), patient.architecture)
    release = dict(line.partition("=")[::2] for line in (patient.read("/etc/os-release") or "").splitlines())
    system = release.get("PRETTY_NAME", "Linux").strip('"')
    found = []
    if not patient.wide:
        found.append(scribe.warning("narrow", model, architecture=patient.architecture))
    if tuple(int(one) for one in patient.python.split(".")[:2]) < OLDEST:
        found.append(scribe.failed("old_python", model, version=patient.python))
    return found or [
        scribe.ok(
            "machine", model, system=system, kernel=patient.kernel, architecture=patient.architecture, python=patient.python
        )
    ]  # fmt: skip
