"""Holds so much memory that no more is left than a Pi has after its start, and writes down what the kernel says of memory.

python3 memory.py MIB: that much stays available. Two lines a second go to /run/bench/memory, four numbers each: seconds since power-on,
MiB available, pages swapped out, and processes killed for want of memory; the last two since power-on.
"""

import ctypes
import os
import socket
import sys
import time
from pathlib import Path

KERNEL = Path("/proc/meminfo"), Path("/proc/vmstat")
LOG = Path("/run/bench/memory")


def said(file: Path, name: str) -> int:
    """The number that stands after `name` in `file`; 0 where it is not there."""
    return next((int(line.split()[1]) for line in file.read_text().splitlines() if line.split()[0].rstrip(":") == name), 0)


def available() -> int:
    """MiB."""
    return said(KERNEL[0], "MemAvailable") // 1024


def main() -> None:
    LOG.parent.mkdir(exist_ok=True)
    wanted, everything = int(sys.argv[1]), 3  # what is there now, and what comes
    if ctypes.CDLL(None).mlockall(everything):
        raise SystemExit("no memory can be locked")
    held: list[bytearray] = []
    for _ in range(4):  # the kernel's own count follows a moment later
        held.append(bytearray(max(available() - wanted, 0) << 20))
        time.sleep(1)
    with LOG.open("a", buffering=1) as log:
        print(f"# {sum(map(len, held)) >> 20} MiB held, {available()} left", file=log)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
            systemd.sendto(b"READY=1", os.environ["NOTIFY_SOCKET"])
        while True:
            print(int(time.monotonic()), available(), said(KERNEL[1], "pswpout"), said(KERNEL[1], "oom_kill"), file=log)
            time.sleep(0.5)


if __name__ == "__main__":
    main()
