"""The steps that make a machine the box, in their order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from installing.accounts import Accounts
from installing.choices import Choices
from installing.edits import Block, Whole, Words
from installing.files import ChangedFile
from installing.folder import StateFolder
from installing.hats import HATS, asound
from installing.machine import MIB, Machine
from installing.options import Options
from installing.packages import Packages
from installing.programs import Programs
from installing.record import Record
from installing.services import NotStarted
from installing.settings import SettingsFile, wanted
from installing.source import HERE, Source
from installing.step import Step
from installing.switching import Checked, Switched
from installing.units import Units, Wanted
from installing.versions import COMMAND, PLACE, Build
from installing.voice import FetchedVoice

PERHAPS = ("python3-lgpio", "python3-spidev")
LITTLE = 2000 * MIB
"""A machine with less than this swaps into packed memory, and not onto its card."""
RULES = """\
# Written by tools/install: pins and lights for their groups, as Raspberry Pi OS has it.
SUBSYSTEM=="gpio", KERNEL=="gpiochip*", GROUP="gpio", MODE="0660"
SUBSYSTEM=="spidev", GROUP="spi", MODE="0660"
"""
JOURNAL = """\
# Written by tools/install: the journal is kept in memory, for a card dies of writes.
[Journal]
Storage=volatile
RuntimeMaxUse=16M
"""
SWAP = """\
# Written by tools/install: what is not used is packed and kept in memory.
[zram0]
zram-size = min(ram / 2, 1024)
"""
UPGRADES = """\
// Written by tools/install: security updates by themselves.
APT::Periodic::Update-Package-Lists "1";
APT::Periodic::Unattended-Upgrade "1";
"""
SCRIPT = f"""\
#!/bin/sh
# Written by tools/install. As root it is the box that speaks, with its settings and stories: sudo fably doctor, sudo fably stories
if [ "$(id -u)" = 0 ]; then
    state=/var/lib/fably as='-u fably'
    if [ "$1" = web ]; then # sudo fably web password: by the page's own user, in its own folder, which systemd makes later
        if ! id fably-web > /dev/null 2>&1; then
            echo "fably: this box has no page; sudo tools/install --web brings it" >&2
            exit 2
        fi
        as='-u fably-web -g fably-web -G fably'
        mkdir -p -m 700 $state/web && chown -h fably-web:fably-web $state/web || exit 1
    fi
    cd $state || exit 1
    doctor='' fix=''
    for one in "$@"; do
        case $one in doctor) doctor=yes ;; --fix) fix=$doctor ;; esac
    done
    set -- HOME=$state FABLY_STATE_PATH=$state GPIOZERO_PIN_FACTORY=lgpio {PLACE}/current/bin/fably "$@"
    [ -z "$fix" ] || env "$@" --as-root # what only root may mend; then the box's own user looks at everything
    exec runuser $as -- env "$@"
