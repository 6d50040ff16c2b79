"""Machines that were recorded: a text file has what the kernel's files and the system's programs said, and a test looks at it again.

    == /proc/mounts                     a file, below the root of the machine
    /dev/mmcblk0p2 / ext4 rw 0 0
    == $ iw dev wlan0 link              what a program said; "$ 1 dmesg" ended with exit code 1
    == package gradio                   the version of a Python package
    == gpiochip0                        its lines: chip, offset, name and, where it is taken, by whom
    == machine                          now, kernel, architecture, python, free (bytes), files, page (the HTTP status of the
                                        parent's page), settings (as in the environment)

A "…" in a file's text stands for a NUL, as the device tree has them. A file or a package that is "-" is not there: a recording may be
followed by what is other on another machine.
"""

import errno
import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from fably.doctor.gpio import Line
from fably.doctor.patient import Patient, Room, Said
from fably.settings import Settings, load

SAMPLES = Path(__file__).parent / "doctor" / "machine" / "samples"
GONE = "-"
WRITTEN = datetime(2026, 11, 20, 18, tzinfo=UTC).timestamp()
"""When all of its files were written."""


@dataclass
class Recorded:
    """A recording, unpacked into the folder `root`."""

    root: Path
    programs: dict[tuple[str, ...], Said] = field(default_factory=dict)
    packages: dict[str, str] = field(default_factory=dict)
    chips: dict[str, list[Line] | None] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, ...]] = field(default_factory=list)
    """What was run, in order."""

    @property
    def patient(self) -> Patient:
        now = datetime.fromisoformat(self.facts.get("now", "2026-11-20T20:00:00+00:00"))
        page = int(self.facts["page"]) if "page" in self.facts else None
        room = Room(int(self.facts.get("free", 10**10)), int(self.facts.get("files", 10**6)))
        return Patient(
            self.root, self._run, self.packages.get, lambda _path: room, self._pins, lambda _port: page,
            lambda: now,
            self.facts.get("kernel", "6.12.47+rpt-rpi-v8"), self.facts.get("architecture", "aarch64"), self.facts.get("wide") != "no",
            self.facts.get("python", "3.13.5"),
        )  # fmt: skip

    @property
    def settings(self) -> Settings:
        environ = dict(one.split("=", 1) for one in shlex.split(self.facts.get("settings", "")))
        return load({}, {"FABLY_STATE_PATH": "/var/lib/fably", **environ})

    def _run(self, argv: Sequence[str], _seconds: float) -> Said | None:
        self.asked.append(tuple(argv))
        return self.programs.get(tuple(argv))

    def _pins(self, device: Path) -> list[Line]:
        lines = self.chips[device.name]
        if lines is None:
            raise PermissionError(errno.EACCES, "Permission denied")
        return lines


def recorded(name: str, root: Path) -> Recorded:
    """The sample called `name`, unpacked into `root`."""
    return unpacked((SAMPLES / f"{name}.txt").read_text(encoding="utf-8"), root)


def unpacked(text: str, root: Path) -> Recorded:
    """A recording in its text form."""
    found = Recorded(root)
    for part in f"\n{text}".split("\n== ")[1:]:
        title, _, said = part.partition("\n")
        said = said.strip("\n")
        if title.startswith("/"):
            file = root / title.lstrip("/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(said.replace("…", "\0"), encoding="utf-8")
        elif title.startswith("$ "):
            words = shlex.split(title[2:])
            code = int(words.pop(0)) if words[0].isdecimal() else 0
            found.programs[tuple(words)] = Said(code, said)
        elif title.startswith("package "):
            found.packages[title.removeprefix("package ")] = said
        elif title.startswith("gpiochip"):
            file = root / "dev" / title
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
            found.chips[title] = None if said == "Permission denied" else [_line(one) for one in said.splitlines()]
        else:
            assert title == "machine", title
            found.facts |= dict(line.split(": ", 1) for line in said.splitlines())
    found.packages = {name: version for name, version in found.packages.items() if version != GONE}
    for file in [one for one in root.rglob("*") if one.is_file() and one.read_text(encoding="utf-8") == GONE]:
        file.unlink()
    for one in root.rglob("*"):
        os.utime(one, (WRITTEN, WRITTEN))
    return found


def _line(told: str) -> Line:
    chip, offset, name, *consumer = told.split()
    return Line(chip, int(offset), name, consumer[0] if consumer else None)
