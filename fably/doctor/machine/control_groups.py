"""Whether the kernel counts memory for each service: on Raspberry Pi OS it does not unless it is told to, and then no limit holds."""

from fably.doctor.finding import Finding, Repair
from fably.doctor.patient import Patient
from fably.doctor.wording import Scribe
from fably.settings import Settings

WORD = "cgroup_enable=memory"


def check_control_groups(patient: Patient, settings: Settings) -> list[Finding]:
    """The finding on the memory controller; none where there are no control groups, or no systemd to use them."""
    controllers = patient.read("/sys/fs/cgroup/cgroup.controllers")
    if controllers is None or not patient.has_systemd:
        return []
    scribe = Scribe("cgroup", settings.language)
    if "memory" in controllers.split():
        return [scribe.ok("counted")]
    if patient.boot is None:
        return [scribe.warning("not_counted", word=WORD)]
    file = f"{patient.boot}/cmdline.txt"
    if WORD in (patient.read(file) or "").split():
        return [scribe.warning("not_counted_yet", word=WORD, file=file)]
    # one line, in place, with the one before kept beside it: a second line would make a Pi that does not boot
    repair = Repair(("sed", "-i.before-fably", f"1s/[[:space:]]*$/ {WORD}/", file), root=True)
    return [scribe.warning("not_counted_on_a_pi", repair=repair, word=WORD, file=file)]
