"""A whole Debian in a folder, to install in: made by mmdebstrap, entered in a mount namespace of its own, which leaves nothing mounted."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
ENTER = """
set -e
mount -t proc proc "$ROOT/proc"
mount --rbind /dev "$ROOT/dev"
mount -t tmpfs tmpfs "$ROOT/tmp"
mkdir -p "$ROOT/mnt/fably" "$ROOT/mnt/given"
mount --bind "$FABLY" "$ROOT/mnt/fably"
mount --bind "$GIVEN" "$ROOT/mnt/given"
exec chroot "$ROOT" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root PIP_CERT=/mnt/given/ca.pem "$@"
"""
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


def lacking() -> str:
    """Why this machine cannot have one; empty where it can."""
    if os.geteuid() != 0:
        return "a chroot needs root"
    for program in ("mmdebstrap", "unshare", "chroot"):
        if shutil.which(program) is None:
            return f"there is no {program}; ./tools/test --long installs it where it can"
    return ""


@dataclass(frozen=True)
class Chroot:
    """A Debian in `root`; what is in `given` is at /mnt/given in there, and these sources at /mnt/fably."""

    root: Path
    given: Path

    def run(self, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run it in there, and give what it wrote."""
        environ = {**os.environ, "ROOT": str(self.root), "FABLY": str(ROOT), "GIVEN": str(self.given)}
        done = subprocess.run(
            ["unshare", "-m", "--propagation", "private", "sh", "-c", ENTER, "sh", *command],
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=900,
            check=False,
        )
        assert not check or done.returncode == 0, done.stdout
        return done

    def install(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run the installer in there."""
        return self.run("/mnt/fably/tools/install", *arguments, check=check)


def made(suite: str, folder: Path) -> Chroot:
    """A fresh one of `suite`, with as little in it as Raspberry Pi OS Lite has at least."""
    root, given = folder / suite, folder / "given"
    given.mkdir(parents=True)
    if CERTIFICATES.exists():
        shutil.copy(CERTIFICATES, given / "ca.pem")
    done = subprocess.run(
        ["mmdebstrap", "--quiet", "--mode=root", "--variant=minbase", "--include=python3,python3-venv,ca-certificates,systemd,udev",
         "--aptopt=APT::Install-Recommends false", "--dpkgopt=force-unsafe-io", suite, str(root)],
        capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    for name in ("fably", "given"):
        (root / "mnt" / name).mkdir(parents=True)
    return Chroot(root, given)


def wheel(into: Path, scratch: Path, changes: Mapping[str, tuple[str, str]]) -> None:
    """Fably's wheel of these sources, in which `changes` (by file: what stands there, and what is to) are made. Needs the network."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    for name in (one for one in listed if not one.startswith("tests/")):
        (scratch / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, scratch / name)
    for name, (old, new) in changes.items():
        text = (scratch / name).read_text(encoding="utf-8")
        assert old in text
        (scratch / name).write_text(text.replace(old, new), encoding="utf-8")
    command = ["python3", "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(into), str(scratch)]
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"}  # pip has some of its own
    subprocess.run(command, check=True, timeout=600, env=environ)
