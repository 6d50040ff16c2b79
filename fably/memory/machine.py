"""How much memory this machine has for us: what is built in, or what the cgroup allows if that is less."""

from collections.abc import Iterator
from pathlib import Path

_FILES = {"": ("", "memory.max"), "memory": ("memory", "memory.limit_in_bytes")}
"""By the controller's name in /proc/self/cgroup (version 2 has none there): the folder of its hierarchy, and the file with the bound."""


def machine_memory(proc: Path = Path("/proc"), cgroups: Path = Path("/sys/fs/cgroup")) -> int | None:
    """Bytes, read from files only, in less than a millisecond. None where the kernel does not tell, as outside Linux."""
    bounds = [int(bound) for file in _bounds(proc, cgroups) if (bound := _text(file).strip()).isdecimal()]  # "max" is none
    for line in _text(proc / "meminfo").splitlines():
        name, _, rest = line.partition(":")
        number = rest.removesuffix("kB").strip()
        if name == "MemTotal" and number.isdecimal():
            bounds.append(int(number) * 1024)
    return min((one for one in bounds if one > 0), default=None)


def _bounds(proc: Path, cgroups: Path) -> Iterator[Path]:
    """The files that may bound us: that of our cgroup, and those of all above it."""
    for line in _text(proc / "self" / "cgroup").splitlines():
        _number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        for controller in controllers.split(","):
            if controller in _FILES:
                folder, name = _FILES[controller]
                own = Path(path.lstrip("/"))
                yield from (cgroups / folder / one / name for one in (own, *own.parents))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
