"""What a Raspberry Pi looks like, and how to tell whether anything in a folder has changed."""

import os
from collections.abc import Callable, Collection
from hashlib import sha256
from pathlib import Path

CMDLINE = "console=serial0,115200 root=PARTUUID=1234-02 rootfstype=ext4 fsck.repair=yes rootwait\n"
CONFIG = "# Read at every start\ndtparam=audio=on\n\n[cm4]\notg_mode=1\n\n[all]"
MEMORY = "MemTotal:         427256 kB\nMemFree:          300000 kB\n"
RELEASE = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_CODENAME=bookworm\n'

Snapshot = dict[str, tuple[str, int, bytes]]
Install = Callable[..., int]


LARGE = 16_384
"""Bytes of a file above which its digest will do."""


def snapshot(root: Path, without: Collection[str] = ()) -> Snapshot:
    """Everything in `root`: kind, mode, content, and for what is no folder also when it was changed, to the nanosecond.

    Folders whose path is in `without` are not looked into.
    """
    found: Snapshot = {}
    for parent, folders, files in os.walk(root):
        folders[:] = [one for one in folders if str(Path(parent, one).relative_to(root)) not in without]
        for name in (*folders, *files):
            path = Path(parent, name)
            at = path.lstat()
            content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
            if len(content) > LARGE:
                content = sha256(content).digest()
            kind = "folder" if path.is_dir() else f"file of {at.st_mtime_ns}"
            found[str(path.relative_to(root))] = (kind, at.st_mode, content)
    return found


def contents(root: Path) -> dict[str, bytes]:
    """What the files in `root` hold."""
    return {name: content for name, (kind, _, content) in snapshot(root).items() if kind != "folder"}