fi
exec {PLACE}/current/bin/fably "$@"
"""


@dataclass(frozen=True)
class Site:
    """What every step works with."""

    machine: Machine
    programs: Programs
    record: Record
    tell: Callable[[str], None]


def plan(site: Site, options: Options, choices: Choices, source: Source) -> Iterator[Step]:
    """The steps. What they would change is asked of each before any is made."""
    machine, programs, record = site.machine, site.programs, site.record
    if machine.real:
        # Raspberry Pi OS has both; Debian has no lgpio of its own
        yield Packages(machine, programs, record, packages(machine, choices), PERHAPS, offline=options.source is not None)
        yield Accounts(machine, programs, record, choices.web)
    if not machine.at("/etc/udev/rules.d/99-com.rules").exists():  # Raspberry Pi OS's own
        yield ChangedFile(
            machine,
            record,
            "/etc/udev/rules.d/60-fably.rules",
            Whole(RULES),
            "pins and lights for their groups",
            after=lambda: _devices(site),
        )
    yield StateFolder(machine, record)
    build = Build(machine, programs, record, source, tuple(one for one in choices.extras if one in source.extras))
    if machine.real:
        yield build
        yield Checked(machine, programs, build, site.tell)
    if machine.real and choices.voice:
        yield FetchedVoice(machine, programs, choices.voice, build.folder / "bin/fably", options.source)
    yield SettingsFile(machine, *wanted(options, choices))
    yield units(site, choices)
    yield ChangedFile(machine, record, COMMAND, Whole(SCRIPT), "the command fably", 0o755)
    yield from _small_machine(site, choices)
    yield from _boot(site, choices)
    if machine.real:
        yield Switched(machine, build)


def units(site: Site, choices: Choices) -> Units:
    """The step of the units."""
    card = HATS[choices.hat].card if choices.hat else None
    wanted = Wanted(HERE / "systemd", choices.web, "whisper" in choices.extras, card)
    return Units(site.machine, site.programs, site.record, wanted)


def packages(machine: Machine, choices: Choices) -> tuple[str, ...]:
    """What is needed of Debian."""
    names = ["python3-venv", "libportaudio2", "ca-certificates", "alsa-utils", "systemd", "udev"]
    if _packs_memory(machine):
        names.append("systemd-zram-generator")
    if choices.upgrades:
        names.append("unattended-upgrades")
    return tuple(names)


def _packs_memory(machine: Machine) -> bool:
    """Whether this is left to us: newer Raspberry Pi OS does it by itself."""
    return (machine.memory or LITTLE) < LITTLE and not machine.at("/etc/rpi/swap.conf").exists()


def _small_machine(site: Site, choices: Choices) -> Iterator[Step]:
    machine, record = site.machine, site.record
    yield ChangedFile(
        machine, record, "/etc/systemd/journald.conf.d/60-fably.conf", Whole(JOURNAL), "the journal in memory, 16 MB of it",
        after=lambda: _journal(site),
    )  # fmt: skip
    if _packs_memory(machine):
        yield ChangedFile(machine, record, "/etc/systemd/zram-generator.conf", Whole(SWAP), "swap into packed memory")
        yield NotStarted(machine, site.programs, record, "dphys-swapfile.service", "swapping onto the card wears it out")
    if choices.upgrades:
        yield ChangedFile(machine, record, "/etc/apt/apt.conf.d/60fably-upgrades", Whole(UPGRADES), "security updates by themselves")


def _boot(site: Site, choices: Choices) -> Iterator[Step]:
    machine, record = site.machine, site.record
    hat = HATS[choices.hat] if choices.hat else None
    if machine.boot is not None:
        place = f"/{machine.boot.relative_to(machine.root)}"
        yield ChangedFile(machine, record, f"{place}/cmdline.txt", Words(("cgroup_enable=memory",)), "or no limit of memory counts")
        lines = ("[all]", "# 48 MB of the graphics', for nobody looks at this box", "gpu_mem=16", *(hat.boot if hat else ()))
        why = "48 MB more memory" + (f", and the {hat.title}" if hat else "")
        yield ChangedFile(machine, record, f"{place}/config.txt", Block(lines), why)
    if hat:
        yield ChangedFile(machine, record, "/etc/asound.conf", Whole(asound(hat.card)), f"one rate both ways for the {hat.title}")
        mixer = "".join(f"{line}\n" for line in hat.mixer)
        yield ChangedFile(machine, record, "/etc/fably/mixer", Whole(mixer), f"what the {hat.title} plays and hears")


def _devices(site: Site) -> None:
    if site.machine.runs_systemd:
        site.programs.tried("udevadm", "control", "--reload")
        site.programs.tried("udevadm", "trigger", "--subsystem-match=gpio", "--subsystem-match=spidev")


def _journal(site: Site) -> None:
    if site.machine.runs_systemd:
        site.programs.tried("systemctl", "restart", "systemd-journald.service")
