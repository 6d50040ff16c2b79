"""The machine that Fably is to be installed on, as far as installing cares. Reading only."""

import os
import platform
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

MIB = 1 << 20
LEAST_MEMORY = 360 * MIB
"""A Pi Zero 2W shows 417 MiB with the usual share for graphics."""
LEAST_DISK = 600 * MIB
ARCHITECTURES = {"aarch64": "arm64", "x86_64": "amd64"}
"""As the kernel calls them, and Debian. There are no packages of the engines for others."""
KNOWN = ("bookworm", "trixie")


@dataclass(frozen=True)
class Machine:
    """Seen from `root`, which is / unless somebody looks at a folder instead."""

    root: Path = Path("/")
    architecture: str = field(default_factory=platform.machine)
    python: tuple[int, int] = sys.version_info[:2]

    def at(self, path: str) -> Path:
        """Where the absolute `path` of the machine is to be found."""
        return self.root / path.lstrip("/")

    @property
    def real(self) -> bool:
        """Whether it is this machine: only then are programs run."""
        return self.root == Path("/")

    @cached_property
    def release(self) -> Mapping[str, str]:
        """What /etc/os-release says."""
        try:
            lines = self.at("/etc/os-release").read_text(encoding="utf-8").splitlines()
        except OSError:
            return {}
        pairs = (line.split("=", 1) for line in lines if "=" in line)
        return {name: value.strip().strip('"') for name, value in pairs}

    @cached_property
    def memory(self) -> int | None:
        """Bytes, as the kernel counts them."""
        try:
            for line in self.at("/proc/meminfo").read_text(encoding="ascii").splitlines():
                if line.startswith("MemTotal:"):
                    return int(line.split()[1]) * 1024
        except (OSError, ValueError, IndexError):
            pass
        return None

    @property
    def room(self) -> int:
        """Bytes that are free where Fably goes."""
        return shutil.disk_usage(self.root).free

    @cached_property
    def boot(self) -> Path | None:
        """The folder with config.txt and cmdline.txt of a Raspberry Pi; None on any other machine."""
        places = (self.at("/boot/firmware"), self.at("/boot"))
        return next((one for one in places if (one / "config.txt").is_file() and (one / "cmdline.txt").is_file()), None)

    @property
    def runs_systemd(self) -> bool:
        """Whether systemd is at work, and not only installed: it is not in a chroot."""
        return self.real and Path("/run/systemd/system").is_dir()

    @property
    def is_root(self) -> bool:
        return os.geteuid() == 0

    def group(self, name: str) -> int | None:
        """The number of a group; None where there is none of that name."""
        return self._number("/etc/group", name)

    def user(self, name: str) -> int | None:
        """The number of a user; None where there is none of that name."""
        return self._number("/etc/passwd", name)

    def _number(self, file: str, name: str) -> int | None:
        try:
            lines = self.at(file).read_text(encoding="utf-8").splitlines()
        except OSError:
            return None
        return next((int(parts[2]) for line in lines if (parts := line.split(":"))[0] == name and len(parts) > 2), None)
