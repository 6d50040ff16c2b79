"""`tools/install`: shows what it would do, asks, and does it.

The exit code is 0 when all is as it should be, 1 when not, and 2 when it cannot be on this machine, or as it was asked for.
"""

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace

from installing.choices import Choices, Remembered, choose
from installing.faults import InstallError, NotHere
from installing.machine import Machine
from installing.options import Options, parsed
from installing.plan import Site, plan, units
from installing.programs import Programs
from installing.record import Record
from installing.source import Source, checkout, wheelhouse
from installing.suitable import look
from installing.switching import start, take_up
from installing.uninstalling import take_back, would
from installing.versions import Links, Versions

REBOOT = ("/cmdline.txt", "/config.txt", "zram-generator.conf")
"""What is read when the machine starts."""


def tell(what: str) -> None:
    print(f"fably: {what}", flush=True)


def main(arguments: Sequence[str]) -> int:
    """Do what the arguments say, and give the exit code."""
    options = parsed(arguments)
    machine = Machine(options.root)
    os.umask(0o022)
    try:
        if machine.real and not machine.is_root and not options.dry_run:
            raise NotHere("only root may do that; put sudo before it (--dry-run needs no root)")
        site = Site(machine, Programs(live=machine.real), Record(machine.root), tell)
        match options.what:
            case "uninstall":
                return uninstall(site, options)
            case "rollback":
                return rollback(site, options)
            case _:
                return install(site, options)
    except NotHere as error:
        tell(str(error))
        return 2
    except (InstallError, OSError) as error:
        tell(str(error))
        return 1


def install(site: Site, options: Options) -> int:
    """Install, or update."""
    asked = choose(options, site.machine)
    for word in look(site.machine, asked):
        tell(word)
    source = wheelhouse(options.source) if options.source else checkout()
    _say_what_is_missing(asked, source)
    choices = replace(asked, web=asked.web and "web" in source.extras)
    steps = [*plan(site, options, choices, source), Remembered(site.machine, asked)]
    todo = [(step, list(step.changes())) for step in steps]
    lines = [line for _, changes in todo for line in changes]
    if not lines:
        if not options.dry_run:
            steps[-1].make()
        tell(f"Fably {source.version} is installed as asked for; nothing to do")
        return 0
    if not _agreed(f"Fably {source.version}, {choices.mode}: this would be done", lines, options):
        return 0
    begun, free, was = time.monotonic(), site.machine.room, Versions(site.machine).links()
    for step, changes in todo:
        if changes:
            tell(f"{step.title} …")
        since = time.monotonic()
        step.make()
        if changes and (took := time.monotonic() - since) >= 1:
            tell(f"{step.title}: {took:.0f} s")
    if fault := start(site.machine, site.programs, web=choices.web):
        _fall_back(site, choices, fault, was)
    if site.machine.real:
        Versions(site.machine).sweep()
    megabytes = max(0, free - site.machine.room) / 1e6
    tell(f"done in {time.monotonic() - begun:.0f} s; {megabytes:.0f} MB were written to the disk and stay there")
    if any(name in line for line in lines for name in REBOOT):
        tell("some of it counts after a restart of the machine: sudo reboot")
    return 0


def _say_what_is_missing(choices: Choices, source: Source) -> None:
    missing = [one for one in choices.extras if one not in source.extras]
    if missing:
        tell(f"this version of Fably has no extra {', '.join(missing)}; it is left out")


def _fall_back(site: Site, choices: Choices, fault: str, was: Links) -> None:
    """Raises `InstallError`, in any case: with the version in force that `was` before, and the one before that kept, where there is one."""
    versions = Versions(site.machine)
    if was.current is None or was.current == versions.named("current"):
        raise InstallError(f"everything is in its place, but the box does not start; sudo fably doctor says what to mend:\n{fault}")
    versions.restore(was)
    name = take_up(site.machine, site.programs, units(site, choices))
    versions.sweep()
    raise InstallError(f"the new version does not start, so {name} is in force again:\n{fault}")


def rollback(site: Site, options: Options) -> int:
    """Go back to the version before."""
    versions = Versions(site.machine)
    if _agreed("this would be done", [f"put {versions.before().name} in force, and keep this one"], options):
        choices = choose(options, site.machine)
        versions.back()
        tell(f"{take_up(site.machine, site.programs, units(site, choices))} is in force")
    return 0


def uninstall(site: Site, options: Options) -> int:
    """Take everything back."""
    if not site.record.notes:
        tell("nothing was installed by this program, so there is nothing to take back")
        return 0
    if _agreed("this would be taken back", [would(note) for note in reversed(site.record.notes)], options):
        take_back(site.machine, site.programs, site.record, tell)
        tell("everything is taken back; what the machine reads when it starts counts after: sudo reboot")
    return 0


def _agreed(title: str, lines: Sequence[str], options: Options) -> bool:
    """Show it, and ask. Raises `NotHere` where nobody can answer."""
    print(f"{title}:")
    for line in lines:
        print(f"  - {line}")
    print(flush=True)
    if options.dry_run:
        tell("nothing was touched (--dry-run)")
        return False
    if options.yes:
        return True
    if not sys.stdin.isatty():
        raise NotHere("nobody is here to say yes to that; --yes says it")
    if input("Shall it be done? [y/N] ").strip().lower() not in ("y", "yes"):
        tell("nothing was touched")
        return False
    return True


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        tell("stopped; the same command goes on where it was")
        sys.exit(130)
