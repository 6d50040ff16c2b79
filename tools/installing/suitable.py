"""Whether Fably can live on a machine at all."""

from collections.abc import Iterator

from installing.choices import Choices
from installing.faults import NotHere
from installing.machine import ARCHITECTURES, KNOWN, LEAST_DISK, LEAST_MEMORY, MIB, Machine
from installing.versions import Versions

FULL = 1500 * MIB


def look(machine: Machine, choices: Choices) -> Iterator[str]:
    """What is worth a word, for people. Raises `NotHere` where it cannot be."""
    if machine.architecture not in ARCHITECTURES:
        raise NotHere(
            f"this is a system for {machine.architecture}, and there are no packages for it; a Raspberry Pi Zero 2W runs "
            "Raspberry Pi OS Lite (64-bit), which the Raspberry Pi Imager writes onto the card"
        )
    if machine.python < (3, 11):
        found = ".".join(map(str, machine.python))
        raise NotHere(f"Python 3.11 or newer is needed, and this is {found}: Raspberry Pi OS Bookworm, Debian 12 or newer have it")
    if machine.memory is not None and machine.memory < LEAST_MEMORY:
        raise NotHere(f"this machine has {machine.memory // MIB} MB of memory, and Fably needs 512 MB, of which a Pi shows about 417")
    if choices.mode == "full" and machine.memory is not None and machine.memory < FULL:
        raise NotHere(f"--mode full is for 2 GB of memory, and this machine has {machine.memory // MIB} MB; take lite or pi-zero")
    if machine.room < LEAST_DISK and Versions(machine).named("current") is None:
        raise NotHere(f"there are {machine.room // MIB} MB free on the disk, and {LEAST_DISK // MIB} are needed")
    release = machine.release.get("VERSION_CODENAME", "")
    if release not in KNOWN:
        name = machine.release.get("PRETTY_NAME", "an unknown system")
        yield f"this is {name}; it was tried on Debian and Raspberry Pi OS {', '.join(KNOWN)}"
