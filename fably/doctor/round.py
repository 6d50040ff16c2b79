"""The round of the checks of the machine: each in a thread of its own and with a deadline, so that one that hangs, or stumbles, is a
finding like any other and keeps nobody from the rest.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from fably.core.threads import in_daemon
from fably.doctor.finding import Finding
from fably.doctor.machine.cards import check_cards
from fably.doctor.machine.clock import check_clock
from fably.doctor.machine.control_groups import check_control_groups
from fably.doctor.machine.disk import check_disk
from fably.doctor.machine.engines import check_engines
from fably.doctor.machine.habits import check_habits
from fably.doctor.machine.hat import check_hat
from fably.doctor.machine.heat import check_heat
from fably.doctor.machine.last_run import check_last_run
from fably.doctor.machine.lights import check_lights
from fably.doctor.machine.mixers import check_mixers
from fably.doctor.machine.model import check_machine
from fably.doctor.machine.page import check_page
from fably.doctor.machine.pins import check_pins
from fably.doctor.machine.shortage import check_shortage
from fably.doctor.machine.signs import check_signs
from fably.doctor.machine.supply import check_supply
from fably.doctor.machine.units import check_units
from fably.doctor.machine.versions import check_versions
from fably.doctor.machine.wake_word import check_wake_word
from fably.doctor.machine.wifi import check_wifi
from fably.doctor.patient import Patient
from fably.doctor.wording import Scribe
from fably.settings import Settings

log = logging.getLogger(__name__)

Check = Callable[[Patient, Settings], Sequence[Finding]]
CHECKS: Mapping[str, Check] = {
    "machine": check_machine,
    "cgroup": check_control_groups,
    "shortage": check_shortage,
    "power": check_supply,
    "heat": check_heat,
    "clock": check_clock,
    "disk": check_disk,
    "wifi": check_wifi,
    "cards": check_cards,
    "mixer": check_mixers,
    "hat": check_hat,
    "pins": check_pins,
    "lights": check_lights,
    "wakeword": check_wake_word,
    "engines": check_engines,
    "units": check_units,
    "lastrun": check_last_run,
    "page": check_page,
    "versions": check_versions,
    "signs": check_signs,
    "habits": check_habits,
}
"""In the order of the table."""
PATIENCE = 20.0
"""Seconds for one of them: several programs that each use up their own five."""
AT_ONCE = 3
"""More would only make a Pi's programs wait for each other."""


async def round_of(patient: Patient, settings: Settings, checks: Mapping[str, Check] = CHECKS, patience: float = PATIENCE) -> list[Finding]:
    """What all of `checks` found, in their order. Nothing is raised, and it ends."""
    few = asyncio.Semaphore(AT_ONCE)

    async def looked(name: str, check: Check) -> Sequence[Finding]:
        async with few:
            return await sure(name, settings, lambda: in_daemon(check, patient, settings, name=f"checks {name}"), patience)

    found = await asyncio.gather(*(looked(name, check) for name, check in checks.items()))
    return [one for some in found for one in some]


async def sure(name: str, settings: Settings, look: Callable[[], Awaitable[Sequence[Finding]]], patience: float) -> Sequence[Finding]:
    """What a check found, also where it hangs, or stumbles over something that nobody thought of."""
    scribe = Scribe(name, settings.language)
    try:
        async with asyncio.timeout(patience):
            return await look()
    except TimeoutError:
        return [scribe.failed("hangs", name, seconds=f"{patience:g}")]
    except Exception as fault:
        log.debug("%s could not be checked", name, exc_info=True)
        return [scribe.failed("stumbles", name, fault=f"{type(fault).__name__}: {fault}")]
