"""A file of lines that several processes add to, that keeps within its bounds, and that a power cut leaves readable."""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fably.core.parts import written


def append(file: Path, lines: bytes, largest: int, *, mode: int = 0o644, sync: bool = False) -> None:
    """Add whole lines in one write, which the kernel puts behind what others write. Above `largest` bytes the older half goes. `sync`: be
    on the disk before this returns; else the kernel has it there within half a minute. Raises `OSError`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    number = _opened(file, mode)
    try:
        size = os.fstat(number).st_size
        if size and os.pread(number, 1, size - 1) != b"\n":  # a power cut, or a full disk, in the middle of a line
            lines = b"\n" + lines
        os.write(number, lines)
        if size + len(lines) > largest:
            _halve(file, number, size + len(lines), largest, mode)
        elif sync:
            os.fdatasync(number)
    finally:
        os.close(number)  # which also unlocks it


def objects(file: Path) -> Iterator[dict[str, Any]]:
    """The JSON objects that such a file has, a line each, the oldest first. Half a line, as a power cut leaves it, is passed over; so is
    a file that cannot be read."""
    try:
        lines = file.read_bytes().splitlines()
    except OSError:
        return
    for line in lines:
        with contextlib.suppress(ValueError, RecursionError):
            one = json.loads(line, parse_constant=lambda _nan: None)  # which JSON does not have
            if isinstance(one, dict):
                yield one


def _opened(file: Path, mode: int) -> int:
    """The file, locked: while it is halved, a line that another process adds would be lost."""
    while True:
        number = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, mode)
        try:
            with contextlib.suppress(OSError):  # a network file system without locks
                fcntl.flock(number, fcntl.LOCK_EX)
            if os.path.samestat(os.fstat(number), file.stat()):
                return number
        except BaseException:
            os.close(number)
            raise
        os.close(number)  # it was halved while we waited: this is the old one


def _halve(file: Path, number: int, size: int, largest: int, mode: int) -> None:
    kept = os.pread(number, largest // 2, size - largest // 2).partition(b"\n")[2]
    with written(file, mode) as part, part.open("wb") as new:
        new.write(kept)
        new.flush()
        os.fsync(new.fileno())
