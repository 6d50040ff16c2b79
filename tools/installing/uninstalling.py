"""Taking back everything that was changed, last things first. The stories stay."""

import os
import shutil
from collections.abc import Callable
from typing import Any

from installing import accounts, files, packages, services, units
from installing.machine import Machine
from installing.programs import Programs
from installing.record import PLACE, Record
from installing.versions import PLACE as VERSIONS

KEPT = "stories"


def would(note: dict[str, Any]) -> str:
    """What taking this back means, for people."""
    match note["what"]:
        case "file":
            return f"{'remove' if note['created'] else 'put back'} {note['path']}"
        case "packages":
            return f"remove the packages {' '.join(note['names'])}, where nobody else needs them"
        case "user" | "group":
            return f"remove the {note['what']} {note['name']}"
        case "enabled":
            return f"stop {note['unit']}"
        case "disabled":
            return f"start {note['unit']} with the machine again"
        case "state":
            return f"remove settings, keys and voices in {note['path']}; the stories stay"
        case _:
            return f"remove {note['path']}"


def take_back(machine: Machine, programs: Programs, record: Record, tell: Callable[[str], None]) -> None:
    """Take everything back, and strike each note as it is done: what is interrupted goes on the next time. Raises `InstallError`."""
    if machine.runs_systemd:
        programs.tried("systemctl", "stop", "fably-web.socket", "fably-web.service", "fably-trouble.service", "fably.service")
    while record.notes:
        note = record.notes[-1]
        match note["what"]:
            case "file":
                tell(files.give_back(machine, record, note))
            case "packages":
                tell(packages.remove(programs, note["names"]))
            case "user" | "group" as what:
                tell(accounts.remove(machine, programs, what, note["name"]))
            case "enabled":
                tell(units.disable(machine, programs, note["unit"]))
            case "disabled":
                tell(services.enable(machine, programs, note["unit"]))
            case "state":
                tell(_only_the_stories(machine, note["path"]))
            case "fably":
                tell(_no_versions(machine))
        record.strike(note)
    if machine.runs_systemd:
        programs.tried("systemctl", "daemon-reload")
        programs.tried("systemctl", "reset-failed")
    _no_record(machine)


def _only_the_stories(machine: Machine, path: str) -> str:
    folder = machine.at(path)
    if not folder.is_dir():
        return f"{path} is gone already"
    for one in folder.iterdir():
        if one.name != KEPT:
            shutil.rmtree(one) if one.is_dir() and not one.is_symlink() else one.unlink()
    stories = folder / KEPT
    if stories.is_dir() and any(stories.iterdir()):
        if machine.real:
            os.chown(folder, 0, 0)  # its owner is about to go
        return f"the stories stay in {path}/{KEPT}"
    shutil.rmtree(folder)
    return f"{path} removed: there were no stories"


def _no_versions(machine: Machine) -> str:
    place = machine.at(VERSIONS)
    shutil.rmtree(place / "versions", ignore_errors=True)
    for link in ("current", "previous"):
        (place / link).unlink(missing_ok=True)
    return "Fably removed"


def _no_record(machine: Machine) -> None:
    """Files of others that stayed as they are now may be wanted as they were: those are left."""
    place = machine.at(PLACE)
    for name in ("record.json", "choices.json"):
        (place / name).unlink(missing_ok=True)
    for folder, _, _ in os.walk(place.parent, topdown=False):
        if not os.listdir(folder):  # noqa: PTH208 - only whether there are any
            os.rmdir(folder)  # noqa: PTH106 - os.walk's own
    for cache in ("/var/cache/fably", "/var/cache/fably-web"):
        shutil.rmtree(machine.at(cache), ignore_errors=True)
